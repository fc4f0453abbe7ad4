//! The error of loading a model.

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
