//! Products of all rows of a pass with a matrix of weights.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined is compiled for the oldest processors"
)]

use std::fmt;

use pulp::{Arch, Simd, WithSimd, bytemuck};

use super::config::Config;
use super::vector::{OnBlock, VECTORS, accumulate, block_lengths, on_block, panel_width, scatter};
use super::weights::Weights;
use crate::error::LoadError;

/// A matrix, and a bias if the model has one.
///
/// Every output is summed over its inputs in order, whatever the number of rows: a row's result does not depend on the rows beside it.
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
        let width = panel_width();
        let outputs = matrix.len() / inputs;
        let count = outputs.div_ceil(width);
        let mut panels = vec![0.0; count * inputs * width];
        for (output, row) in matrix.chunks_exact(inputs).enumerate() {
            let start = output / width * inputs * width + output % width;
            scatter(row, &mut panels[start..], width);
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
                scatter(row, &mut block[index..], count);
            }
            (x, blocks) = (rest_x, rest);
        }
    }
}

impl fmt::Debug for Linear {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Linear")
            .field("inputs", &self.inputs)
            .field("outputs", &self.outputs)
            .finish_non_exhaustive()
    }
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
            // A panel stays in the fastest cache while all rows use it.
            let (mut blocks, mut y) = (self.blocks, &mut *self.y);
            for count in block_lengths(self.rows) {
                let (block, rest) = blocks.split_at(count * linear.inputs);
                let (rows, rest_y) = y.split_at_mut(count * linear.outputs);
                let columns = Columns {
                    panel,
                    bias,
                    block,
                    rows,
                    length: linear.outputs,
                    first: index * linear.width,
                };
                on_block(simd, count, columns);
                (blocks, y) = (rest, rest_y);
            }
        }
    }
}

/// The columns of a block's rows that a panel computes.
struct Columns<'a> {
    panel: &'a [f32],
    bias: &'a [f32],
    block: &'a [f32],
    rows: &'a mut [f32],
    length: usize,
    first: usize,
}

impl OnBlock for Columns<'_> {
    #[inline(always)]
    fn run<S: Simd, const COUNT: usize>(self, simd: S) {
        let bias = S::as_simd_f32s(self.bias).0.first_chunk::<VECTORS>();
        let Some(bias) = bias else { return };
        let mut sums = [*bias; COUNT];
        accumulate(simd, self.panel, self.block, &mut sums);
        for (sums, row) in sums.iter().zip(self.rows.chunks_exact_mut(self.length)) {
            let columns = &mut row[self.first..];
            let sums: &[f32] = bytemuck::cast_slice(sums);
            match columns.get_mut(..VECTORS * S::F32_LANES) {
                Some(columns) => columns.copy_from_slice(sums),
                // The last panel is wider than the matrix.
                None => columns.copy_from_slice(&sums[..columns.len()]),
            }
        }
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
