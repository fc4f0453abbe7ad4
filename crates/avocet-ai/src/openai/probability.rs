//! Tokens with their probabilities.

use avocet::prelude::*;

use crate::generate::{TokenLogprob, TopLogprob};

/// A token with its probability.
#[model(name = "OpenAiTokenLogprob")]
#[derive(Clone, Debug)]
pub(super) struct TokenProbability {
    /// The text.
    token: String,
    /// The natural logarithm of the probability.
    logprob: f32,
    /// The bytes.
    bytes: Vec<u8>,
    /// The most likely tokens at its position.
    top_logprobs: Vec<Alternative>,
}

/// A token that could have been chosen.
#[model(name = "OpenAiTopLogprob")]
#[derive(Clone, Debug)]
struct Alternative {
    /// The text.
    token: String,
    /// The natural logarithm of the probability.
    logprob: f32,
    /// The bytes.
    bytes: Vec<u8>,
}

impl From<TokenLogprob> for TokenProbability {
    fn from(token: TokenLogprob) -> Self {
        Self {
            token: token.token,
            logprob: token.logprob,
            bytes: token.bytes,
            top_logprobs: token.top.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<TopLogprob> for Alternative {
    fn from(token: TopLogprob) -> Self {
        Self {
            token: token.token,
            logprob: token.logprob,
            bytes: token.bytes,
        }
    }
}
