//! Rotary positions: a query or key is rotated by angles that grow with its position.

use std::f64::consts::TAU;

use candle_core::{D, Device, Result, Tensor};

use super::config::{Llama3Scaling, Rope};

/// The rotation speeds of the pairs of a head.
#[derive(Debug)]
pub(super) struct Rotation {
    /// Radians per position, one for each of the `head / 2` pairs.
    speeds: Vec<f32>,
}

/// Cosines and sines for a range of positions, each `[tokens, head / 2]`.
#[derive(Debug)]
pub(super) struct Angles {
    cosines: Tensor,
    sines: Tensor,
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

    /// Computes the angles for the positions `start..start + tokens`. Each pass computes them again: a table for a whole context would be
    /// larger than many caches, and a pass needs few of its rows.
    #[expect(
        clippy::cast_precision_loss,
        reason = "positions are below 2^24 in any real context"
    )]
    pub(super) fn angles(&self, start: usize, tokens: usize) -> Result<Angles> {
        let angles: Vec<f32> = (start..start + tokens)
            .flat_map(|position| self.speeds.iter().map(move |speed| position as f32 * speed))
            .collect();
        let angles = Tensor::from_vec(angles, (tokens, self.speeds.len()), &Device::Cpu)?;
        Ok(Angles {
            cosines: angles.cos()?,
            sines: angles.sin()?,
        })
    }
}

impl Angles {
    /// Rotates `[heads, tokens, head]`. Pairs are the elements `i` and `i + head / 2`, the order in which Hugging Face stores the
    /// projections (the original release interleaves them).
    pub(super) fn turn(&self, x: &Tensor) -> Result<Tensor> {
        let half = x.dim(D::Minus1)? / 2;
        let first = x.narrow(D::Minus1, 0, half)?;
        let second = x.narrow(D::Minus1, half, half)?;
        let (cosines, sines) = (&self.cosines, &self.sines);
        let turned_first = (first.broadcast_mul(cosines)? - second.broadcast_mul(sines)?)?;
        let turned_second = (second.broadcast_mul(cosines)? + first.broadcast_mul(sines)?)?;
        Tensor::cat(&[turned_first, turned_second], D::Minus1)
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
