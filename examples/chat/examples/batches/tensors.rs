//! The same model with one tensor operation after the other, one sequence at a time: the usual way, to compare with.

use std::collections::HashMap;
use std::path::Path;

use candle_core::{D, DType, Device, Result, Tensor};
use chat::llama::Config;

pub(crate) struct Model {
    config: Config,
    weights: HashMap<String, Tensor>,
    speeds: Vec<f32>,
}

/// The keys and values of one sequence, for each layer.
#[derive(Default)]
pub(crate) struct Cache {
    layers: Vec<(Tensor, Tensor)>,
    length: usize,
}

impl Model {
    pub(crate) fn load(folder: &Path, config: &Config) -> Result<Self> {
        let mut weights =
            candle_core::safetensors::load(folder.join("model.safetensors"), &Device::Cpu)?;
        for weight in weights.values_mut() {
            *weight = weight.to_dtype(DType::F32)?;
            if weight.rank() == 2 {
                *weight = weight.t()?;
            }
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "a head has a few pairs"
        )]
        let speeds = (0..config.head / 2)
            .map(|pair| {
                config
                    .rope
                    .theta
                    .powf(-((2 * pair) as f64) / config.head as f64) as f32
            })
            .collect();
        Ok(Self {
            config: config.clone(),
            weights,
            speeds,
        })
    }

    /// Reads one token of a sequence and returns the logits of the next.
    pub(crate) fn forward(&self, token: u32, cache: &mut Cache) -> Result<Vec<f32>> {
        let embeddings = &self.weights["model.embed_tokens.weight"];
        let mut x = embeddings.t()?.narrow(0, token as usize, 1)?;
        for layer in 0..self.config.layers {
            let name = |part: &str| format!("model.layers.{layer}.{part}.weight");
            let normed = self.norm(&x, &name("input_layernorm"))?;
            let attended = self.attend(&normed, layer, cache)?;
            x = (x + attended.matmul(&self.weights[&name("self_attn.o_proj")])?)?;
            let normed = self.norm(&x, &name("post_attention_layernorm"))?;
            let gate = normed
                .matmul(&self.weights[&name("mlp.gate_proj")])?
                .silu()?;
            let gated = (gate * normed.matmul(&self.weights[&name("mlp.up_proj")])?)?;
            x = (x + gated.matmul(&self.weights[&name("mlp.down_proj")])?)?;
        }
        cache.length += 1;
        self.norm(&x, "model.norm.weight")?
            .matmul(embeddings)?
            .flatten_all()?
            .to_vec1()
    }

    fn norm(&self, x: &Tensor, weight: &str) -> Result<Tensor> {
        let root = (x.sqr()?.mean_keepdim(D::Minus1)? + self.config.norm_epsilon)?.sqrt()?;
        x.broadcast_div(&root)?.broadcast_mul(&self.weights[weight])
    }

    fn attend(&self, x: &Tensor, layer: usize, cache: &mut Cache) -> Result<Tensor> {
        let &Config {
            heads,
            key_value_heads: groups,
            head,
            context,
            ..
        } = &self.config;
        let position = cache.length;
        let project = |part: &str, heads: usize| {
            let name = format!("model.layers.{layer}.self_attn.{part}.weight");
            x.matmul(&self.weights[&name])?.reshape((heads, 1, head))
        };
        let queries = self.turn(&project("q_proj", heads)?, position)?;
        let keys = self.turn(&project("k_proj", groups)?, position)?;
        let values = project("v_proj", groups)?;
        if cache.layers.len() == layer {
            let room = || Tensor::zeros((groups, context, head), DType::F32, &Device::Cpu);
            cache.layers.push((room()?, room()?));
        }
        let (all_keys, all_values) = &cache.layers[layer];
        all_keys.slice_set(&keys, 1, position)?;
        all_values.slice_set(&values, 1, position)?;
        let keys = all_keys.narrow(1, 0, position + 1)?;
        let values = all_values.narrow(1, 0, position + 1)?;

        let queries = queries.reshape((groups, heads / groups, head))?;
        #[expect(clippy::cast_precision_loss, reason = "a head is a few hundred wide")]
        let scale = 1.0 / (head as f64).sqrt();
        let scores = (queries.matmul(&keys.t()?)? * scale)?;
        let shares = scores
            .broadcast_sub(&scores.max_keepdim(D::Minus1)?)?
            .exp()?;
        let shares = shares.broadcast_div(&shares.sum_keepdim(D::Minus1)?)?;
        shares.matmul(&values)?.reshape((1, heads * head))
    }

    fn turn(&self, x: &Tensor, position: usize) -> Result<Tensor> {
        let half = self.speeds.len();
        #[expect(clippy::cast_precision_loss, reason = "positions are below 2^24")]
        let angles: Vec<f32> = self
            .speeds
            .iter()
            .map(|speed| position as f32 * speed)
            .collect();
        let angles = Tensor::from_vec(angles, (1, half), &Device::Cpu)?;
        let (cosines, sines) = (angles.cos()?, angles.sin()?);
        let first = x.narrow(D::Minus1, 0, half)?;
        let second = x.narrow(D::Minus1, half, half)?;
        let turned_first = (first.broadcast_mul(&cosines)? - second.broadcast_mul(&sines)?)?;
        let turned_second = (second.broadcast_mul(&cosines)? + first.broadcast_mul(&sines)?)?;
        Tensor::cat(&[turned_first, turned_second], D::Minus1)
    }
}
