//! Products of all rows of a pass with a matrix of weights.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined is compiled for the oldest processors"
)]

use pulp::{Arch, Simd, WithSimd, bytemuck};

use super::config::Config;
use super::vector::lanes;
use super::weights::Weights;
use crate::error::LoadError;

/// Vectors of outputs that are computed together.
const VECTORS: usize = 2;
/// Rows that are computed together: with the vectors they are as many sums as the registers of most processors hold.
const ROWS: usize = 6;

/// A matrix, and a bias if the model has one.
///
/// Every output is summed over its inputs in order, whatever the number of rows: a row's result does not depend on the rows beside it.
#[derive(Debug)]
pub(super) struct Linear {
    inputs: usize,
    outputs: usize,
    /// Outputs in one panel.
    width: usize,
    /// Panels of `[inputs, width]`, one after the other: a product reads them from front to back. The last one is filled with zeros.
    panels: Vec<f32>,
    /// Panels of `[width]`; zeros if the model has none.
    bias: Vec<f32>,
}

impl Linear {
    /// Loads several matrices with the same inputs as one, with their outputs side by side.
    pub(super) fn load(
        weights: &mut Weights,
        inputs: usize,
        bias: bool,
        parts: &[(String, usize)],
    ) -> Result<Self, LoadError> {
        let (mut matrix, mut added) = (Vec::new(), Vec::new());
        for (name, outputs) in parts {
            matrix.extend(weights.take(&format!("{name}.weight"), &[*outputs, inputs])?);
            if bias {
                added.extend(weights.take(&format!("{name}.bias"), &[*outputs])?);
            }
        }
        let mut linear = Self::from_rows(&matrix, inputs);
        linear.bias[..added.len()].copy_from_slice(&added);
        Ok(linear)
    }

    /// Loads the matrix `name` of `[vocabulary, hidden]`.
    pub(super) fn of_tokens(
        weights: &mut Weights,
        config: &Config,
        name: &str,
    ) -> Result<Self, LoadError> {
        let matrix = weights.take(name, &[config.vocabulary, config.hidden])?;
        Ok(Self::from_rows(&matrix, config.hidden))
    }

    /// Creates it from a matrix in the layout of checkpoints, `[outputs, inputs]`.
    fn from_rows(matrix: &[f32], inputs: usize) -> Self {
        let width = VECTORS * lanes();
        let outputs = matrix.len() / inputs;
        let count = outputs.div_ceil(width);
        let mut panels = vec![0.0; count * inputs * width];
        for (output, row) in matrix.chunks_exact(inputs).enumerate() {
            let start = output / width * inputs * width + output % width;
            let column = panels[start..].iter_mut().step_by(width);
            column.zip(row).for_each(|(to, from)| *to = *from);
        }
        Self {
            inputs,
            outputs,
            width,
            panels,
            bias: vec![0.0; count * width],
        }
    }

    pub(super) fn inputs(&self) -> usize {
        self.inputs
    }

    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Copies the weights of one output.
    pub(super) fn row(&self, output: usize, row: &mut [f32]) {
        let start = output / self.width * self.inputs * self.width + output % self.width;
        let column = self.panels[start..].iter().step_by(self.width);
        row.iter_mut()
            .zip(column)
            .for_each(|(to, from)| *to = *from);
    }

    /// Computes `[rows, inputs]` to `[rows, outputs]`. `blocks` is a buffer.
    pub(super) fn forward(&self, x: &[f32], y: &mut Vec<f32>, blocks: &mut Vec<f32>) {
        let rows = x.len() / self.inputs;
        y.resize(rows * self.outputs, 0.0);
        self.pack(x, rows, blocks);
        Arch::new().dispatch(Product {
            linear: self,
            rows,
            blocks,
            y,
        });
    }

    /// Transposes blocks of rows to `[inputs, rows in the block]`.
    fn pack(&self, x: &[f32], rows: usize, blocks: &mut Vec<f32>) {
        blocks.resize(x.len(), 0.0);
        let (mut x, mut blocks) = (x, blocks.as_mut_slice());
        for count in block_lengths(rows) {
            let (block_x, rest_x) = x.split_at(count * self.inputs);
            let (block, rest) = blocks.split_at_mut(count * self.inputs);
            for (index, row) in block_x.chunks_exact(self.inputs).enumerate() {
                let column = block[index..].iter_mut().step_by(count);
                column.zip(row).for_each(|(to, from)| *to = *from);
            }
            (x, blocks) = (rest_x, rest);
        }
    }
}

