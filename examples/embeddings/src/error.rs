//! Errors of loading a model and of splitting a text.

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

    /// Returns the path of the invalid file.
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

/// The tokenizer cannot split a text; the message is the tokenizer's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenizeError(pub(crate) String);

impl fmt::Display for TokenizeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot split the text into tokens: {}", self.0)
    }
}

impl std::error::Error for TokenizeError {}
