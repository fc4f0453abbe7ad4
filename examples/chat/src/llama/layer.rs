//! One transformer layer and its parts.

use candle_core::{D, Tensor};

use super::attention::Attention;
use super::cache::LayerCache;
use super::config::Config;
use super::rope::Angles;
use super::weights::Weights;
use crate::error::LoadError;

/// Attention, then the feed-forward block, each added to its input.
#[derive(Debug)]
pub(super) struct Layer {
    attention_norm: Norm,
    attention: Attention,
    mlp_norm: Norm,
    mlp: Mlp,
}

impl Layer {
    pub(super) fn load(
        weights: &mut Weights,
        config: &Config,
        index: usize,
    ) -> Result<Self, LoadError> {
        let name = format!("model.layers.{index}");
        Ok(Self {
            attention_norm: Norm::load(weights, config, &format!("{name}.input_layernorm"))?,
            attention: Attention::load(weights, config, &format!("{name}.self_attn"))?,
            mlp_norm: Norm::load(weights, config, &format!("{name}.post_attention_layernorm"))?,
            mlp: Mlp::load(weights, config, &format!("{name}.mlp"))?,
        })
    }

    /// Computes `[tokens, hidden]` to `[tokens, hidden]`; `past` tokens are in the cache already.
    pub(super) fn forward(
        &self,
        x: &Tensor,
        angles: &Angles,
        past: usize,
        cache: &mut LayerCache,
    ) -> candle_core::Result<Tensor> {
        let attended =
            self.attention
                .forward(&self.attention_norm.forward(x)?, angles, past, cache)?;
        let x = (x + attended)?;
        let fed = self.mlp.forward(&self.mlp_norm.forward(&x)?)?;
        x + fed
    }
}

/// Scales each row to a root mean square of one, then by a learned weight.
#[derive(Debug)]
pub(super) struct Norm {
    /// `[hidden]`
    weight: Tensor,
    epsilon: f64,
}

impl Norm {
    pub(super) fn load(
        weights: &mut Weights,
        config: &Config,
        name: &str,
    ) -> Result<Self, LoadError> {
        Ok(Self {
            weight: weights.take(&format!("{name}.weight"), &[config.hidden])?,
            epsilon: config.norm_epsilon,
        })
    }

    pub(super) fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let root = (x.sqr()?.mean_keepdim(D::Minus1)? + self.epsilon)?.sqrt()?;
        x.broadcast_div(&root)?.broadcast_mul(&self.weight)
    }
}

/// A matrix, and a bias if the model has one.
#[derive(Debug)]
pub(super) struct Linear {
    /// `[inputs, outputs]`: a transposed view of the checkpoint's matrix.
    matrix: Tensor,
    /// `[outputs]`
    bias: Option<Tensor>,
}

impl Linear {
    pub(super) fn load(
        weights: &mut Weights,
        name: &str,
        outputs: usize,
        inputs: usize,
        bias: bool,
    ) -> Result<Self, LoadError> {
        let matrix = weights.take(&format!("{name}.weight"), &[outputs, inputs])?;
        let mut linear = Self::from_rows(&matrix).map_err(|error| LoadError::new(name, error))?;
        if bias {
            linear.bias = Some(weights.take(&format!("{name}.bias"), &[outputs])?);
        }
        Ok(linear)
    }

    /// Creates it from a matrix in the layout of checkpoints, `[outputs, inputs]`.
    pub(super) fn from_rows(matrix: &Tensor) -> candle_core::Result<Self> {
        Ok(Self {
            matrix: matrix.t()?,
            bias: None,
        })
    }

    /// Computes `[tokens, inputs]` to `[tokens, outputs]`.
    pub(super) fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let y = x.matmul(&self.matrix)?;
        match &self.bias {
            Some(bias) => y.broadcast_add(bias),
            None => Ok(y),
        }
    }
}

/// The gated feed-forward block.
#[derive(Debug)]
struct Mlp {
    gate: Linear,
    up: Linear,
    down: Linear,
}

impl Mlp {
    fn load(weights: &mut Weights, config: &Config, name: &str) -> Result<Self, LoadError> {
        let &Config {
            hidden,
            intermediate,
            mlp_bias,
            ..
        } = config;
        let mut linear = |part: &str, outputs, inputs| {
            Linear::load(
                weights,
                &format!("{name}.{part}"),
                outputs,
                inputs,
                mlp_bias,
            )
        };
        Ok(Self {
            gate: linear("gate_proj", intermediate, hidden)?,
            up: linear("up_proj", intermediate, hidden)?,
            down: linear("down_proj", hidden, intermediate)?,
        })
    }

    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let gated = (self.gate.forward(x)?.silu()? * self.up.forward(x)?)?;
        self.down.forward(&gated)
    }
}
