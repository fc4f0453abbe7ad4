//! The engine: one model on one thread, shared in turns by many callers.
//!
//! Callers submit work ([`Engine::generate`], [`Engine::embed`]) and receive the results through channels. The thread computes one token at
//! a time for every running sequence, so two chats stream side by side. Everything is bounded: the running sequences, the waiting requests
//! and the pieces of text buffered for a reader; the numbers are [`Limits`].

mod generation;
mod handle;

mod embedding;
mod sequence;

mod scheduler;
mod shared;

pub use generation::{FinishReason, Generation, Piece};
pub use handle::{Engine, Limits, ModelInfo, Options};
