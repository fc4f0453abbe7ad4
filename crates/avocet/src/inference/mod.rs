//! Models on threads, behind bounded queues: the crate `avocet-inference` as a part of an application.
//!
//! [`App::component`](crate::App::component) adds [`Workers`] to an application, which loads the model at its start. Handlers receive the handle as
//! a state.
//!
//! ```
//! use std::convert::Infallible;
//!
//! use avocet::inference::{Batch, InferenceError, Predictor, Workers};
//! use avocet::prelude::*;
//! use avocet::testing::TestClient;
//!
//! struct Embedder;
//!
//! impl Predictor for Embedder {
//!     type Input = String;
//!     type Output = Vec<f32>;
//!     type Error = Infallible;
//!
//!     fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<Vec<f32>>, Infallible> {
//!         Ok(batch.inputs().iter().map(|text| vec![text.len() as f32]).collect())
//!     }
//! }
//!
//! #[post("/embed")]
//! async fn embed(#[body] texts: Vec<String>, #[state] model: Workers<Embedder>) -> Result<Vec<Vec<f32>>, InferenceError> {
//!     model.run_all(texts).await
//! }
//!
//! # #[avocet::main]
//! # async fn main() -> avocet::Result<()> {
//! let embedder = Workers::new("minilm", |_replica| Ok(Embedder)).max_batch(32).queue(512);
//! let app = App::new("Embedder", "1.0.0").component(embedder).routes(routes![embed]);
//! let client = TestClient::start(app.build()?).await?;
//! let response = client.post("/embed").json(&["four", "no"]).send().await;
//! assert_eq!(response.json::<Vec<Vec<f32>>>().await, [[4.0], [2.0]]);
//! # client.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Errors
//!
//! [`InferenceError`] is a [`ResponseError`](crate::response::ResponseError) whose statuses are in the document. `?` in a function that
//! returns an [`HttpError`](crate::response::HttpError) keeps the status.
//!
//! | error | status | code | headers |
//! |---|---|---|---|
//! | [`Rejected`]: the queue is full, or the result would be late | 503, or that of [`App::overload_status`](crate::App::overload_status) | `overloaded` | `retry-after`, `retry-after-ms`, `x-should-retry: true` |
//! | [`Rejected`] by [`Limit::PerCaller`] | 429 | `too_many_requests` | the same |
//! | [`Rejected`], the request alone exceeds the limit | 413 | `exceeds_limit` | `x-should-retry: false` |
//! | [`Expired`](InferenceError::Expired) | 504 | `deadline_exceeded` | |
//! | [`NotReady`](InferenceError::NotReady) | 503 | `not_ready` | `retry-after: 1`, `retry-after-ms: 1000`, `x-should-retry: true` |
//! | [`Stopping`](InferenceError::Stopping) | 503 | `stopping` | the same |
//! | [`Cancelled`](InferenceError::Cancelled) | 503 | `cancelled` | |
//! | [`Stalled`](InferenceError::Stalled), in a stream | 408 | `stalled` | |
//! | [`Model`](InferenceError::Model), [`Panicked`](InferenceError::Panicked), [`Hung`](InferenceError::Hung) | 500, and the reason is logged | | |
//!
//! The body of a rejection has the members `limit`, `value` and `measured`. The reason of `NotReady` is not in the response: the readiness
//! check logs it.
//!
//! # Streams
//!
//! [`Items`] is the stream of a response: [`Sse`](crate::response::Sse), [`JsonLines`](crate::response::JsonLines) or
//! [`ByteStream`](crate::response::ByteStream). When the client disconnects, the request to the model is cancelled.
//!
//! # Figures
//!
//! [`Metrics`](crate::observe::Metrics) has the figures of all workers of the application, as [`prometheus`] writes them, and [`view`] is a page of
//! them. The response to a request that used a model has the header `server-timing: queue;dur=0.412, model;dur=35.207`, in milliseconds.

mod component;
mod response_error;
mod view;

pub use avocet_inference::{
    Active, Admission, Batch, BatchFn, Distribution, Emit, Figures, Generator, InferenceError,
    Items, Limit, Limits, ModelError, Monitor, OnHang, Predictor, Priority, Rejected, Replica,
    Rung, Running, Streamer, Times, Timings, Unwanted, Workers, prometheus, workers,
};
pub use view::view;
