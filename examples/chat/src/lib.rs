//! A small chat model behind an HTTP API. [`api`] is the whole HTTP part; the other modules do not depend on HTTP.
//!
//! [`Engine`] is the entry point of the other modules. It loads a Llama-family checkpoint from a folder in the layout of Hugging Face, runs
//! it on threads of its own and streams text to as many callers as its [`Limits`] allow.
//!
//! ```no_run
//! # async fn ask() -> Result<(), Box<dyn std::error::Error>> {
//! use chat::{Engine, Message, Options, Piece, Role};
//!
//! let engine = Engine::load("model".as_ref())?;
//! let question = Message {
//!     role: Role::User,
//!     content: "What is an avocet?".to_owned(),
//! };
//! let options = Options {
//!     max_tokens: 200,
//!     temperature: 0.7,
//!     seed: None,
//! };
//! engine.start().await?;
//! let mut response = engine.generate(engine.prompt(vec![question], options)?)?;
//! while let Some(piece) = response.next().await {
//!     if let Piece::Text { text, .. } = piece? {
//!         // Show the text.
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

pub use engine::{Engine, FinishReason, Limits, ModelInfo, Options, Piece, Prompt};
pub use error::{GenerateError, LoadError};
pub use template::{Message, Role};
