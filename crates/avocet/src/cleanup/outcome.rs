//! `Outcome`: how a request ended.

use http::StatusCode;

/// How a request ended, for its clean-up. The table of the [module](crate::cleanup) has all cases.
///
/// ```
/// use avocet::cleanup::Outcome;
///
/// let outcome = Outcome::of(http::StatusCode::CREATED);
/// assert!(outcome.is_success());
/// assert_eq!(Outcome::of(http::StatusCode::CONFLICT), Outcome::Failed(http::StatusCode::CONFLICT));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A response with a status below 400.
    Succeeded(StatusCode),
    /// A response with a status of 400 or more.
    Failed(StatusCode),
    /// The handler panicked.
    Panicked,
    /// The client disconnected, or the deadline passed.
    Disconnected,
    /// The response had begun, and its stream failed.
    StreamFailed,
}

impl Outcome {
    /// Returns the outcome of a response with this status.
    ///
    /// ```
    /// use avocet::cleanup::Outcome;
    ///
    /// assert!(!Outcome::of(http::StatusCode::NOT_FOUND).is_success());
    /// ```
    pub fn of(status: StatusCode) -> Self {
        if status.as_u16() < 400 {
            Self::Succeeded(status)
        } else {
            Self::Failed(status)
        }
    }

    /// Returns whether the request succeeded: commit, or else roll back.
    ///
    /// ```
    /// use avocet::cleanup::Outcome;
    ///
    /// assert!(!Outcome::Disconnected.is_success());
    /// ```
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Succeeded(_))
    }
}
