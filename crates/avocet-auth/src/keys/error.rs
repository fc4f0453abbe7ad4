//! `ApiKeyError`: why an operation on keys failed.

use std::fmt;

use avocet::operation::{DocumentedError, ErrorBody, Operation};
use avocet::response::{HttpError, ResponseError};
use avocet::security::unauthorized;
use http::{HeaderValue, StatusCode, header};

/// Why an operation on keys failed.
///
/// `?` makes a response of it in a handler that returns [`HttpError`]: 401, 404, 409, 422 or 503, as the variants name it, and 500 for the
/// others. It does not implement `std::error::Error`, which would make a 500 of each.
///
/// ```
/// use avocet::response::HttpError;
/// use avocet_auth::keys::ApiKeyError;
///
/// assert_eq!(HttpError::from(ApiKeyError::NotFound).status(), 404);
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ApiKeyError {
    /// The key is not valid: 401 for all reasons.
    Invalid(InvalidKey),
    /// There is no key with this id: 404.
    NotFound,
    /// The settings of a new key break a rule: 422.
    Settings(String),
    /// The owner has as many keys as possible: 409.
    TooMany {
        /// The limit of keys.
        limit: usize,
    },
    /// Others changed the key at the same time, again and again: 503.
    Contended,
    /// The random generator of the system failed: 500.
    Random(String),
    /// The store failed: 503 if it is busy or stopped, otherwise 500.
    Store(avocet_store::Error),
}

/// Why keys cannot be set up: a mistake in the program, so it is a `std::error::Error`.
///
/// ```
/// use avocet_auth::keys::ApiKeys;
/// use avocet_store::Store;
///
/// let error = ApiKeys::new(&Store::memory(), "Acme").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the prefix \"Acme\" is not 2 to 16 characters of a-z, 0-9 and `_` that start with a letter and do not end with `_`",
/// );
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum InvalidApiKeys {
    /// The prefix breaks its rule.
    Prefix(String),
    /// The name of the namespace breaks its rule.
    Namespace(avocet_store::Error),
}

impl fmt::Display for InvalidApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix(prefix) => write!(
                f,
                "the prefix {prefix:?} is not 2 to 16 characters of a-z, 0-9 and `_` that start with a letter and do not end with `_`"
            ),
            Self::Namespace(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for InvalidApiKeys {}

impl From<avocet_store::Error> for InvalidApiKeys {
    fn from(error: avocet_store::Error) -> Self {
        Self::Namespace(error)
    }
}

/// Why a key is not valid, for a log.
///
/// ```
/// use avocet_auth::keys::InvalidKey;
///
/// assert_eq!(InvalidKey::Expired.to_string(), "the key has expired");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidKey {
    /// The text has not the form of a key.
    Malformed,
    /// No key has this id and this secret.
    Unknown,
    /// The key has expired.
    Expired,
    /// The key was revoked.
    Revoked,
    /// The key was rotated, and its overlap has ended.
    Rotated,
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the text has not the form of a key",
            Self::Unknown => "no key has this id and secret",
            Self::Expired => "the key has expired",
            Self::Revoked => "the key was revoked",
            Self::Rotated => "the key was rotated, and its overlap has ended",
        })
    }
}

impl ApiKeyError {
    /// Logs why a key is not valid, which the client does not receive.
    pub(super) fn log(&self) {
        if let Self::Invalid(reason) = self {
            tracing::debug!(%reason, "an API key was rejected");
        }
    }
}

impl fmt::Display for ApiKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(reason) => write!(f, "{reason}"),
            Self::NotFound => f.write_str("there is no key with this id"),
            Self::Settings(mistake) => f.write_str(mistake),
            Self::TooMany { limit } => {
                write!(
                    f,
                    "the owner has {limit} keys, which is the limit: delete one"
                )
            }
            Self::Contended => f.write_str("the key is changed by others; try again later"),
            Self::Random(reason) => {
                write!(f, "the random generator of the system failed: {reason}")
            }
            Self::Store(error) => write!(f, "{error}"),
        }
    }
}

impl From<InvalidKey> for ApiKeyError {
    fn from(reason: InvalidKey) -> Self {
        Self::Invalid(reason)
    }
}

impl From<avocet_store::Error> for ApiKeyError {
    fn from(error: avocet_store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<ApiKeyError> for HttpError {
    fn from(error: ApiKeyError) -> Self {
        error.log();
        let unavailable = || {
            Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "API keys are not available now",
            )
            .header(header::RETRY_AFTER, HeaderValue::from_static("1"))
        };
        match error {
            ApiKeyError::Invalid(_) => unauthorized("APIKey", "Invalid credentials"),
            ApiKeyError::NotFound => Self::new(StatusCode::NOT_FOUND, error.to_string()),
            ApiKeyError::Settings(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
            }
            ApiKeyError::TooMany { .. } => Self::new(StatusCode::CONFLICT, error.to_string()),
            ApiKeyError::Contended => unavailable(),
            ApiKeyError::Store(avocet_store::Error::Busy { .. } | avocet_store::Error::Closed) => {
                unavailable()
            }
            ApiKeyError::Random(_) => Self::internal(error.to_string()),
            ApiKeyError::Store(error) => Self::internal(error),
        }
    }
}

impl ResponseError for ApiKeyError {
    fn describe(operation: &mut Operation) {
        for (status, description) in [
            (StatusCode::UNAUTHORIZED, "Invalid credentials"),
            (StatusCode::NOT_FOUND, "There is no key with this id"),
            (StatusCode::CONFLICT, "The owner has too many keys"),
            (
                StatusCode::UNPROCESSABLE_ENTITY,
                "The settings break a rule",
            ),
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "API keys are not available now",
            ),
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
