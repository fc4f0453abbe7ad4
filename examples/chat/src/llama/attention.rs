//! Attention: every token looks at the tokens before it.

use candle_core::{D, Device, Tensor};

use super::cache::LayerCache;
use super::config::Config;
use super::layer::Linear;
use super::rope::Angles;
use super::weights::Weights;
use crate::error::LoadError;

/// Attention in which several query heads share one head of keys and values.
#[derive(Debug)]
pub(super) struct Attention {
    queries: Linear,
    keys: Linear,
    values: Linear,
    output: Linear,
    heads: usize,
    key_value_heads: usize,
    head: usize,
}

impl Attention {
    pub(super) fn load(
        weights: &mut Weights,
        config: &Config,
        name: &str,
    ) -> Result<Self, LoadError> {
        let &Config {
            hidden,
            heads,
            key_value_heads,
            head,
            attention_bias,
            ..
        } = config;
        let mut linear = |part: &str, outputs, inputs| {
            Linear::load(
                weights,
                &format!("{name}.{part}"),
                outputs,
                inputs,
                attention_bias,
            )
        };
        Ok(Self {
            queries: linear("q_proj", heads * head, hidden)?,
            keys: linear("k_proj", key_value_heads * head, hidden)?,
            values: linear("v_proj", key_value_heads * head, hidden)?,
            output: linear("o_proj", hidden, heads * head)?,
            heads,
            key_value_heads,
            head,
        })
    }

    pub(super) fn forward(
        &self,
        x: &Tensor,
        angles: &Angles,
        past: usize,
        cache: &mut LayerCache,
    ) -> candle_core::Result<Tensor> {
        // The scores have heads × rows × tokens numbers; processing this many rows at a time keeps the memory of a long prompt below the
        // square of its length.
        const ROWS: usize = 128;
        let tokens = x.dim(0)?;
        let queries = angles.turn(&self.split(&self.queries.forward(x)?, self.heads)?)?;
        let keys = angles.turn(&self.split(&self.keys.forward(x)?, self.key_value_heads)?)?;
        let values = self.split(&self.values.forward(x)?, self.key_value_heads)?;
        let (keys, values) = cache.append(past, &keys, &values)?;

        let mut mixed = Vec::with_capacity(tokens.div_ceil(ROWS));
        for start in (0..tokens).step_by(ROWS) {
            let rows = ROWS.min(tokens - start);
            // Later tokens are invisible to all these rows.
            let visible = past + start + rows;
            mixed.push(self.attend(
                &queries.narrow(1, start, rows)?,
                &keys.narrow(1, 0, visible)?,
                &values.narrow(1, 0, visible)?,
            )?);
        }
        let mixed = Tensor::cat(&mixed, 1)?;
        let joined = mixed
            .transpose(0, 1)?
            .reshape((tokens, self.heads * self.head))?;
        self.output.forward(&joined)
    }

    /// Computes `[heads, rows, head]` over `[key_value_heads, visible, head]` to `[heads, rows, head]`. The rows are the last of the
    /// visible tokens.
    fn attend(
        &self,
        queries: &Tensor,
        keys: &Tensor,
        values: &Tensor,
    ) -> candle_core::Result<Tensor> {
        let (rows, visible) = (queries.dim(1)?, keys.dim(1)?);
        // The query heads of a group are adjacent: stacked as rows they share one product.
        let stacked = self.heads / self.key_value_heads * rows;
        let queries = queries.reshape((self.key_value_heads, stacked, self.head))?;
        #[expect(clippy::cast_precision_loss, reason = "heads are a few hundred wide")]
        let scale = 1.0 / (self.head as f64).sqrt();
        let scores = (queries.matmul(&keys.t()?)? * scale)?;
        let scores = scores.reshape((self.heads, rows, visible))?;
        let scores = match rows {
            1 => scores,
            _ => scores.broadcast_add(&mask(rows, visible)?)?,
        };
        let shares = softmax(&scores)?.reshape((self.key_value_heads, stacked, visible))?;
        shares
            .matmul(values)?
            .reshape((self.heads, rows, self.head))
    }

    /// Reshapes `[tokens, heads * head]` to `[heads, tokens, head]`.
    fn split(&self, x: &Tensor, heads: usize) -> candle_core::Result<Tensor> {
        x.reshape((x.dim(0)?, heads, self.head))?.transpose(0, 1)
    }
}

/// Returns the mask, `[rows, visible]`: zero for visible tokens, minus infinity for later ones.
fn mask(rows: usize, visible: usize) -> candle_core::Result<Tensor> {
    let before = visible - rows;
    let mask: Vec<f32> = (0..rows)
        .flat_map(|row| {
            (0..visible).map(move |column| {
                if column > before + row {
                    f32::NEG_INFINITY
                } else {
                    0.0
                }
            })
        })
        .collect();
    Tensor::from_vec(mask, (rows, visible), &Device::Cpu)
}

fn softmax(x: &Tensor) -> candle_core::Result<Tensor> {
    let exponentials = x.broadcast_sub(&x.max_keepdim(D::Minus1)?)?.exp()?;
    exponentials.broadcast_div(&exponentials.sum_keepdim(D::Minus1)?)
}
