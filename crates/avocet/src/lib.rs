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
//! - Declare: [`model`](macro@model), [`get`] and the other methods, [`errors`], [`events`], [`headers`], [`routes!`].
//! - Read: [`extract`] has a page for each source of values in a request, [`rules`] lists the validation rules, [`types`] are the types of
//!   fields, [`input`] is how a type reads itself with the reader, [`read`].
//! - Share: [`depend`] has what several handlers need first, [`security`] the schemes of credentials, [`cleanup`] what runs at the end of a
//!   request.
//! - Respond: [`response`] has a page for each kind of response; [`Sse`](response::Sse), [`JsonLines`](response::JsonLines) and
//!   [`ByteStream`](response::ByteStream) are the streams, which [`stream!`] makes.
//! - Work beside a handler: [`tasks`] are cancelled when their request ends.
//! - Run: [`App`], [`Router`], [`Server`](serve::Server), [`Limits`](serve::Limits), [`main`](macro@main).
//! - Observe: [`observe`] has logs, spans, metrics and health checks.
//! - Test: [`TestClient`](testing::TestClient).
//! - Without macros: [`Operation`](operation::Operation) and [`Route`](route::Route).
//!
//! # Features
//!
//! These pages show the features that they were built with: `cargo doc` in a project shows those that the project enables, and
//! `cargo doc --all-features`, like the pages on docs.rs, shows all.
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `axum` | yes | `#[extract]` also takes any extractor of axum 0.8 |
//! | `compression` | no | request bodies compressed with gzip or deflate are decoded, within [`Limits::decoded_body_bytes`](serve::Limits::decoded_body_bytes); without this feature they are rejected with 415 |
//! | `docs` | yes | the docs page at `/docs`, with its assets embedded |
//! | `inference` | no | models on threads as components: bounded queues, batching, deadlines and cancellation, with statuses for their errors, metrics and a live view ([`inference`](#features)) |
//! | `restart` | no | SIGUSR2 restarts the program with the same sockets, without losing a request ([`Server`](serve::Server)) |
//! | `server` | yes | everything but models: without it, a crate that a client shares has `#[model]`, and builds no server |
//! | `settings` | no | [`App::run`] and [`Settings`]: address, limits, TLS and log level from arguments, environment and a file |
//! | `tls` | no | TLS on the sockets: [`Tls`], using rustls with ring |
//! | `websocket` | yes | [`#[websocket]`]: typed messages in both directions |
//! | `uuid` | no | `uuid::Uuid` as a field, parameter and response |
//! | `chrono` | no | `DateTime`, `NaiveDate`, `NaiveTime` and `NaiveDateTime` of chrono 0.4; its `TimeDelta` in `types::Iso8601`, its `NaiveTime` with an offset in `types::OffsetTime` |
//! | `jiff` | no | `Timestamp`, `SignedDuration` and the civil types of jiff 0.2; its `Zoned` in `types::Iso8601`, its `civil::Time` with an offset in `types::OffsetTime` |
//! | `time` | no | the types of time 0.3, in `types::Iso8601`, and its `Time` with an offset in `types::OffsetTime` |
//! | `rust_decimal` | no | `rust_decimal::Decimal`, exact, with the rules `max_digits` and `decimal_places` |
//! | `url` | no | `url::Url`, and `types::HttpUrl` for `http` and `https` URLs |
//! | `base64` | no | `types::Base64`: bytes as base64 text |
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
// The server uses what a crate of models alone leaves unused.
#![cfg_attr(
    not(feature = "server"),
    allow(dead_code, unused_imports, reason = "the server uses it")
)]
// On docs.rs each item behind a feature names that feature.
#![cfg_attr(docsrs, feature(doc_cfg))]

// Models: all that a crate without a server has.
pub mod input;
pub mod model;
pub mod read;
pub mod rules;
pub mod types;

mod number;
mod temporal;
mod write;

// In reading order: operations, how requests and responses pass through the application, and what is built from all operations.
#[cfg(feature = "server")]
pub mod extract;
#[cfg(feature = "server")]
pub mod operation;
#[cfg(feature = "server")]
pub mod response;
#[cfg(feature = "server")]
pub mod route;

#[cfg(feature = "server")]
pub mod cleanup;
#[cfg(feature = "server")]
pub mod depend;
#[cfg(feature = "server")]
pub mod security;

#[cfg(feature = "server")]
pub mod layer;
#[cfg(feature = "server")]
pub mod lifecycle;
/// What travels with a request to the code that its handler calls: deadline, cancellation, caller, request id and trace.
#[cfg(feature = "server")]
pub use avocet_context as context;
#[cfg(feature = "inference")]
pub mod inference;
#[cfg(feature = "server")]
pub mod plugin;

#[cfg(feature = "server")]
pub mod path;

#[cfg(feature = "websocket")]
pub mod websocket;

#[cfg(feature = "server")]
pub mod observe;
#[cfg(feature = "server")]
pub mod serve;
#[cfg(feature = "server")]
pub mod tasks;
#[cfg(feature = "server")]
pub mod testing;

#[cfg(feature = "server")]
mod app;
#[cfg(feature = "server")]
mod body;
#[cfg(feature = "server")]
mod docs;
#[cfg(feature = "server")]
mod error;
#[cfg(feature = "server")]
mod openapi;
#[cfg(feature = "server")]
mod report;
#[cfg(feature = "settings")]
mod settings;
#[cfg(feature = "websocket")]
mod sync;

#[doc(hidden)]
pub mod bounds;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod prelude;
#[cfg(feature = "server")]
mod shorthand;

/// The types of requests and responses that the whole ecosystem shares: `StatusCode`, `HeaderMap`, `Method`.
#[cfg(feature = "server")]
pub use http;

#[cfg(feature = "server")]
pub use app::{App, BuildError, Error, Mistake, OperationIds, Result, Service, ServiceFuture};
pub use avocet_macros::model;
#[cfg(feature = "websocket")]
pub use avocet_macros::websocket;
#[cfg(feature = "server")]
pub use avocet_macros::{delete, dependency, errors, events, get, headers, main, patch, post, put};
#[cfg(feature = "server")]
pub use docs::ApiDocument;
#[cfg(feature = "docs")]
pub use docs::DocsLogin;
#[cfg(feature = "server")]
pub use openapi::{Contact, License, OpenApi, Tag};
#[cfg(feature = "server")]
pub use operation::ExternalDocs;
#[cfg(feature = "server")]
pub use route::Router;
#[cfg(feature = "settings")]
pub use settings::{Program, Settings, SettingsError};

// The code of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
