//! Embedding of texts.

use std::sync::Arc;
use std::vec;

use tokio::sync::oneshot::Sender;

use super::shared::{Computer, Turn};
use crate::error::GenerateError;
use crate::llama::Output;
use crate::tokens::Tokens;

type Answer = Result<Vec<Vec<f32>>, GenerateError>;

/// The remaining texts, the vectors so far, and the channel to the caller.
#[derive(Debug)]
pub(super) struct Embedding {
    texts: vec::IntoIter<String>,
    vectors: Vec<Vec<f32>>,
    normalize: bool,
    tokens: Arc<Tokens>,
    /// `None` after it was used.
    sender: Option<Sender<Answer>>,
}

impl Embedding {
    pub(super) fn new(
        texts: Vec<String>,
        normalize: bool,
        tokens: Arc<Tokens>,
        sender: Sender<Answer>,
    ) -> Self {
        Self {
            vectors: Vec::with_capacity(texts.len()),
            texts: texts.into_iter(),
            normalize,
            tokens,
            sender: Some(sender),
        }
    }

    /// Returns whether the caller disconnected.
    pub(super) fn abandoned(&self) -> bool {
        self.sender.as_ref().is_none_or(Sender::is_closed)
    }

    /// Embeds one text.
    pub(super) fn step(&mut self, computer: &mut Computer<'_>) -> Turn {
        if let Some(text) = self.texts.next() {
            match self.embed(&text, computer) {
                Ok(vector) => self.vectors.push(vector),
                Err(problem) => return self.response(Err(GenerateError::Model(problem))),
            }
        }
        if self.texts.as_slice().is_empty() {
            let vectors = std::mem::take(&mut self.vectors);
            return self.response(Ok(vectors));
        }
        Turn::More
    }

    fn embed(&self, text: &str, computer: &mut Computer<'_>) -> Result<Vec<f32>, String> {
        let config = computer.model.config();
        let mut tokens = self.tokens.text(text)?;
        tokens.truncate(config.context);
        if tokens.is_empty() {
            return Ok(vec![0.0; config.hidden]);
        }
        let mut slot = computer.reserve(tokens.len())?;
        let hidden = computer
            .read(&mut slot, &tokens, Output::Hidden)
            .map_err(|error| error.to_string())?;
        let mut vector = mean(hidden, config.hidden);
        if self.normalize {
            scale_to_unit_length(&mut vector);
        }
        Ok(vector)
    }

    fn response(&mut self, response: Answer) -> Turn {
        if let Some(sender) = self.sender.take() {
            // Fails only if the caller disconnected.
            let _ = sender.send(response);
        }
        Turn::Finished
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

fn scale_to_unit_length(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        for x in vector {
            *x /= length;
        }
    }
}
