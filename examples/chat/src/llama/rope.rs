//! Rotary positions: a query or key is rotated by angles that grow with its position.

use std::f64::consts::TAU;

use super::config::{Llama3Scaling, Rope};

/// The rotation speeds of the pairs of a head.
#[derive(Debug)]
pub(super) struct Rotation {
    /// Radians per position, one for each of the `head / 2` pairs.
    speeds: Vec<f32>,
}

/// Cosines and sines for the rows of a pass, each `[rows, head / 2]`.
#[derive(Debug, Default)]
pub(super) struct Angles {
    cosines: Vec<f32>,
    sines: Vec<f32>,
}

impl Rotation {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a head has far fewer than 2^52 pairs, and f32 is the precision models are trained with"
    )]
    pub(super) fn new(head: usize, rope: &Rope) -> Self {
        let speeds = (0..head / 2)
            .map(|pair| rope.theta.powf(-((2 * pair) as f64) / head as f64))
            .map(|speed| {
                rope.llama3
                    .as_ref()
                    .map_or(speed, |llama3| llama3.slow(speed)) as f32
            })
            .collect();
        Self { speeds }
    }

    /// Adds the angles for the positions `start..start + rows`. Each pass computes them again: a table for a whole context would be larger
    /// than many caches, and a pass needs few of its rows.
    #[expect(
        clippy::cast_precision_loss,
        reason = "positions are below 2^24 in any real context"
    )]
    pub(super) fn add(&self, start: usize, rows: usize, angles: &mut Angles) {
        for position in start..start + rows {
            for speed in &self.speeds {
                let (sine, cosine) = (position as f32 * speed).sin_cos();
                angles.cosines.push(cosine);
                angles.sines.push(sine);
            }
        }
    }
}

impl Angles {
    pub(super) fn clear(&mut self) {
        self.cosines.clear();
        self.sines.clear();
    }

    /// Rotates the heads of one row. Pairs are the elements `i` and `i + head / 2`, the order in which Hugging Face stores the projections
    /// (the original release interleaves them).
    pub(super) fn turn(&self, row: usize, head: usize, heads: &mut [f32]) {
        let half = head / 2;
        let cosines = &self.cosines[row * half..][..half];
        let sines = &self.sines[row * half..][..half];
        for head in heads.chunks_exact_mut(head) {
            let (first, second) = head.split_at_mut(half);
            let pairs = first.iter_mut().zip(second);
            for ((first, second), (cosine, sine)) in pairs.zip(cosines.iter().zip(sines)) {
                (*first, *second) = (
                    *first * cosine - *second * sine,
                    *second * cosine + *first * sine,
                );
            }
        }
    }
}

impl Llama3Scaling {
    fn slow(&self, speed: f64) -> f64 {
        let waves = self.original_context * speed / TAU;
        let kept = (waves - self.low_frequency) / (self.high_frequency - self.low_frequency);
        let kept = kept.clamp(0.0, 1.0);
        kept * speed + (1.0 - kept) * speed / self.factor
    }
}
