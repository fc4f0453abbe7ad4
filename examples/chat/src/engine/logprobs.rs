//! The probabilities of tokens.

use avocet_ai::generate::{TokenLogprob, TopLogprob};

use crate::tokens::Tokens;

/// Returns the probability of a token by the softmax of the logits, and the most likely tokens, this many.
pub(super) fn token_logprob(tokens: &Tokens, logits: &[f32], token: u32, top: u8) -> TokenLogprob {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - highest).exp()).sum();
    let logprob = |token: u32| logits[token as usize] - highest - sum.ln();

    let mut order: Vec<u32> = (0..).zip(logits).map(|(token, _)| token).collect();
    let by_logit = |a: &u32, b: &u32| logits[*b as usize].total_cmp(&logits[*a as usize]);
    let count = usize::from(top).min(order.len());
    if count > 0 && count < order.len() {
        order.select_nth_unstable_by(count, by_logit);
    }
    order.truncate(count);
    order.sort_by(by_logit);
    let top = order.into_iter().map(|token| {
        let bytes = tokens.bytes(token);
        TopLogprob {
            token: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
            logprob: logprob(token),
        }
    });
    let bytes = tokens.bytes(token);
    TokenLogprob {
        token: String::from_utf8_lossy(&bytes).into_owned(),
        bytes,
        logprob: logprob(token),
        top: top.collect(),
    }
}
