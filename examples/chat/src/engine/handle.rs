//! The caller's handle of an engine.

use std::path::Path;
use std::sync::Arc;

use avocet::inference::{InferenceError, Items, ModelError, Workers};
use avocet_ai::constrain::{ConstraintError, Grammars};
use avocet_ai::generate::{Delta, GenerateError, OutputFormat, Sampling};

use super::chat::{Chat, Prompt};
use super::choice::Choice;
use super::embedder::{Embedder, scale_to_unit_length};
use super::sequence::Vocabulary;
use crate::error::LoadError;
use crate::llama::Llama;
use crate::template::{Message, Template, end_tokens};
use crate::tokens::Tokens;

/// A model that generates text and embeds texts. Clones share it.
#[derive(Clone, Debug)]
pub struct Engine {
    /// Generates the responses.
    pub chat: Workers<Chat>,
    /// Embeds texts.
    pub embedder: Workers<Embedder>,
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    vocabulary: Vocabulary,
    grammars: Grammars,
    template: Template,
    info: ModelInfo,
}

/// The limits of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Responses that are generated together; each has memory for a whole context. Default: 32.
    pub running: usize,
    /// Requests that wait; more are rejected. Default: 64.
    pub waiting: usize,
    /// Pieces of text that are buffered for one reader. When the buffer is full, its response pauses. Default: 32.
    pub pieces: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            running: 32,
            waiting: 64,
            pieces: 32,
        }
    }
}

/// The options of one response.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The maximum number of tokens in the response. The context may end it earlier.
    pub max_tokens: usize,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// The number of alternatives of each token that are reported with their probabilities. `None`: no probabilities at all.
    pub top_logprobs: Option<u8>,
    /// The format of the response.
    pub format: OutputFormat,
    /// The tool whose arguments the response is.
    pub tool: Option<String>,
}

impl Options {
    /// Creates options for text with a maximum number of tokens.
    pub fn text(max_tokens: usize, sampling: Sampling) -> Self {
        Self {
            max_tokens,
            sampling,
            top_logprobs: None,
            format: OutputFormat::Text,
            tool: None,
        }
    }
}

/// Information about the loaded model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelInfo {
    /// The name of its folder.
    pub name: String,
    /// The maximum length of a sequence in tokens, prompt and response together.
    pub context_length: usize,
    /// The number of tokens that the model knows.
    pub vocabulary: usize,
    /// The number of trained parameters.
    pub parameters: usize,
}

/// Texts that are embedded together.
const TEXTS: usize = 16;

impl Engine {
    /// Loads a model from a folder in the layout of Hugging Face. [`start`](Self::start) starts its threads.
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
        let model = Arc::new(Llama::load(folder)?);
        let tokens = Tokens::read(folder, model.config().vocabulary)?;
        let template = Template::read(folder)?;
        let mut end = model.config().end_tokens.clone();
        end.extend(end_tokens(folder)?);
        end.extend(template.end().and_then(|token| tokens.number(token)));

