//! `PasswordError`: why a password was not hashed or verified.

use std::fmt;

use avocet::operation::{DocumentedError, ErrorBody, Operation};
use avocet::response::{HttpError, ResponseError};
use http::{HeaderValue, StatusCode, header};

/// Why a password was not hashed or not verified.
///
/// `?` makes a response of it in a handler that returns [`HttpError`]: 422 for [`TooLong`](Self::TooLong), 503 with `Retry-After` for
/// [`Busy`](Self::Busy), 500 for the others. It does not implement `std::error::Error`, which would make a 500 of each. `?` converts it to [`avocet::Error`] too, for `main`.
///
/// ```
/// use avocet::response::HttpError;
/// use avocet_auth::password::PasswordError;
///
/// let error = PasswordError::TooLong { bytes: 2000, limit: 1024 };
/// assert_eq!(error.to_string(), "the password has 2000 bytes, the limit is 1024");
/// assert_eq!(HttpError::from(error.clone()).status(), 422);
/// assert_eq!(avocet::Error::from(error).to_string(), "the password has 2000 bytes, the limit is 1024");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordError {
    /// The password is longer than the limit.
    TooLong {
        /// The length of the password in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Too many hashes are waiting.
    Busy {
        /// The limit of waiting hashes.
        limit: usize,
    },
    /// The stored hash is not a PHC string of Argon2 with a cost in the accepted range.
    StoredHash,
    /// Argon2 or the random generator of the system failed.
    Failed(String),
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes, limit } => {
                write!(f, "the password has {bytes} bytes, the limit is {limit}")
            }
            Self::Busy { limit } => {
                write!(
                    f,
                    "{limit} passwords wait to be hashed, which is the limit; try again later"
                )
            }
            Self::StoredHash => f.write_str(
                "the stored hash is not a PHC string of Argon2 with a cost in the accepted range",
            ),
            Self::Failed(reason) => write!(f, "the password was not hashed: {reason}"),
        }
    }
}

impl From<PasswordError> for HttpError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::TooLong { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
            }
            PasswordError::Busy { .. } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "Too many logins")
                    .header(header::RETRY_AFTER, HeaderValue::from_static("1"))
            }
            PasswordError::StoredHash | PasswordError::Failed(_) => {
                Self::internal(error.to_string())
            }
        }
    }
}

impl From<PasswordError> for avocet::Error {
    fn from(error: PasswordError) -> Self {
        std::io::Error::other(error.to_string()).into()
    }
}

impl ResponseError for PasswordError {
    fn describe(operation: &mut Operation) {
        for (status, description) in [
            (StatusCode::UNPROCESSABLE_ENTITY, "The password is too long"),
            (StatusCode::SERVICE_UNAVAILABLE, "Too many logins"),
        ] {
            operation.errors.push(DocumentedError {
                status: Some(status),
                description: description.to_owned(),
                body: ErrorBody::Message,
            });
        }
    }

    fn into_error(self) -> HttpError {
        self.into()
    }
}
