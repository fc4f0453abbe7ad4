//! `TokenError`: why a token was rejected.

use std::fmt;

use avocet::response::HttpError;
use avocet::security::unauthorized;
use http::{HeaderValue, StatusCode, header};

/// Why a token was rejected. It contains nothing of the token, so you can log it.
///
/// As an [`HttpError`] it is one 401 for all reasons, with `WWW-Authenticate: Bearer error="invalid_token"` (RFC 6750, section 3.1), or a
/// 503 if there are no keys to verify with. It does not implement `std::error::Error`, so that `?` makes that response of it.
///
/// ```
/// use avocet::response::HttpError;
/// use avocet_auth::jwt::TokenError;
///
/// assert_eq!(TokenError::Signature.to_string(), "the signature is wrong");
/// assert_eq!(HttpError::from(TokenError::Signature).status(), 401);
/// assert_eq!(HttpError::from(TokenError::NoKeys).status(), 503);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// The token is longer than the limit of the verifier.
    TooLong {
        /// The length of the token in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The token is not three parts of base64 with JSON objects; the text says which part.
    Malformed(&'static str),
    /// The algorithm is not one of the verifier's.
    Algorithm,
    /// The type in the header is not the required one.
    Type,
    /// The header requires an extension (`crit`, `b64`), and none is supported (RFC 7515, section 4.1.11).
    Extension,
    /// No key has this id, or the token names none and there are several keys.
    UnknownKey,
    /// The signature is wrong.
    Signature,
    /// A registered claim is missing, has a wrong type or a wrong value.
    Claim {
        /// The name of the claim.
        name: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The claims are not those of the application's type.
    Claims {
        /// The name of the type.
        type_name: &'static str,
    },
    /// There are no keys: the provider of the keys could not be reached.
    NoKeys,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes, limit } => {
                write!(f, "the token has {bytes} bytes, the limit is {limit}")
            }
            Self::Malformed(part) => write!(f, "the token is malformed: {part}"),
            Self::Algorithm => f.write_str("the algorithm is not one of the configured ones"),
            Self::Type => f.write_str("the type `typ` is not the configured one"),
            Self::Extension => {
                f.write_str("the header requires an extension that is not supported")
            }
            Self::UnknownKey => f.write_str("the key id is not one of the configured ones"),
            Self::Signature => f.write_str("the signature is wrong"),
            Self::Claim { name, problem } => write!(f, "claim `{name}`: {problem}"),
            Self::Claims { type_name } => write!(f, "the claims are not valid for `{type_name}`"),
            Self::NoKeys => f.write_str("there are no keys to verify tokens with"),
        }
    }
}

impl TokenError {
    /// Logs the reason, which the client does not receive.
    pub(super) fn log(&self) {
        tracing::debug!(reason = %self, "a token was rejected");
    }
}

impl From<TokenError> for HttpError {
    fn from(error: TokenError) -> Self {
        if error == TokenError::NoKeys {
            return Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Tokens cannot be verified now",
            )
            .header(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        error.log();
        unauthorized("Bearer error=\"invalid_token\"", "Invalid token")
    }
}
