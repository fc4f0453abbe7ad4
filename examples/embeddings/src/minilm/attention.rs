//! Attention: every token looks at all tokens of its text.

use candle_core::{Result, Tensor};

use super::config::Config;
use super::kernels::{Bias, Softmax};
use super::layer::Matrix;
use super::weights::Weights;
use crate::error::LoadError;

/// Attention with several heads. The output's bias is added by the norm that follows.
#[derive(Clone, Debug)]
pub(super) struct Attention {
    /// Queries, keys and values of all heads, in one matrix: one product is faster than three.
    projections: Matrix,
    bias: Vec<f32>,
    output: Matrix,
    heads: usize,
}

impl Attention {
    pub(super) fn load(
        weights: &mut Weights,
        config: &Config,
        name: &str,
    ) -> std::result::Result<Self, LoadError> {
        let hidden = config.hidden;
        let mut rows = Vec::new();
        let mut bias = Vec::new();
        for part in ["query", "key", "value"] {
            let name = format!("{name}.self.{part}");
            rows.push(weights.take(&format!("{name}.weight"), &[hidden, hidden])?);
            bias.extend(weights.take_vector(&format!("{name}.bias"), hidden)?);
        }
        let projections = Tensor::cat(&rows, 0)
            .and_then(|rows| Matrix::from_rows(&rows))
            .map_err(|error| LoadError::new(name, error))?;
        Ok(Self {
            projections,
            bias,
            output: Matrix::load(weights, &format!("{name}.output.dense"), hidden, hidden)?,
            heads: config.heads,
        })
    }

    pub(super) fn forward(&self, x: &Tensor, lengths: &[usize]) -> Result<Tensor> {
        let hidden = x.dim(1)?;
        let projected = self.projections.forward(x)?;
        projected.inplace_op1(&Bias(&self.bias))?;
        let mut start = 0;
        let mut mixed = Vec::with_capacity(lengths.len());
        for length in lengths {
            let part = |index| {
                projected
                    .narrow(0, start, *length)?
                    .narrow(1, index * hidden, hidden)?
                    .reshape((*length, self.heads, hidden / self.heads))?
                    .transpose(0, 1)
            };
            let text = attend(&part(0)?, &part(1)?, &part(2)?)?;
            mixed.push(text.transpose(0, 1)?);
            start += length;
        }
        let joined = Tensor::cat(&mixed, 0)?.reshape((start, hidden))?;
        self.output.forward(&joined)
    }
}

/// Computes `[heads, tokens, head]` of one text to `[heads, tokens, head]`.
fn attend(queries: &Tensor, keys: &Tensor, values: &Tensor) -> Result<Tensor> {
    let (_, tokens, head) = queries.dims3()?;
    let scores = queries.matmul(&keys.t()?)?;
    #[expect(clippy::cast_precision_loss, reason = "heads are a few hundred wide")]
    let scale = 1.0 / (head as f32).sqrt();
    scores.inplace_op1(&Softmax { scale, row: tokens })?;
    scores.matmul(values)
}
