//! The completion that the servers of `tokens` stream, in the format of OpenAI.

use std::time::Duration;

/// The tokens of a completion.
pub const TOKENS: u32 = 64;

/// The time of a step, in which each sequence gets a token.
pub const STEP: Duration = Duration::from_millis(1);

/// The sequences of a step.
pub const SEQUENCES: usize = 32;

pub const MODEL: &str = "steps";
pub const ID: &str = "cmpl-0123456789abcdef0123456789abcdef";
pub const CREATED: u64 = 1_796_000_000;
pub const TEXT: &str = " token";
