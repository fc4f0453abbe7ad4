//! `Embedder`: the model as a predictor of vectors.

use std::fmt;
use std::sync::Arc;

use avocet::inference::{Batch, Predictor};

use crate::llama::{ForwardError, KvCache, Llama, Output, Run, Workspace};

/// Computes a vector for each text: the mean of the model's final hidden states over the text's tokens.
pub struct Embedder {
    model: Arc<Llama>,
    cache: KvCache,
    workspace: Workspace,
}

impl Embedder {
    /// Creates it for batches of this many tokens, at least one text as long as the context.
    pub(super) fn new(model: Arc<Llama>, texts: usize) -> Self {
        let config = model.config();
        let each = config.context.next_multiple_of(KvCache::PAGE);
        Self {
            cache: KvCache::new(config, texts * each),
            model,
            workspace: Workspace::default(),
        }
    }
}

impl Predictor for Embedder {
    /// The tokens of a text, at most as many as the context has.
    type Input = Vec<u32>;
    type Output = Vec<f32>;
    type Error = EmbedError;

    fn cost(tokens: &Vec<u32>) -> u32 {
        u32::try_from(tokens.len()).unwrap_or(u32::MAX)
    }

    fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<Vec<f32>>, EmbedError> {
        let texts = batch.inputs();
        let width = self.model.config().hidden;
        // A text without tokens has no states: its vector is zero.
        let read: Vec<&Vec<u32>> = texts.iter().filter(|tokens| !tokens.is_empty()).collect();
        let slots = read.iter().map(|tokens| self.cache.reserve(tokens.len()));
        let mut slots: Vec<_> = slots.collect::<Option<_>>().ok_or(EmbedError::Full)?;
        let mut runs: Vec<Run<'_>> = slots
            .iter_mut()
            .zip(read)
            .map(|(slot, tokens)| Run {
                slot,
                tokens,
                output: Output::Hidden,
            })
            .collect();
        if runs.is_empty() {
            return Ok(vec![vec![0.0; width]; texts.len()]);
        }
        let outputs = self
            .model
            .forward(&mut runs, &mut self.workspace)
            .map_err(EmbedError::Forward)?;
        let mut states = (0..).map(|run| outputs.of(run));
        let vectors = texts.iter().map(|tokens| {
            let states = if tokens.is_empty() {
                None
            } else {
                states.next()
            };
            states.map_or_else(|| vec![0.0; width], |rows| mean(rows, width))
        });
        Ok(vectors.collect())
    }
}

/// Returns the mean of rows of this width.
#[expect(
    clippy::cast_precision_loss,
    reason = "a text has far fewer than 2^24 tokens"
)]
fn mean(rows: &[f32], width: usize) -> Vec<f32> {
    let mut mean = vec![0.0; width];
    for row in rows.chunks_exact(width) {
        mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    let count = (rows.len() / width) as f32;
    mean.iter_mut().for_each(|sum| *sum /= count);
    mean
}

/// Scales a vector to length 1, unless its length is 0.
pub(super) fn scale_to_unit_length(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        for x in vector {
            *x /= length;
        }
    }
}

/// Why a batch of texts failed.
#[derive(Debug)]
pub enum EmbedError {
    /// The texts have more tokens than the cache.
    Full,
    /// The model rejected them.
    Forward(ForwardError),
}

impl fmt::Display for EmbedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("the cache has no room for the texts"),
            Self::Forward(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for EmbedError {}

impl fmt::Debug for Embedder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedder")
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