/// Divides rows into the fewest blocks of about the same number of rows.
fn block_lengths(rows: usize) -> impl Iterator<Item = usize> {
    let count = rows.div_ceil(ROWS);
    (0..count).map(move |index| rows * (index + 1) / count - rows * index / count)
}

struct Product<'a> {
    linear: &'a Linear,
    rows: usize,
    blocks: &'a [f32],
    y: &'a mut [f32],
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let linear = self.linear;
        let panels = linear.panels.chunks_exact(linear.inputs * linear.width);
        let biases = linear.bias.chunks_exact(linear.width);
        for (index, (panel, bias)) in panels.zip(biases).enumerate() {
            let panel = S::as_simd_f32s(panel).0.as_chunks().0;
            let Some(bias) = S::as_simd_f32s(bias).0.first_chunk() else {
                return;
            };
            // A panel stays in the fastest cache while all rows use it.
            let (mut blocks, mut y) = (self.blocks, &mut *self.y);
            for count in block_lengths(self.rows) {
                let (block, rest) = blocks.split_at(count * linear.inputs);
                let (to, rest_y) = y.split_at_mut(count * linear.outputs);
                let to = Columns {
                    rows: to,
                    length: linear.outputs,
                    first: index * linear.width,
                };
                match count {
                    1 => multiply::<S, 1>(simd, panel, block, bias, to),
                    2 => multiply::<S, 2>(simd, panel, block, bias, to),
                    3 => multiply::<S, 3>(simd, panel, block, bias, to),
                    4 => multiply::<S, 4>(simd, panel, block, bias, to),
                    5 => multiply::<S, 5>(simd, panel, block, bias, to),
                    _ => multiply::<S, ROWS>(simd, panel, block, bias, to),
                }
                (blocks, y) = (rest, rest_y);
            }
        }
    }
}

/// The columns of rows that a panel computes.
struct Columns<'a> {
    rows: &'a mut [f32],
    length: usize,
    first: usize,
}

#[inline(always)]
fn multiply<S: Simd, const COUNT: usize>(
    simd: S,
    panel: &[[S::f32s; VECTORS]],
    block: &[f32],
    bias: &[S::f32s; VECTORS],
    to: Columns<'_>,
) {
    let mut sums = [*bias; COUNT];
    for (weights, inputs) in panel.iter().zip(block.as_chunks::<COUNT>().0) {
        for (sums, input) in sums.iter_mut().zip(inputs) {
            let input = simd.splat_f32s(*input);
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum = simd.mul_add_e_f32s(input, *weight, *sum);
            }
        }
    }
    for (sums, row) in sums.iter().zip(to.rows.chunks_exact_mut(to.length)) {
        let columns = &mut row[to.first..];
        let sums: &[f32] = bytemuck::cast_slice(sums);
        // The last panel may be wider than the matrix.
        let count = columns.len().min(sums.len());
        columns[..count].copy_from_slice(&sums[..count]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_the_sums_of_their_terms_for_every_number_of_rows() {
        let number = |seed: usize| f32::from(u8::try_from(seed * 37 % 19).unwrap()) - 9.0;
        for (inputs, outputs) in [(1, 1), (5, 3), (24, 56), (32, 33)] {
            let matrix: Vec<f32> = (0..inputs * outputs).map(number).collect();
            let mut linear = Linear::from_rows(&matrix, inputs);
            for (output, bias) in linear.bias[..outputs].iter_mut().enumerate() {
                *bias = number(output + 5);
            }
            let mut copied = vec![0.0; inputs];
            linear.row(outputs - 1, &mut copied);
            assert_eq!(copied, matrix[(outputs - 1) * inputs..]);
            for rows in 1..20 {
                let x: Vec<f32> = (0..rows * inputs).map(|index| number(index + 3)).collect();
                let expected: Vec<f32> = x
                    .chunks_exact(inputs)
                    .flat_map(|x| matrix.chunks_exact(inputs).map(move |row| (x, row)))
                    .enumerate()
                    .map(|(index, (x, row))| {
                        let product: f32 = x.iter().zip(row).map(|(x, weight)| x * weight).sum();
                        product + number(index % outputs + 5)
                    })
                    .collect();
                let (mut y, mut blocks) = (Vec::new(), Vec::new());
                linear.forward(&x, &mut y, &mut blocks);
                assert_eq!(y, expected, "{rows} rows of {inputs} to {outputs}");
            }
        }
    }
}
