//! What callers hold.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use tokio::sync::{mpsc, oneshot};

use super::embedding::Embedding;
use super::generation::Generation;
use super::scheduler;
use super::sequence::Sequence;
use super::shared::{Shared, Work};
use crate::error::{GenerateError, LoadError};
use crate::llama::Llama;
use crate::sampling::{Sampler, draw_seed};
use crate::template::{Message, Template, end_tokens};
use crate::tokens::Tokens;

/// A loaded model that generates text and embeds texts. Clones share it.
///
/// When the last clone is dropped, work that was accepted is still done; then the thread ends and
/// the model is freed.
#[derive(Clone, Debug)]
pub struct Engine {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    tokens: Arc<Tokens>,
    template: Template,
    end_tokens: Arc<[u32]>,
    info: ModelInfo,
}

/// How much an engine takes on. A limit of 0 counts as 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sequences that run in turn; each holds a cache for its keys and values. 4 unless said.
    pub running: usize,
    /// Requests that wait for one of those to finish; one more is refused as
    /// [`GenerateError::Busy`]. 64 unless said.
    pub waiting: usize,
    /// Pieces of text that lie ready for one reader. A sequence whose reader is this far behind
    /// waits, and holds its place among the running. 32 unless said.
    pub pieces: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            running: 4,
            waiting: 64,
            pieces: 32,
        }
    }
}

/// How one answer is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The answer has at most so many tokens. The context may end it earlier.
    pub max_tokens: usize,
    /// 0 always takes the most likely token; higher is more varied.
    pub temperature: f32,
    /// The same seed gives the same text; drawn when absent.
    pub seed: Option<u64>,
}

/// What is known of the loaded model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelInfo {
    /// The name of its folder.
    pub name: String,
    /// The longest sequence of tokens, prompt and answer together.
    pub context_length: usize,
    /// How many numbers it was trained to find.
    pub parameters: usize,
}

impl Engine {
    /// Loads a model from a folder in the layout of Hugging Face, and starts its thread.
    ///
    /// # Errors
    /// Names the file that is missing or wrong.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        Self::load_with(folder, Limits::default())
    }

    /// As [`load`](Self::load), with other limits.
    ///
    /// # Errors
    /// Names the file that is missing or wrong.
    pub fn load_with(folder: &Path, limits: Limits) -> Result<Self, LoadError> {
        let model = Llama::load(folder)?;
        let tokens = Tokens::read(folder, model.config().vocabulary)?;
        let template = Template::read(folder)?;
        let mut end = model.config().end_tokens.clone();
        end.extend(end_tokens(folder)?);
        end.extend(template.end().and_then(|token| tokens.number(token)));

        let limits = Limits {
            running: limits.running.max(1),
            waiting: limits.waiting.max(1),
            pieces: limits.pieces.max(1),
        };
        let shared = Arc::new(Shared::new(limits));
        let inner = Inner {
            info: ModelInfo {
                name: name(folder),
                context_length: model.config().context,
                parameters: model.parameters(),
            },
            tokens: Arc::new(tokens),
            template,
            end_tokens: end.into(),
            shared: Arc::clone(&shared),
        };
        thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || scheduler::run(&shared, &model))
            .map_err(|error| LoadError::new(folder, format!("no thread for the model: {error}")))?;
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Begins an answer to these messages. The prompt is rendered and split into tokens here; the
    /// model runs on its own thread, once there is room.
    ///
    /// Special tokens written in a message's text remain text.
    ///
    /// # Errors
    /// [`Busy`](GenerateError::Busy), [`PromptTooLong`](GenerateError::PromptTooLong),
    /// [`Template`](GenerateError::Template), or [`Stopped`](GenerateError::Stopped).
    pub fn generate(
        &self,
        messages: Vec<Message>,
        options: Options,
    ) -> Result<Generation, GenerateError> {
        let inner = &*self.inner;
        let prompt = self.prompt(messages)?;
        let seed = options.seed.unwrap_or_else(draw_seed);
        let (sender, receiver) = mpsc::channel(inner.shared.limits().pieces);
        let room = inner.info.context_length - prompt.len();
        inner.shared.submit(Work::Sequence(Box::new(Sequence::new(
            prompt,
            options.max_tokens.min(room),
            Sampler::new(options.temperature, seed),
            Arc::clone(&inner.tokens),
            Arc::clone(&inner.end_tokens),
            sender,
        ))))?;
        Ok(Generation::new(receiver, Arc::clone(&inner.shared), seed))
    }

    /// A vector for each text: the mean of the model's final hidden states over the text's tokens,
    /// scaled to unit length where `normalize` says so.
    ///
    /// A text longer than the context counts up to there. A text without tokens gives zeros. Texts
    /// take turns with running answers, one text for one token, and stop when the caller has left.
    ///
    /// # Errors
    /// [`Busy`](GenerateError::Busy), [`Model`](GenerateError::Model), or
    /// [`Stopped`](GenerateError::Stopped).
    pub async fn embed(
        &self,
        texts: Vec<String>,
        normalize: bool,
    ) -> Result<Vec<Vec<f32>>, GenerateError> {
        let (sender, receiver) = oneshot::channel();
        let tokens = Arc::clone(&self.inner.tokens);
        let work = Embedding::new(texts, normalize, tokens, sender);
        self.inner.shared.submit(Work::Embedding(work))?;
        receiver.await.unwrap_or(Err(GenerateError::Stopped))
    }

    /// What is known of the loaded model.
    pub fn model(&self) -> &ModelInfo {
        &self.inner.info
    }

    /// How many answers and embeddings are being computed now.
    pub fn running(&self) -> usize {
        self.inner.shared.running()
    }

    /// How many requests wait to be computed.
    pub fn waiting(&self) -> usize {
        self.inner.shared.waiting()
    }

    fn prompt(&self, mut messages: Vec<Message>) -> Result<Vec<u32>, GenerateError> {
        let Inner {
            tokens,
            template,
            info,
            ..
        } = &*self.inner;
        // One place is for the answer.
        let limit = info.context_length - 1;
        let too_long = |tokens| GenerateError::PromptTooLong { tokens, limit };

        // A megabyte of text is refused by its size: splitting it would hold up the caller's
        // thread, which is likely to serve others too.
        let bytes = messages
            .iter()
            .map(|message| message.content.trim().len())
            .sum();
        let fewest = tokens.at_least(bytes);
        if fewest > limit {
            return Err(too_long(fewest));
        }
        for message in &mut messages {
            message.content = tokens.defuse(&message.content).into_owned();
        }
        let text = template
            .render(&messages)
            .map_err(GenerateError::Template)?;
        let prompt = tokens.prompt(&text).map_err(GenerateError::Template)?;
        if prompt.len() > limit {
            return Err(too_long(prompt.len()));
        }
        if prompt.is_empty() {
            return Err(GenerateError::Template("the prompt is empty".to_owned()));
        }
        Ok(prompt)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.close();
    }
}

/// The folder's own name, also when it is given as `.`.
fn name(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = whole.file_name().unwrap_or(whole.as_os_str());
    name.to_string_lossy().into_owned()
}
