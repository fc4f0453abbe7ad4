//! Loops over `f32` slices, compiled for the instructions of the processor that runs them.
//!
//! candle has these as single operations that allocate, call the C library for each number, or wait for rayon's threads.

use candle_core::{CpuStorage, InplaceOp1, InplaceOp2, Layout, Result, bail};

use super::functions::{exp, gelu};

/// As many as the widest vector instructions take.
const LANES: usize = 16;

/// Adds a bias, then the exact GELU: `x · Φ(x)`, Φ from the error function.
#[derive(Debug)]
pub(super) struct BiasGelu<'a>(pub(super) &'a [f32]);

impl InplaceOp1 for BiasGelu<'_> {
    fn name(&self) -> &'static str {
        "bias-gelu"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let values = slice_mut(storage, layout)?;
        pulp::Arch::new().dispatch(|| {
            for row in values.chunks_exact_mut(self.0.len()) {
                for (value, bias) in row.iter_mut().zip(self.0) {
                    *value = gelu(*value + bias);
                }
            }
        });
        Ok(())
    }
}

/// Adds a bias.
#[derive(Debug)]
pub(super) struct Bias<'a>(pub(super) &'a [f32]);

impl InplaceOp1 for Bias<'_> {
    fn name(&self) -> &'static str {
        "bias"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let values = slice_mut(storage, layout)?;
        pulp::Arch::new().dispatch(|| {
            for row in values.chunks_exact_mut(self.0.len()) {
                for (value, bias) in row.iter_mut().zip(self.0) {
                    *value += bias;
                }
            }
        });
        Ok(())
    }
}

/// Scales the scores, then makes each row of this length positive with the sum 1.
#[derive(Debug)]
pub(super) struct Softmax {
    pub(super) scale: f32,
    pub(super) row: usize,
}

impl InplaceOp1 for Softmax {
    fn name(&self) -> &'static str {
        "scaled-softmax"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let values = slice_mut(storage, layout)?;
        pulp::Arch::new().dispatch(|| {
            for row in values.chunks_exact_mut(self.row) {
                let largest = largest(row);
                for value in row.iter_mut() {
                    *value = exp((*value - largest) * self.scale);
                }
                let share = 1.0 / sum(row, |value| value);
                for value in row {
                    *value *= share;
                }
            }
        });
        Ok(())
    }
}

/// Adds a bias and a second tensor, then brings each row to the mean 0 and the variance 1, and to what the model learned.
#[derive(Clone, Debug)]
pub(super) struct AddNorm {
    pub(super) bias: Vec<f32>,
    pub(super) weight: Vec<f32>,
    pub(super) shift: Vec<f32>,
    pub(super) epsilon: f32,
}

impl InplaceOp2 for AddNorm {
    fn name(&self) -> &'static str {
        "add-norm"
    }

    fn cpu_fwd(
        &self,
        storage: &mut CpuStorage,
        layout: &Layout,
        added: &CpuStorage,
        added_layout: &Layout,
    ) -> Result<()> {
        let added = slice(added, added_layout)?;
        let values = slice_mut(storage, layout)?;
        let width = self.weight.len();
        #[expect(clippy::cast_precision_loss, reason = "rows are a few hundred wide")]
        let share = 1.0 / width as f32;
        pulp::Arch::new().dispatch(|| {
            let rows = values.chunks_exact_mut(width);
            for (row, added) in rows.zip(added.chunks_exact(width)) {
                for ((value, added), bias) in row.iter_mut().zip(added).zip(&self.bias) {
                    *value += added + bias;
                }
                let mean = share * sum(row, |value| value);
                let squares = sum(row, |value| (value - mean) * (value - mean));
                let scale = 1.0 / (share * squares + self.epsilon).sqrt();
                for ((value, weight), shift) in row.iter_mut().zip(&self.weight).zip(&self.shift) {
                    *value = (*value - mean) * scale * weight + shift;
                }
            }
        });
        Ok(())
    }
}

/// Returns the mean of the rows of this width, with the length 1.
#[expect(
    clippy::cast_precision_loss,
    reason = "a text has a few hundred tokens"
)]
pub(super) fn normalized_mean(rows: &[f32], width: usize) -> Vec<f32> {
    // The smallest length that torch divides by.
    const SMALLEST: f32 = 1e-12;
    let mut mean = vec![0.0; width];
    for row in rows.chunks_exact(width) {
        for (sum, value) in mean.iter_mut().zip(row) {
            *sum += value;
        }
    }
    let share = width as f32 / rows.len() as f32;
    for value in &mut mean {
        *value *= share;
    }
    let squares: f32 = mean.iter().map(|value| value * value).sum();
    let scale = 1.0 / squares.sqrt().max(SMALLEST);
    for value in &mut mean {
        *value *= scale;
    }
    mean
}

/// Adds the values of `map`, in an order that the compiler can turn into vector instructions.
#[expect(
    clippy::inline_always,
    reason = "a call would end the vector instructions of the loop around it"
)]
#[inline(always)]
fn sum(values: &[f32], map: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().map(|value| map(*value)).sum();
    for chunk in chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += map(*value);
        }
    }
    rest + sums.iter().sum::<f32>()
}

/// Returns the largest value; in the order of [`sum`].
#[expect(
    clippy::inline_always,
    reason = "a call would end the vector instructions of the loop around it"
)]
#[inline(always)]
fn largest(values: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder().iter();
    let rest = rest.fold(f32::NEG_INFINITY, |left, right| left.max(*right));
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = lane.max(*value);
        }
    }
    lanes.iter().fold(rest, |left, right| left.max(*right))
}

fn slice_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((start, end))) => Ok(&mut values[start..end]),
        _ => bail!("the tensor is not contiguous or not F32"),
    }
}

fn slice<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((start, end))) => Ok(&values[start..end]),
        _ => bail!("the tensor is not contiguous or not F32"),
    }
}