        let vocabulary = Vocabulary {
            tokens: Arc::new(tokens),
            end: end.into(),
        };
        let grammars = grammars(&vocabulary, model.config().vocabulary)
            .map_err(|error| LoadError::new(folder, error))?;
        let info = ModelInfo {
            name: name(folder),
            context_length: model.config().context,
            vocabulary: model.config().vocabulary,
            parameters: model.parameters(),
        };
        let chat = {
            let (model, vocabulary) = (Arc::clone(&model), vocabulary.clone());
            Workers::new("chat", move |_| {
                Ok(Chat::new(
                    Arc::clone(&model),
                    vocabulary.clone(),
                    limits.running,
                ))
            })
        };
        let embedder = Workers::new("embedder", move |_| {
            Ok(Embedder::new(Arc::clone(&model), TEXTS))
        });
        Ok(Self {
            chat: chat
                .max_batch(limits.running)
                .queue(limits.waiting)
                .buffer(limits.pieces),
            embedder: embedder.max_batch(TEXTS).queue(256),
            inner: Arc::new(Inner {
                vocabulary,
                grammars,
                template,
                info,
            }),
        })
    }

    /// Starts the threads of the model. An application starts them as its components.
    ///
    /// # Errors
    /// Fails if they have started.
    pub async fn start(&self) -> Result<(), InferenceError> {
        self.chat.start().await?;
        self.embedder.start().await
    }

    /// Renders messages as a prompt, and splits it into tokens. Special tokens in a message's text are treated as text.
    ///
    /// # Errors
    /// If the prompt is too long for the model, its template rejects the messages, or an option is not valid.
    pub fn prompt(
        &self,
        messages: Vec<Message>,
        options: Options,
    ) -> Result<Prompt, GenerateError> {
        let tokens = self.prompt_tokens(messages)?;
        self.prompt_of(tokens, options)
    }

    /// Splits a text to continue into tokens. Special tokens in it are treated as text.
    ///
    /// # Errors
    /// As for [`prompt`](Self::prompt).
    pub fn text_prompt(&self, text: &str, options: Options) -> Result<Prompt, GenerateError> {
        let tokens = &self.inner.vocabulary.tokens;
        self.check_length(tokens.at_least(text.len()))?;
        let tokens = tokens.text(&tokens.defuse(text));
        let tokens = tokens.map_err(|problem| GenerateError::invalid("prompt", problem))?;
        self.prompt_of(tokens, options)
    }

    /// Creates a prompt of tokens.
    ///
    /// # Errors
    /// As for [`prompt`](Self::prompt), and if the model does not know a token.
    pub fn prompt_of(&self, tokens: Vec<u32>, options: Options) -> Result<Prompt, GenerateError> {
        let Inner { info, grammars, .. } = &*self.inner;
        self.check_length(tokens.len())?;
        if tokens.is_empty() {
            return Err(GenerateError::invalid("prompt", "has no tokens"));
        }
        let bias = options.sampling.logit_bias.iter().map(|(token, _)| token);
        for (field, token) in tokens
            .iter()
            .map(|token| ("prompt", token))
            .chain(bias.map(|token| ("logit_bias", token)))
        {
            if *token as usize >= info.vocabulary {
                let problem = format!(
                    "token {token} is not in the vocabulary of {} tokens",
                    info.vocabulary
                );
                return Err(GenerateError::invalid(field, problem));
            }
        }
        let constraint = grammars.constraint(&options.format)?;
        let room = info.context_length - tokens.len();
        Ok(Prompt {
            max_tokens: options.max_tokens.min(room),
            choice: Choice::new(options.sampling, constraint),
            top_logprobs: options.top_logprobs,
            tool: options.tool,
            tokens,
        })
    }

    /// Counts the tokens of texts to embed.
    ///
    /// # Errors
    /// If the tokenizer cannot read a text.
    pub fn text_tokens(&self, texts: &[String]) -> Result<usize, GenerateError> {
        let tokens = &self.inner.vocabulary.tokens;
        let counts = texts.iter().map(|text| Ok(tokens.text(text)?.len()));
        let count: Result<usize, String> = counts.sum();
        count.map_err(|problem| GenerateError::invalid("input", problem))
    }

    /// Counts the tokens of messages.
    ///
    /// # Errors
    /// As for [`prompt`](Self::prompt).
    pub fn count_tokens(&self, messages: Vec<Message>) -> Result<usize, GenerateError> {
        Ok(self.prompt_tokens(messages)?.len())
    }

    /// Starts a response to a prompt: a stream of deltas that ends with [`Delta::Done`]. Dropping it cancels the generation.
    ///
    /// # Errors
    /// Fails if the queue is full or the model is not running. Later errors are the last item of the stream.
    pub fn generate(&self, prompt: Prompt) -> Result<Items<Delta>, InferenceError> {
        self.chat.generate(prompt)
    }

    /// Returns a vector for each text: the mean of the model's final hidden states over the text's tokens, scaled to unit length if
    /// `normalize` is set.
    ///
    /// A text longer than the context is truncated. A text without tokens gives zeros.
    ///
    /// # Errors
    /// Fails if the queue is full or the model is not running.
    pub async fn embed(
        &self,
        texts: Vec<String>,
        normalize: bool,
    ) -> Result<Vec<Vec<f32>>, InferenceError> {
        let Inner {
            vocabulary, info, ..
        } = &*self.inner;
        let tokens = texts.iter().map(|text| {
            let mut tokens = vocabulary.tokens.text(text)?;
            tokens.truncate(info.context_length);
            Ok::<_, String>(tokens)
        });
        let tokens = tokens.collect::<Result<_, _>>();
        let tokens = tokens.map_err(|problem| InferenceError::Model(ModelError::new(problem)))?;
        let mut vectors = self.embedder.run_all(tokens).await?;
        if normalize {
            vectors
                .iter_mut()
                .for_each(|vector| scale_to_unit_length(vector));
        }
        Ok(vectors)
    }

    /// Returns information about the loaded model.
    pub fn model(&self) -> &ModelInfo {
        &self.inner.info
    }

    /// Returns the number of responses and embeddings that are being computed.
    pub fn running(&self) -> usize {
        self.chat.figures().running + self.embedder.figures().running
    }

    /// Returns the number of requests in the queues.
    pub fn waiting(&self) -> usize {
        self.chat.figures().waiting + self.embedder.figures().waiting
    }

    fn prompt_tokens(&self, mut messages: Vec<Message>) -> Result<Vec<u32>, GenerateError> {
        let Inner {
            vocabulary,
            template,
            ..
        } = &*self.inner;
        let tokens = &vocabulary.tokens;

        // A megabyte of text is rejected by its size: splitting it would block the caller's thread, which probably serves other requests
        // too.
        let bytes = messages
            .iter()
            .map(|message| message.content.trim().len())
            .sum();
        self.check_length(tokens.at_least(bytes))?;
        for message in &mut messages {
            message.content = tokens.defuse(&message.content).into_owned();
        }
        let text = template
            .render(&messages)
            .map_err(|problem| GenerateError::invalid("messages", problem))?;
        let tokens = tokens.prompt(&text);
        tokens.map_err(|problem| GenerateError::invalid("messages", problem))
    }

    fn check_length(&self, tokens: usize) -> Result<(), GenerateError> {
        // One token is reserved for the response.
        let limit = self.inner.info.context_length - 1;
        if tokens > limit {
            return Err(GenerateError::PromptTooLong { tokens, limit });
        }
        Ok(())
    }
}

/// Returns the grammars of a vocabulary of this size.
fn grammars(vocabulary: &Vocabulary, size: usize) -> Result<Grammars, ConstraintError> {
    let tokens = (0..).take(size).map(|token| vocabulary.tokens.bytes(token));
    let end = vocabulary.end.first().copied().unwrap_or(u32::MAX);
    Grammars::new(tokens, end)
}

/// Returns the folder's own name, also if the path is `.`.
fn name(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = whole.file_name().unwrap_or(whole.as_os_str());
    name.to_string_lossy().into_owned()
}
