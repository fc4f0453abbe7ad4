//! The Llama architecture, written directly on tensors.
//!
//! Everything is computed in `f32`, whatever the checkpoint stores: processors have no fast
//! half-precision arithmetic that is common to all, and a small model fits in memory regardless.
//!
//! Set `RAYON_NUM_THREADS` where the service runs: without it candle counts the processors anew at
//! every product, which for a model of a few million parameters is a good part of the time of a
//! token. Such a model is fastest with 1.
//!
//! Shapes in the documentation are written `[tokens, hidden]`. There is no batch dimension: the
//! engine advances one sequence at a time.

mod config;
mod weights;

mod attention;
mod cache;
mod layer;
mod rope;

mod forward;

pub use cache::Cache;
pub(crate) use config::OneOrMany;
pub use config::{Config, Llama3Scaling, Rope};
pub use forward::Llama;
pub use weights::Weights;
