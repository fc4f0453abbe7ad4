//! Limits that make no sense.

use std::fmt;

/// Limits that make no sense, all of them.
///
/// The wording may change; [`problems`](Self::problems) has one sentence for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitError {
    problems: Vec<String>,
}

impl LimitError {
    pub(super) fn one(problem: String) -> Self {
        Self {
            problems: vec![problem],
        }
    }

    /// An error only if there are problems.
    pub(super) fn all(problems: Vec<String>) -> Result<(), Self> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self { problems })
        }
    }

    /// One sentence for each limit that is out of its range.
    ///
    /// ```
    /// # use avocet::serve::Limits;
    /// let error = Limits::default().connections(0).header_count(0).check().unwrap_err();
    /// assert_eq!(error.problems().len(), 2);
    /// ```
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("; "))
    }
}

impl std::error::Error for LimitError {}

impl From<LimitError> for std::io::Error {
    fn from(error: LimitError) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, error)
    }
}
