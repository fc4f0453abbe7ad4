//! The caller's handle of an engine.

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
/// After the last clone is dropped, the thread completes the accepted work, then ends and frees the model.
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

/// The limits of an engine. A limit of 0 counts as 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sequences that run in turn; each has a cache for its keys and values. Default: 4.
    pub running: usize,
    /// Requests that wait for a running one to finish; more are rejected with [`GenerateError::Busy`]. Default: 64.
    pub waiting: usize,
    /// Pieces of text that are buffered for one reader. When the buffer is full, the sequence pauses but still counts as running. Default:
    /// 32.
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

/// The options of one response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The maximum number of tokens in the response. The context may end it earlier.
    pub max_tokens: usize,
    /// 0 always takes the most likely token; a higher temperature gives more varied text.
    pub temperature: f32,
    /// The same seed gives the same text; random when absent.
    pub seed: Option<u64>,
}

/// Information about the loaded model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelInfo {
    /// The name of its folder.
    pub name: String,
    /// The maximum length of a sequence in tokens, prompt and response together.
    pub context_length: usize,
    /// The number of trained parameters.
    pub parameters: usize,
}

impl Engine {
    /// Loads a model from a folder in the layout of Hugging Face, and starts its thread.
    ///
    /// # Errors
    /// Fails if a file is missing or invalid; the error names the file.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        Self::load_with(folder, Limits::default())
    }

    /// Loads a model as [`load`](Self::load) does, with other limits.
    ///
    /// # Errors
    /// Fails if a file is missing or invalid; the error names the file.
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

    /// Starts a response to these messages. The prompt is rendered and split into tokens on the calling thread; the model runs on its own
    /// thread when a slot is free.
    ///
    /// Special tokens in a message's text are treated as text.
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

    /// Returns a vector for each text: the mean of the model's final hidden states over the text's tokens, scaled to unit length if
    /// `normalize` is set.
    ///
    /// A text longer than the context is truncated. A text without tokens gives zeros. Texts take turns with running responses, one text
    /// for one token, and stop when the caller disconnects.
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

    /// Returns information about the loaded model.
    pub fn model(&self) -> &ModelInfo {
        &self.inner.info
    }

    /// Returns the number of responses and embeddings that are being computed.
    pub fn running(&self) -> usize {
        self.inner.shared.running()
    }

    /// Returns the number of requests in the queue.
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
        // One token is reserved for the response.
        let limit = info.context_length - 1;
        let too_long = |tokens| GenerateError::PromptTooLong { tokens, limit };

        // A megabyte of text is rejected by its size: splitting it would block the caller's thread, which probably serves other requests
        // too.
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

/// Returns the folder's own name, also if the path is `.`.
fn name(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = whole.file_name().unwrap_or(whole.as_os_str());
    name.to_string_lossy().into_owned()
}
