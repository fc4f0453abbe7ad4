//! One transformer layer and its parts.

use candle_core::{Result, Tensor};

use super::attention::Attention;
use super::config::Config;
use super::kernels::{AddNorm, BiasGelu};
use super::weights::Weights;
use crate::error::LoadError;

/// Attention, then the feed-forward block, each added to its input and normalized.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    attention: Attention,
    attention_norm: AddNorm,
    up: Matrix,
    up_bias: Vec<f32>,
    down: Matrix,
    down_norm: AddNorm,
}

impl Layer {
    pub(super) fn load(
        weights: &mut Weights,
        config: &Config,
        index: usize,
    ) -> std::result::Result<Self, LoadError> {
        let &Config {
            hidden,
            intermediate,
            ..
        } = config;
        let name = format!("encoder.layer.{index}");
        Ok(Self {
            attention: Attention::load(weights, config, &format!("{name}.attention"))?,
            attention_norm: load_norm(weights, config, &format!("{name}.attention.output"))?,
            up: Matrix::load(
                weights,
                &format!("{name}.intermediate.dense"),
                intermediate,
                hidden,
            )?,
            up_bias: weights
                .take_vector(&format!("{name}.intermediate.dense.bias"), intermediate)?,
            down: Matrix::load(
                weights,
                &format!("{name}.output.dense"),
                hidden,
                intermediate,
            )?,
            down_norm: load_norm(weights, config, &format!("{name}.output"))?,
        })
    }

    /// Computes `[tokens, hidden]` to `[tokens, hidden]`; the texts have these lengths.
    pub(super) fn forward(&self, x: &Tensor, lengths: &[usize]) -> Result<Tensor> {
        let attended = self.attention.forward(x, lengths)?;
        attended.inplace_op2(x, &self.attention_norm)?;
        let wide = self.up.forward(&attended)?;
        wide.inplace_op1(&BiasGelu(&self.up_bias))?;
        let fed = self.down.forward(&wide)?;
        fed.inplace_op2(&attended, &self.down_norm)?;
        Ok(fed)
    }
}

/// Loads the norm after the projection `name.dense`, whose bias it adds.
fn load_norm(
    weights: &mut Weights,
    config: &Config,
    name: &str,
) -> std::result::Result<AddNorm, LoadError> {
    let mut vector = |part: &str| weights.take_vector(&format!("{name}.{part}"), config.hidden);
    Ok(AddNorm {
        bias: vector("dense.bias")?,
        weight: vector("LayerNorm.weight")?,
        shift: vector("LayerNorm.bias")?,
        epsilon: config.norm_epsilon,
    })
}

/// A weight matrix.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    /// `[inputs, outputs]`: a transposed view of the checkpoint's matrix.
    matrix: Tensor,
}

impl Matrix {
    pub(super) fn load(
        weights: &mut Weights,
        name: &str,
        outputs: usize,
        inputs: usize,
    ) -> std::result::Result<Self, LoadError> {
        let rows = weights.take(&format!("{name}.weight"), &[outputs, inputs])?;
        Self::from_rows(&rows).map_err(|error| LoadError::new(name, error))
    }

    /// Creates it from a matrix in the layout of checkpoints, `[outputs, inputs]`.
    pub(super) fn from_rows(rows: &Tensor) -> Result<Self> {
        Ok(Self { matrix: rows.t()? })
    }

    /// Computes `[tokens, inputs]` to `[tokens, outputs]`.
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.matmul(&self.matrix)
    }
}
