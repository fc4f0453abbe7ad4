//! Batches: `Predictor`, the inputs of a batch, and the loop of a replica.

mod batch;
mod replica;

pub use batch::{Batch, Predictor};
pub(crate) use batch::{Prediction, Reply};
