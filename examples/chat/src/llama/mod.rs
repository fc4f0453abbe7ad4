//! The Llama architecture, written directly on tensors.
//!
//! All computation is in `f32`, whatever the checkpoint stores: processors have no common fast half-precision arithmetic, and a small model
//! fits in memory regardless.
//!
//! Set `RAYON_NUM_THREADS` in the service's environment: without it candle counts the processors at every product, which takes a
//! considerable part of the time per token for a model of a few million parameters. A model of that size is fastest with 1.
//!
//! Shapes in the documentation are written `[tokens, hidden]`. There is no batch dimension: the engine advances one sequence at a time.

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
