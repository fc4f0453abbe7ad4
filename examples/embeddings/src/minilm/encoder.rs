//! The whole model: tokens to vectors.

use std::path::Path;

use candle_core::{Device, Result, Tensor, bail};

use super::config::Config;
use super::kernels::{AddNorm, normalized_mean};
use super::layer::Layer;
use super::tokens::Tokens;
use super::weights::Weights;
use crate::error::LoadError;

/// The encoder of all-MiniLM-L6-v2, or of a model with the same architecture and pooling. A clone shares the weights.
#[derive(Clone, Debug)]
pub struct MiniLm {
    config: Config,
    /// `[vocabulary, hidden]`
    words: Tensor,
    /// `[positions, hidden]`, with the embedding of the first kind of text added.
    positions: Tensor,
    norm: AddNorm,
    layers: Vec<Layer>,
}

impl MiniLm {
    /// Loads a model from a folder in the layout of sentence-transformers.
    ///
    /// # Errors
    /// Fails if a file is missing or malformed, or describes a different architecture or pooling.
    pub fn load(folder: impl AsRef<Path>) -> std::result::Result<Self, LoadError> {
        let folder = folder.as_ref();
        let config = Config::read(folder)?;
        let hidden = config.hidden;
        let mut weights = Weights::read(folder)?;
        let mut matrix =
            |name: &str, rows| weights.take(&format!("embeddings.{name}.weight"), &[rows, hidden]);
        let words = matrix("word_embeddings", config.vocabulary)?;
        let positions = matrix("position_embeddings", config.positions)?;
        let kinds = matrix("token_type_embeddings", config.kinds)?;
        let positions = kinds
            .narrow(0, 0, 1)
            .and_then(|kind| positions.broadcast_add(&kind))
            .map_err(|error| LoadError::new(folder, error))?;
        let norm = AddNorm {
            bias: vec![0.0; hidden],
            weight: weights.take_vector("embeddings.LayerNorm.weight", hidden)?,
            shift: weights.take_vector("embeddings.LayerNorm.bias", hidden)?,
            epsilon: config.norm_epsilon,
        };
        let layers = (0..config.layers)
            .map(|index| Layer::load(&mut weights, &config, index))
            .collect::<std::result::Result<_, _>>()?;
        Ok(Self {
            config,
            words,
            positions,
            norm,
            layers,
        })
    }

    /// Returns the dimensions of this model.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Returns the vectors of the texts, in their order, each with the length 1. It does not matter which texts are in one call: sorting them
    /// by length brings nothing.
    ///
    /// # Errors
    /// Fails if the tokens are not of this model: too many, or beyond its vocabulary.
    pub fn encode(&self, texts: &[Tokens]) -> Result<Vec<Vec<f32>>> {
        // Enough rows to make the products efficient, and few enough for the intermediate states to stay in the processor's cache.
        const ROWS: usize = 512;
        let mut vectors = Vec::with_capacity(texts.len());
        let mut start = 0;
        let mut rows = 0;
        for (index, text) in texts.iter().enumerate() {
            if rows + text.len() > ROWS && index > start {
                self.pass(&texts[start..index], &mut vectors)?;
                (start, rows) = (index, 0);
            }
            rows += text.len();
        }
        if start < texts.len() {
            self.pass(&texts[start..], &mut vectors)?;
        }
        Ok(vectors)
    }

    fn pass(&self, texts: &[Tokens], vectors: &mut Vec<Vec<f32>>) -> Result<()> {
        let lengths: Vec<usize> = texts.iter().map(Tokens::len).collect();
        if let Some(length) = lengths.iter().find(|l| **l > self.config.positions) {
            bail!(
                "a text has {length} tokens, the model has {} positions",
                self.config.positions
            );
        }
        let mut x = self.embed(texts)?;
        for layer in &self.layers {
            x = layer.forward(&x, &lengths)?;
        }
        let states = x.flatten_all()?.to_vec1::<f32>()?;
        let width = self.config.hidden;
        let mut rest = &states[..];
        for length in lengths {
            let (text, after) = rest.split_at(length * width);
            vectors.push(normalized_mean(text, width));
            rest = after;
        }
        Ok(())
    }

    fn embed(&self, texts: &[Tokens]) -> Result<Tensor> {
        let ids: Vec<u32> = texts
            .iter()
            .flat_map(|text| text.ids().iter().copied())
            .collect();
        let positions: Vec<u32> = texts
            .iter()
            .flat_map(|text| (0..).zip(text.ids()))
            .map(|(position, _)| position)
            .collect();
        let x = self
            .words
            .index_select(&Tensor::new(ids, &Device::Cpu)?, 0)?;
        let positions = self
            .positions
            .index_select(&Tensor::new(positions, &Device::Cpu)?, 0)?;
        x.inplace_op2(&positions, &self.norm)?;
        Ok(x)
    }
}
