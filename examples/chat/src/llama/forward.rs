//! The whole model: tokens to hidden states and logits.

use std::path::Path;

use candle_core::{Device, Tensor};

use super::cache::Cache;
use super::config::Config;
use super::layer::{Layer, Linear, Norm};
use super::rope::Rotation;
use super::weights::Weights;
use crate::error::LoadError;

/// A Llama model with its weights.
#[derive(Debug)]
pub struct Llama {
    config: Config,
    /// `[vocabulary, hidden]`
    embeddings: Tensor,
    layers: Vec<Layer>,
    norm: Norm,
    output: Linear,
    rotation: Rotation,
    parameters: usize,
}

impl Llama {
    /// Loads a model from a folder with `config.json` and `safetensors` files.
    ///
    /// # Errors
    /// Fails if the folder is incomplete, or holds a model other than Llama.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        let config = Config::read(folder)?;
        let mut weights = Weights::read(folder)?;
        let matrix = [config.vocabulary, config.hidden];
        let embeddings = weights.take("model.embed_tokens.weight", &matrix)?;
        let layers = (0..config.layers)
            .map(|index| Layer::load(&mut weights, &config, index))
            .collect::<Result<_, _>>()?;
        let norm = Norm::load(&mut weights, &config, "model.norm")?;
        let output = if config.tied_embeddings {
            embeddings.clone()
        } else {
            weights.take("lm_head.weight", &matrix)?
        };
        let output = Linear::from_rows(&output).map_err(|error| LoadError::new(folder, error))?;
        Ok(Self {
            rotation: Rotation::new(config.head, &config.rope),
            parameters: weights.taken(),
            config,
            embeddings,
            layers,
            norm,
            output,
        })
    }

    /// Returns the dimensions of this model.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Returns the number of trained parameters.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// Reads `tokens` after those in the cache, and adds them to the cache. Returns their final hidden states, normalized: `[tokens,
    /// hidden]`.
    ///
    /// # Errors
    /// Fails if `tokens` is empty, contains an unknown token, or exceeds the context together with the cache. The cache is unusable
    /// afterwards.
    pub fn forward(&self, tokens: &[u32], cache: &mut Cache) -> candle_core::Result<Tensor> {
        let past = cache.length();
        let context = self.config.context;
        if tokens.is_empty() || past + tokens.len() > context {
            candle_core::bail!(
                "{} tokens after {past} do not fit a context of {context}",
                tokens.len()
            );
        }
        let angles = self.rotation.angles(past, tokens.len())?;
        let tokens = Tensor::new(tokens, &Device::Cpu)?;
        let mut x = self.embeddings.index_select(&tokens, 0)?;
        for (layer, cache) in self.layers.iter().zip(&mut cache.layers) {
            x = layer.forward(&x, &angles, past, cache)?;
        }
        cache.advance(tokens.dim(0)?);
        self.norm.forward(&x)
    }

    /// Returns the weight of every token as the next one, `[tokens, vocabulary]`, from hidden states `[tokens, hidden]`.
    ///
    /// # Errors
    /// Fails if the shape differs.
    pub fn logits(&self, hidden: &Tensor) -> candle_core::Result<Tensor> {
        self.output.forward(hidden)
    }
}
