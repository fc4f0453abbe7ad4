//! The HTTP service: texts in, vectors out.

use std::path::Path;
use std::thread::available_parallelism;
use std::time::Duration;

use avocet::inference::{Batch, InferenceError, ModelError, Predictor, Workers};
use avocet::observe::{Health, Metrics};
use avocet::prelude::*;
use avocet::{Contact, License};
use avocet_ai::embed::{EmbedInput, Embedded, EmbeddingModel};
use avocet_ai::generate::GenerateError;
use avocet_ai::{Catalog, OpenAi, OpenInference};

use crate::error::LoadError;
use crate::minilm::{MiniLm, Tokenizer, Tokens};

/// A model as a predictor: a batch of texts in, a vector for each.
#[derive(Debug)]
pub struct Embedder(MiniLm);

impl Predictor for Embedder {
    type Input = Tokens;
    type Output = Vec<f32>;
    type Error = candle_core::Error;

    /// The number of tokens: nothing is padded, so a batch costs the sum.
    fn cost(text: &Tokens) -> u32 {
        u32::try_from(text.len()).unwrap_or(u32::MAX)
    }

    fn predict(&mut self, batch: &mut Batch<'_, Self>) -> candle_core::Result<Vec<Vec<f32>>> {
        self.0.encode(batch.inputs())
    }
}

/// A loaded model: the tokenizer for the handlers, and the workers.
#[derive(Clone, Debug)]
pub struct Model {
    /// Splits texts into tokens.
    pub tokenizer: Tokenizer,
    /// One replica for each core; they share the weights.
    pub workers: Workers<Embedder>,
}

impl Model {
    /// Loads a model from a folder in the layout of sentence-transformers.
    ///
    /// # Errors
    /// Fails if a file is missing or invalid; the error names the file.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, LoadError> {
        let tokenizer = Tokenizer::load(&folder)?;
        let model = MiniLm::load(folder)?;
        let workers = Workers::new("minilm", move |_| Ok(Embedder(model.clone())))
            .replicas(available_parallelism().map_or(1, usize::from))
            .max_batch(32)
            .max_cost(2048)
            .queue(512)
            .queue_cost(32_768)
            .deadline(Duration::from_secs(30));
        Ok(Self { tokenizer, workers })
    }
}

/// Texts to embed.
#[model]
#[derive(Debug)]
pub struct EmbedRequest {
    /// One to 64 texts. Of each the first 256 tokens count.
    #[field(min_items = 1, max_items = 64, items(max_length = 8192))]
    texts: Vec<String>,
}

/// The vectors of texts.
#[model]
#[derive(Debug)]
pub struct EmbedResponse {
    /// A vector of length 1 for each text, in their order.
    embeddings: Vec<Vec<f32>>,
    /// The number of tokens of each text.
    tokens: Vec<usize>,
    /// The texts that have more than 256 tokens, by index.
    truncated: Vec<usize>,
}

/// Embed texts as vectors
///
/// Texts with similar meanings have similar vectors: the cosine of the angle between them is close to 1.
#[post("/embed", tag = "embeddings")]
async fn embed(
    #[body] request: EmbedRequest,
    #[state] tokenizer: Tokenizer,
    #[state] model: Workers<Embedder>,
) -> Result<EmbedResponse, InferenceError> {
    let texts = tokenize(tokenizer, request.texts).await?;
    let tokens = texts.iter().map(Tokens::len).collect();
    let truncated = (0..texts.len())
        .filter(|index| texts[*index].is_truncated())
        .collect();
    Ok(EmbedResponse {
        embeddings: model.run_all(texts).await?,
        tokens,
        truncated,
    })
}

/// Splits texts into tokens.
async fn tokenize(tokenizer: Tokenizer, texts: Vec<String>) -> Result<Vec<Tokens>, InferenceError> {
    // Long texts take milliseconds, in which the thread of this task would serve no other request.
    let tokenizing = tokio::task::spawn_blocking(move || {
        let tokens = texts.iter().map(|text| tokenizer.tokenize(text));
        tokens.collect::<Result<Vec<_>, _>>()
    });
    let texts = tokenizing
        .await
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
    texts.map_err(|error| InferenceError::Model(ModelError::new(error)))
}

impl EmbeddingModel for Model {
    async fn embed(
        &self,
        request: avocet_ai::embed::EmbedRequest,
    ) -> Result<Embedded, GenerateError> {
        let texts = request.inputs.into_iter().map(|input| match input {
            EmbedInput::Text(text) => Ok(text),
            _ => Err(GenerateError::unsupported(
                "input",
                "the model embeds texts, not tokens",
            )),
        });
        let texts = texts.collect::<Result<_, _>>()?;
        let tokens = tokenize(self.tokenizer.clone(), texts).await?;
        let count: usize = tokens.iter().map(Tokens::len).sum();
        Ok(Embedded {
            vectors: self.workers.run_all(tokens).await?,
            tokens: u32::try_from(count).unwrap_or(u32::MAX),
        })
    }
}

/// Builds the application around a loaded model.
pub fn app(model: Model) -> App {
    let models = Catalog::new().embedding("all-MiniLM-L6-v2", model.clone());
    App::new("Embeddings", env!("CARGO_PKG_VERSION"))
        .description("Sentence embeddings with all-MiniLM-L6-v2.")
        .contact(Contact::new("The authors of Avocet"))
        .license(License::spdx("MIT OR Apache-2.0"))
        .describe_tag("embeddings", "Texts as vectors.")
        .state(model.tokenizer)
        .component(model.workers)
        .inference_view("/inference")
        .health(Health::new())
        .metrics(Metrics::new().at("/metrics"))
        .routes(routes![embed])
        .plugin(OpenAi::new(models.clone()))
        .plugin(OpenInference::new(models))
}
