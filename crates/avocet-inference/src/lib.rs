//! Bounded queues, dynamic and continuous batching, deadlines and cancellation for models that run on threads. It is independent of HTTP.
//!
//! | a model that | implements | is used with |
//! |---|---|---|
//! | computes an output for each input of a batch | [`Predictor`] | [`Workers::run`], [`Workers::run_all`] |
//! | answers one request with a stream, in a blocking loop | [`Streamer`] | [`Workers::stream`] |
//! | computes the next item of several requests together | [`Generator`] | [`Workers::generate`] |
//!
//! ```text
//! caller ─ run() ─► limits ─► queue: priorities, shares of callers ─► batch ─► replica's thread: predict()
//!    ◄──────────────── result, or an error within the deadline ◄───────────────────────┘
//! ```
//!
//! All queues have a bound; a full one rejects at once, with the limit, its value and the measured value ([`Rejected`]).

mod channel;
mod emit;
mod error;
mod figures;
mod generator;
mod group;
mod items;
mod meters;
mod models;
mod monitor;
mod pool;
mod predictor;
mod priority;
mod prometheus;
mod replica;
mod rung;
mod scheduler;
mod settings;
mod streamer;
mod sync;
mod timings;
/// The replicas of a model, and the handle to use them.
pub mod workers;

pub use emit::{Emit, Unwanted};
pub use error::{InferenceError, Limit, ModelError, Rejected};
pub use figures::{Distribution, Figures};
pub use generator::{Active, Admission, Generator, Running};
pub use models::{Models, UnknownModel};
pub use monitor::{Limits, Monitor};
pub use predictor::{Batch, Predictor};
pub use priority::Priority;
pub use prometheus::prometheus;
pub use replica::Replica;
pub use rung::Rung;
pub use settings::OnHang;
pub use streamer::Streamer;
pub use timings::{Times, Timings};
pub use workers::{BatchFn, Items, Workers};

// The code of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
