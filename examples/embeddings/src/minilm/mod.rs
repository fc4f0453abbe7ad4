//! The BERT encoder of all-MiniLM-L6-v2, written directly on tensors.
//!
//! **No padding.** A batch is the tokens of all its texts, one after the other: `[tokens, hidden]`. Products with weights, norms and
//! activations treat each token by itself, so they run over all rows at once; only attention separates the texts. A batch of mixed lengths
//! costs what its texts cost.
//!
//! **Threads.** A call of [`MiniLm::encode`] stays on the calling thread if `RAYON_NUM_THREADS` is 1; a larger number shares each product among
//! rayon's threads. The processor time per text is the same. The clones of a [`MiniLm`] share their weights.
//!
//! Suggested reading order: `encoder` is the whole model, `layer` and `attention` its parts, and
//! `kernels` the loops between the products.

mod config;
mod tokens;
mod weights;

mod attention;
mod functions;
mod kernels;
mod layer;

mod encoder;

pub use config::Config;
pub use encoder::MiniLm;
pub use tokens::{Tokenizer, Tokens};
