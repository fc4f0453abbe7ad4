//! The engine: one model, shared by many callers.
//!
//! [`Chat`] generates text for several conversations together: each step of the model reads one token of every running response and a bounded
//! part of the new prompts. [`Embedder`] turns texts into vectors on a thread of its own, over the same weights. The queue in front of each is
//! that of `avocet-inference`; its limits are [`Limits`].

mod chat;
mod choice;
mod embedder;
mod handle;
mod logprobs;
mod sequence;

pub use chat::{Chat, Prompt};
pub use choice::{Choice, ChoiceError};
pub use embedder::Embedder;
pub use handle::{Engine, Limits, ModelInfo, Options};
