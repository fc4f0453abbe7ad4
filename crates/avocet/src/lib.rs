//! Avocet is a framework for production AI APIs: one typed `async fn` becomes a validated, documented, streaming endpoint.
//!
//! ```
//! use avocet::prelude::*;
//!
//! /// Text to embed.
//! #[model]
//! struct EmbedRequest {
//!     /// One to 64 texts.
//!     #[field(min_items = 1, max_items = 64)]
//!     texts: Vec<String>,
//! }
//!
//! #[model]
//! struct Embeddings {
//!     vectors: Vec<Vec<f32>>,
//! }
//!
//! /// Embed texts as vectors.
//! #[post("/embed", tag = "embeddings")]
//! async fn embed(#[body] request: EmbedRequest) -> Embeddings {
//!     Embeddings { vectors: request.texts.iter().map(|text| vec![text.len() as f32]).collect() }
//! }
//!
//! # async fn run() -> avocet::Result<()> {
//! App::new("Embedder", "1.0.0").routes(routes![embed]).serve("127.0.0.1:8000").await
//! # }
//! ```
//!
//! # Where to look
//!
//! - Declare: [`model`](macro@model), [`get`] and its like, [`errors`], [`events`], [`headers`], [`routes!`].
//! - Read: [`extract`] has a page for each source of an argument, [`rules`] the rules, [`read`] how it is done.
//! - Answer: [`response`] has a page for each kind of answer; [`Sse`](response::Sse), [`JsonLines`](response::JsonLines) and
//!   [`ByteStream`](response::ByteStream) are the streams, which [`stream!`] makes.
//! - Work beside a handler: [`tasks`] is what ends with its request.
//! - Run: [`App`], [`Router`], [`Server`](serve::Server), [`Limits`](serve::Limits), [`main`](macro@main).
//! - Observe: [`observe`] is what an operator sees of it.
//! - Test: [`TestClient`](testing::TestClient).
//! - Without macros: [`Operation`](operation::Operation).
//!
//! # Features
//!
//! These pages show the features that they were built with: `cargo doc` in a project shows the ones that the project turns on, and
//! `cargo doc --all-features`, like the pages on docs.rs, shows all.
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `axum` | yes | `#[extract]`: arguments taken by any extractor of axum 0.8 |
//! | `compression` | no | request bodies compressed with gzip or deflate are decoded, within [`Limits::decoded_body_bytes`](serve::Limits::decoded_body_bytes); without it they are a 415 |
//! | `docs` | yes | the docs page at `/docs`, with its assets embedded |
//! | `restart` | no | SIGUSR2 starts the program anew with the same sockets, and no request is lost ([`Server`](serve::Server)) |
//! | `settings` | no | [`App::run`] and [`Settings`]: address, limits, TLS and log level from arguments, environment and a file |
//! | `tls` | no | TLS on the sockets: [`Tls`], by rustls with ring |
//! | `websocket` | yes | [`#[websocket]`]: typed messages in both directions |
//! | `uuid` | no | `uuid::Uuid` as a field, parameter and answer |
//! | `chrono` | no | `DateTime`, `NaiveDate`, `NaiveTime` and `NaiveDateTime` of chrono 0.4; its `TimeDelta` in `model::Iso8601`, its `NaiveTime` with an offset in `model::OffsetTime` |
//! | `jiff` | no | `Timestamp`, `SignedDuration` and the civil types of jiff 0.2; its `Zoned` in `model::Iso8601`, its `civil::Time` with an offset in `model::OffsetTime` |
//! | `time` | no | the types of time 0.3, in `model::Iso8601`, and its `Time` with an offset in `model::OffsetTime` |
//! | `rust_decimal` | no | `rust_decimal::Decimal`, exact, with the rules `max_digits` and `decimal_places` |
//! | `url` | no | `url::Url`, and `model::HttpUrl` for those of the web |
//! | `base64` | no | `model::Base64`: bytes as base64 text |
//!
#![cfg_attr(
    feature = "settings",
    doc = "[`App::run`]: App::run\n[`Settings`]: Settings"
)]
#![cfg_attr(
    not(feature = "settings"),
    doc = "[`App::run`]: #features\n[`Settings`]: #features"
)]
#![cfg_attr(feature = "tls", doc = "[`Tls`]: serve::Tls")]
#![cfg_attr(not(feature = "tls"), doc = "[`Tls`]: #features")]
#![cfg_attr(feature = "websocket", doc = "[`#[websocket]`]: macro@websocket")]
#![cfg_attr(not(feature = "websocket"), doc = "[`#[websocket]`]: #features")]
// On docs.rs each item behind a feature names it.
#![cfg_attr(docsrs, feature(doc_cfg))]

// In reading order: what a type is, how it is read, what an operation is, how requests and answers pass through it,
// and what is made of all operations together.
pub mod model;
pub mod read;
pub mod rules;

pub mod extract;
pub mod operation;
pub mod response;

pub mod path;

#[cfg(feature = "websocket")]
pub mod websocket;

pub mod observe;

mod app;
mod docs;
mod openapi;
mod report;

pub mod serve;
#[cfg(feature = "settings")]
mod settings;
pub mod tasks;
pub mod testing;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod prelude;
mod shorthand;
mod sync;
mod wake;
mod write;

/// The types of requests and answers that all of the ecosystem shares: `StatusCode`, `HeaderMap`, `Method`.
pub use http;

pub use app::{
    App, BuildError, Error, Mistake, OperationIds, Result, Router, Service, ServiceFuture,
};
#[cfg(feature = "websocket")]
pub use avocet_macros::websocket;
pub use avocet_macros::{delete, errors, events, get, headers, main, model, patch, post, put};
pub use openapi::{Contact, License, OpenApi};
#[cfg(feature = "settings")]
pub use settings::{Program, Settings, SettingsError};
