//! Sampling of the next token.

use std::hash::{BuildHasher, RandomState};

use pulp::Arch;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::llama::vector::{exp, greatest, sum};

/// Chooses tokens from logits, deterministically for a given seed.
#[derive(Debug)]
pub struct Sampler {
    temperature: f32,
    /// The share of the probability that the most likely tokens must have; the others are not drawn.
    top_p: f32,
    /// The number of tokens that can be drawn.
    top_k: usize,
    random: ChaCha8Rng,
    /// A buffer.
    weights: Vec<f32>,
}

impl Sampler {
    /// Creates a sampler. At temperature 0 it takes the most likely token and ignores the seed.
    pub fn new(temperature: f32, seed: u64) -> Self {
        // Expanded manually: `ChaCha` is specified, but how a library expands a short seed is not.
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Self {
            temperature,
            top_p: 1.0,
            top_k: usize::MAX,
            random: ChaCha8Rng::from_seed(key),
            weights: Vec::new(),
        }
    }

    /// Draws only the most likely tokens whose probabilities add up to this share, at least one.
    pub fn top_p(mut self, share: f32) -> Self {
        self.top_p = share;
        self
    }

    /// Draws only this number of the most likely tokens, at least one.
    pub fn top_k(mut self, count: u32) -> Self {
        self.top_k = usize::try_from(count).unwrap_or(usize::MAX).max(1);
        self
    }

    /// Returns the next token, or `None` if no logit is finite.
    pub fn choose(&mut self, logits: &[f32]) -> Option<u32> {
        let (best, highest) = most_likely(logits)?;
        let index = if self.temperature > 0.0 {
            self.draw(logits, highest).unwrap_or(best)
        } else {
            best
        };
        u32::try_from(index).ok()
    }

    /// Draws an index with the probability that the softmax of the logits gives it.
    fn draw(&mut self, logits: &[f32], highest: f32) -> Option<usize> {
        /// Weights that are skipped together; adding them up uses vectors, the search among them does not.
        const BLOCK: usize = 64;
        let (weights, temperature) = (&mut self.weights, self.temperature);
        weights.resize(logits.len(), 0.0);
        Arch::new().dispatch(|| {
            for (weight, logit) in weights.iter_mut().zip(logits) {
                let likely = exp((finite(*logit) - highest) / temperature);
                *weight = if logit.is_finite() { likely } else { 0.0 };
            }
        });
        if self.top_p < 1.0 || self.top_k < logits.len() {
            cut(weights, self.top_p, self.top_k);
        }
        let total: f64 = Arch::new().dispatch(|| weights.chunks(BLOCK).map(block_sum).sum());
        let mut left = total * f64::from(self.random.next_u32()) / (f64::from(u32::MAX) + 1.0);
        for (index, block) in weights.chunks(BLOCK).enumerate() {
            let whole = block_sum(block);
            if left >= whole {
                left -= whole;
                continue;
            }
            let place = block.iter().position(|weight| {
                left -= f64::from(*weight);
                left < 0.0
            });
            if let Some(place) = place {
                return Some(index * BLOCK + place);
            }
        }
        None
    }
}

/// Sets all weights to 0 but the greatest ones: `top_k` of them, and no more than have together the share `top_p`.
fn cut(weights: &mut [f32], top_p: f32, top_k: usize) {
    let mut order: Vec<usize> = (0..weights.len()).collect();
    // Of equal weights the first one counts, as without a limit.
    order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
    let total: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
    let wanted = total * f64::from(top_p);
    let mut sum = 0.0;
    let kept = order.iter().take_while(|index| {
        let reached = sum >= wanted && sum > 0.0;
        sum += f64::from(weights[**index]);
        !reached
    });
    let kept = kept.count().min(top_k).max(1);
    for index in &order[kept..] {
        weights[*index] = 0.0;
    }
}

/// Returns a different seed each time. The standard library seeds its hash maps from the system's randomness, which is enough for variety
/// and saves a dependency.
pub fn draw_seed() -> u64 {
    RandomState::new().hash_one(0)
}

/// Returns the first of the highest finite logits.
fn most_likely(logits: &[f32]) -> Option<(usize, f32)> {
    let highest = Arch::new().dispatch(|| greatest(logits, finite));
    let index = logits.iter().position(|logit| finite(*logit) >= highest);
    index
        .filter(|_| highest.is_finite())
        .map(|index| (index, highest))
}

/// Returns the sum of some weights.
fn block_sum(block: &[f32]) -> f64 {
    f64::from(sum(block, |weight| weight))
}

/// Replaces what is not a finite number by minus infinity.
fn finite(logit: f32) -> f32 {
    if logit.is_finite() {
        logit
    } else {
        f32::NEG_INFINITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(temperature: f32, seed: u64, logits: &[f32]) -> Vec<u32> {
        let mut sampler = Sampler::new(temperature, seed);
        (0..1000).map(|_| sampler.choose(logits).unwrap()).collect()
    }

    #[test]
    fn temperature_zero_takes_the_first_of_the_highest() {
        assert_eq!(Sampler::new(0.0, 1).choose(&[0.5, 2.0, 2.0, -1.0]), Some(1));
    }

    #[test]
    fn the_same_seed_draws_the_same_tokens() {
        let logits = [0.0; 50];
        assert_eq!(draws(1.0, 7, &logits), draws(1.0, 7, &logits));
        assert_ne!(draws(1.0, 7, &logits), draws(1.0, 8, &logits));
    }

    #[test]
    fn the_first_draws_of_a_seed_never_change() {
        assert_eq!(
            draws(1.0, 42, &[0.0; 1000])[..6],
            [99, 348, 88, 285, 394, 493]
        );
    }

    #[test]
    fn tokens_come_as_often_as_the_softmax_says() {
        let drawn = draws(0.5, 3, &[0.0, 3f32.ln() / 2.0, f32::NEG_INFINITY]);
        let ones = drawn.iter().filter(|token| **token == 1).count();
        assert!(
            (700..800).contains(&ones),
            "{ones} of 1000, expected about 750"
        );
        assert!(!drawn.contains(&2));
    }

    #[test]
    fn only_the_most_likely_tokens_are_drawn() {
        let logits = [0.0, 3f32.ln(), 2f32.ln(), 4f32.ln()];
        let drawn = |sampler: Sampler| {
            let mut sampler = sampler;
            let mut drawn: Vec<u32> = (0..500).map(|_| sampler.choose(&logits).unwrap()).collect();
            drawn.sort_unstable();
            drawn.dedup();
            drawn
        };
        let sampler = || Sampler::new(1.0, 5);
        assert_eq!(drawn(sampler()), [0, 1, 2, 3]);
        assert_eq!(drawn(sampler().top_k(2)), [1, 3]);
        assert_eq!(drawn(sampler().top_k(0)), [3]);
        // 0.4, 0.3, 0.2 and 0.1.
        assert_eq!(drawn(sampler().top_p(0.65)), [1, 3]);
        assert_eq!(drawn(sampler().top_p(0.75)), [1, 2, 3]);
        assert_eq!(drawn(sampler().top_p(0.0)), [3]);
        assert_eq!(drawn(sampler().top_p(0.95).top_k(1)), [3]);
    }

    #[test]
    fn what_is_not_a_number_is_never_drawn() {
        assert!(
            draws(1.0, 3, &[f32::NAN, 1.0, f32::NAN])
                .iter()
                .all(|token| *token == 1)
        );
        assert_eq!(
            Sampler::new(1.0, 3).choose(&[f32::NAN, f32::NEG_INFINITY]),
            None
        );
    }
}
