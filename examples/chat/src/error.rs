//! Errors of loading a model and of using it.

use std::fmt;
use std::path::{Path, PathBuf};

/// A model folder cannot be used. The error names the file and the reason.
#[derive(Debug)]
pub struct LoadError {
    path: PathBuf,
    problem: String,
}

impl LoadError {
    pub(crate) fn new(path: impl Into<PathBuf>, problem: impl fmt::Display) -> Self {
        Self {
            path: path.into(),
            problem: problem.to_string(),
        }
    }

    /// Returns the path of the invalid file or folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path.display(), self.problem)
    }
}

impl std::error::Error for LoadError {}

/// Reads a whole file; the error names its path.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    std::fs::read(path).map_err(|error| LoadError::new(path, error))
}

/// Why a conversation cannot be continued.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GenerateError {
    /// The prompt leaves no room for a response.
    PromptTooLong {
        /// Length of the prompt. If the text cannot possibly fit, it is not split into tokens, and this is a lower bound.
        tokens: usize,
        /// The maximum length of a prompt.
        limit: usize,
    },
    /// The chat template rejected the messages; the text is the template's own.
    Template(String),
}

impl fmt::Display for GenerateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PromptTooLong { tokens, limit } => write!(
                formatter,
                "the prompt has {tokens} tokens or more, the model takes at most {limit}"
            ),
            Self::Template(problem) => write!(formatter, "these messages do not fit: {problem}"),
        }
    }
}

impl std::error::Error for GenerateError {}
