//! The Llama architecture, written directly on slices of numbers.
//!
//! [`Llama::forward`] reads the next tokens of several sequences in one pass. The keys and values of a sequence's earlier tokens are in its
//! [`Slot`] of a [`KvCache`].
//!
//! All computation is in `f32`, whatever the checkpoint stores: processors have no common fast half-precision arithmetic, and a small model
//! fits in memory regardless. A pass uses one thread: for a model of a few million parameters, the threads of a product would wait for each
//! other longer than they compute.
//!
//! Why not the tensors of a library: each operation on a tensor costs some microseconds, which is more than the arithmetic of one token in a
//! model of this size takes.
//!
//! `cargo run --release -p chat --example batches` measures the tokens per second for 1 to 32 sequences. The feature `avx512` makes products
//! faster on processors that have these instructions.
//!
//! Shapes in the documentation are written `[rows, hidden]`. A row is a token, and the rows of a pass are the new tokens of all its runs, one
//! run after the other.

mod config;
mod weights;

mod attention;
mod cache;
mod layer;
mod linear;
mod rope;
pub(crate) mod vector;

mod batch;
mod forward;

pub use batch::{ForwardError, Output, Outputs, Run, Workspace};
pub use cache::{KvCache, Slot};
pub(crate) use config::OneOrMany;
pub use config::{Config, Llama3Scaling, Rope};
pub use forward::Llama;
pub use weights::Weights;
