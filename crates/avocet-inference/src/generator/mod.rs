//! Continuous batching: `Generator`, the sequences of a step, and the loop of a replica.

mod replica;
mod sequences;

pub use sequences::{Active, Admission, Generator, Running};
