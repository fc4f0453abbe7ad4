//! The error for limits out of range.

use std::fmt;

/// The error for limits out of range; it reports all of them.
///
/// The wording may change; [`errors`](Self::errors) has one sentence for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitError {
    errors: Vec<String>,
}

impl LimitError {
    pub(super) fn one(error: String) -> Self {
        Self {
            errors: vec![error],
        }
    }

    /// Returns an error only if `errors` is not empty.
    pub(super) fn all(errors: Vec<String>) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self { errors })
        }
    }

    /// Returns one sentence for each limit that is out of its range.
    ///
    /// ```
    /// # use avocet::serve::Limits;
    /// let error = Limits::default().connections(0).header_count(0).check().unwrap_err();
    /// assert_eq!(error.errors().len(), 2);
    /// ```
    pub fn errors(&self) -> &[String] {
        &self.errors
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.errors.join("; "))
    }
}

impl std::error::Error for LimitError {}

impl From<LimitError> for std::io::Error {
    fn from(error: LimitError) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, error)
    }
}
