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
    pub(crate) fn one(error: String) -> Self {
        Self {
            errors: vec![error],
        }
    }

    #[doc(hidden)]
    pub fn unknown(name: &str) -> Self {
        Self::one(format!("there is no limit `{name}`"))
    }

    /// Joins the errors of several checks.
    #[doc(hidden)]
    pub fn all(checks: impl IntoIterator<Item = Result<(), Self>>) -> Result<(), Self> {
        let errors = checks.into_iter().filter_map(Result::err);
        let errors: Vec<_> = errors.flat_map(|error| error.errors).collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self { errors })
        }
    }

    /// Returns one sentence for each limit that is out of its range.
    ///
    /// ```
    /// # use avocet_server::Limits;
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
