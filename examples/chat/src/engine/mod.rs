//! The engine: one model on one thread, taking turns among many callers.
//!
//! Callers hand over work ([`Engine::generate`], [`Engine::embed`]) and get it back through
//! channels. The thread gives every running sequence one token in turn, so two chats stream side
//! by side. Nothing grows without bound: so many run, so many wait, so many pieces of text lie
//! ready for a reader; the numbers are [`Limits`].

mod generation;
mod handle;

mod embedding;
mod sequence;

mod scheduler;
mod shared;

pub use generation::{FinishReason, Generation, Piece};
pub use handle::{Engine, Limits, ModelInfo, Options};
