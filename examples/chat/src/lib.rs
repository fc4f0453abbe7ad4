//! A small chat model behind HTTP APIs. [`api`] has endpoints of its own, [`models`] serves the engine with the APIs of AI clients; the other
//! modules do not depend on HTTP.
//!
//! [`Engine`] is the entry point of the other modules. It loads a Llama-family checkpoint from a folder in the layout of Hugging Face, runs
//! it on threads of its own and streams text to as many callers as its [`Limits`] allow.
//!
//! ```no_run
//! # async fn ask() -> Result<(), Box<dyn std::error::Error>> {
//! use avocet_ai::generate::{Delta, Sampling};
//! use chat::{Engine, Message, Options, Role};
//!
//! let engine = Engine::load("model".as_ref())?;
//! let question = Message {
//!     role: Role::User,
//!     content: "What is an avocet?".to_owned(),
//! };
//! let options = Options::text(200, Sampling::default());
//! engine.start().await?;
//! let mut response = engine.generate(engine.prompt(vec![question], options)?)?;
//! while let Some(delta) = response.next().await {
//!     if let Delta::Text(piece) = delta? {
//!         // Show `piece.text`.
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Suggested reading order: [`llama`] is the mathematics, [`tokens`] and [`text`] turn text into numbers and back, [`template`] turns a
//! conversation into a prompt, [`sampling`] chooses the next token, and [`engine`] shares the model among the waiting callers.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "in a test, a panic is the report")
)]

pub mod llama;

pub mod sampling;
pub mod template;
pub mod text;
pub mod tokens;

pub mod engine;
pub mod error;

pub mod api;
pub mod models;

pub use engine::{Engine, Limits, ModelInfo, Options, Prompt};
pub use error::LoadError;
pub use template::{Message, Role};
