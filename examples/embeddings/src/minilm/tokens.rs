//! Splits texts into tokens.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::config::Config;
use crate::error::{LoadError, TokenizeError};

/// The vocabulary of a model, read from `tokenizer.json`. A clone shares it.
#[derive(Clone)]
pub struct Tokenizer {
    inner: Arc<tokenizers::Tokenizer>,
    max_tokens: usize,
}

/// A text as the model reads it: numbers of the vocabulary, with `[CLS]` before and `[SEP]` after the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    ids: Vec<u32>,
    is_truncated: bool,
}

impl Tokenizer {
    /// Reads `tokenizer.json` and the configuration of a model folder.
    ///
    /// # Errors
    /// Fails if a file is missing or malformed, or if the vocabulary is larger than the model's.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, LoadError> {
        let folder = folder.as_ref();
        let config = Config::read(folder)?;
        let path = folder.join("tokenizer.json");
        let bytes = std::fs::read(&path).map_err(|error| LoadError::new(&path, error))?;
        let mut inner = tokenizers::Tokenizer::from_bytes(bytes)
            .map_err(|error| LoadError::new(&path, error))?;
        // The file truncates and pads to 128 tokens. sentence-transformers replaces both, and so does this.
        inner.with_padding(None);
        inner
            .with_truncation(None)
            .map_err(|error| LoadError::new(&path, error))?;
        if let Some((token, id)) = inner
            .get_vocab(true)
            .iter()
            .find(|(_, id)| **id as usize >= config.vocabulary)
        {
            let problem = format!(
                "token {token:?} is number {id}, but `vocab_size` in config.json is {}",
                config.vocabulary
            );
            return Err(LoadError::new(&path, problem));
        }
        Ok(Self {
            inner: Arc::new(inner),
            max_tokens: config.max_tokens,
        })
    }

    /// Returns the maximum length of [`Tokens`]: 256 for all-MiniLM-L6-v2.
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// Splits a text. Tokens after [`max_tokens`](Self::max_tokens) are dropped, as sentence-transformers does.
    ///
    /// The whole text is split before that, so the time grows with its length: limit the length of texts from clients.
    ///
    /// # Errors
    /// Fails if the tokenizer cannot split the text.
    pub fn tokenize(&self, text: &str) -> Result<Tokens, TokenizeError> {
        let encoding = self
            .inner
            .encode_fast(text, true)
            .map_err(|error| TokenizeError(error.to_string()))?;
        let mut ids = encoding.get_ids().to_vec();
        let is_truncated = ids.len() > self.max_tokens;
        if is_truncated {
            // The last token ends the text, truncated or not.
            let end = ids.split_off(ids.len() - 1);
            ids.truncate(self.max_tokens - 1);
            ids.extend(end);
        }
        Ok(Tokens { ids, is_truncated })
    }
}

impl fmt::Debug for Tokenizer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tokenizer")
            .field("max_tokens", &self.max_tokens)
            .finish_non_exhaustive()
    }
}

impl Tokens {
    /// Returns the number of tokens, the two around the text included.
    #[expect(
        clippy::len_without_is_empty,
        reason = "even an empty text has two tokens"
    )]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Returns the tokens.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Returns whether the end of the text was dropped.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }
}
