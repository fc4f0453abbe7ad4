//! `Scheme`: what all kinds of credentials have in common.

use http::header::{HeaderValue, WWW_AUTHENTICATE};
use http::{HeaderName, StatusCode};
use serde_json::Value;

use crate::error::{DocumentedError, ErrorBody, HttpError};
use crate::extract::{Extractor, Rejection, RequestContext};
use crate::operation::{Operation, SecurityRequirement};

/// A security scheme: where a request has its credentials, and how the document describes them.
///
/// The schemes of this module are extractors too. One of your own is an extractor through [`optional`](Self::optional), or by an
/// implementation of [`Extractor`] that calls [`describe`](Self::describe) and [`required`](Self::required).
///
/// ```
/// use avocet::extract::RequestContext;
/// use avocet::security::Scheme;
/// use serde_json::{Value, json};
///
/// /// A certificate that a proxy has verified.
/// #[derive(Debug)]
/// struct ClientCertificate;
///
/// impl Scheme for ClientCertificate {
///     type Credentials = String;
///
///     fn name(&self) -> String { "certificate".to_owned() }
///     fn to_json(&self) -> Value { json!({"type": "mutualTLS"}) }
///     fn find(&self, context: &RequestContext) -> Option<String> {
///         context.header("x-client-dn").first().map(|name| name.to_string())
///     }
///     fn challenge(&self) -> String { "Certificate".to_owned() }
/// }
/// ```
pub trait Scheme: Send + Sync + 'static {
    /// What a request has: a token, a name and a password.
    type Credentials: Send;

    /// The name in the document. Two schemes of one name that differ are a [`BuildError`](crate::BuildError).
    fn name(&self) -> String;

    /// The scheme as `OpenAPI` describes it.
    fn to_json(&self) -> Value;

    /// Returns the credentials of a request, if it has them in a well-formed way.
    fn find(&self, context: &RequestContext) -> Option<Self::Credentials>;

    /// The value of `WWW-Authenticate` in a 401 (RFC 9110, section 11.6.1).
    fn challenge(&self) -> String;

    /// Returns what the document says of an operation that requires the scheme, with the scopes that are required of it.
    ///
    /// ```
    /// use avocet::operation::Operation;
    /// use avocet::security::{Bearer, Scheme};
    ///
    /// let requirement = Bearer::new().requirement(&Operation::get("/"));
    /// assert_eq!(requirement.name, "HTTPBearer");
    /// ```
    fn requirement(&self, operation: &Operation) -> SecurityRequirement {
        SecurityRequirement {
            name: self.name(),
            scheme: self.to_json(),
            scopes: operation.required_scopes().map(str::to_owned).collect(),
        }
    }

    /// Describes the scheme and its 401 in an operation that requires it.
    ///
    /// ```
    /// use avocet::operation::Operation;
    /// use avocet::security::{Bearer, Scheme};
    ///
    /// let mut operation = Operation::get("/");
    /// Scheme::describe(&Bearer::new(), &mut operation);
    /// assert_eq!(operation.security.len(), 1);
    /// ```
    fn describe(&self, operation: &mut Operation) {
        let requirement = self.requirement(operation);
        operation.security.push(requirement);
        operation.errors.push(DocumentedError {
            status: Some(StatusCode::UNAUTHORIZED),
            description: "Not authenticated".to_owned(),
            body: ErrorBody::Message,
        });
    }

    /// Returns the credentials of a request, or its 401.
    ///
    /// # Errors
    /// A 401 with the challenge, if it has none.
    ///
    /// ```
    /// use avocet::extract::RequestContext;
    /// use avocet::response::HttpError;
    /// use avocet::security::{Bearer, BearerCredentials, Scheme};
    ///
    /// fn read(context: &RequestContext) -> Result<BearerCredentials, HttpError> {
    ///     Bearer::new().required(context)
    /// }
    /// ```
    fn required(&self, context: &RequestContext) -> Result<Self::Credentials, HttpError> {
        let credentials = self.find(context);
        credentials.ok_or_else(|| unauthorized(&self.challenge(), "Not authenticated"))
    }

    /// Makes the credentials optional: a request without them has `None`.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::security::{ApiKey, Scheme};
    /// use avocet::types::Secret;
    ///
    /// #[get("/news")]
    /// async fn news(#[extract(ApiKey::header("X-Key").optional())] key: Option<Secret<String>>) -> bool {
    ///     key.is_some()
    /// }
    /// ```
    fn optional(self) -> Optional<Self>
    where
        Self: Sized,
    {
        Optional(self)
    }
}

/// A scheme whose credentials a request may do without; see [`Scheme::optional`].
///
/// ```
/// use avocet::security::{Bearer, Scheme};
///
/// let optional = Bearer::new().optional();
/// ```
#[derive(Clone, Debug)]
pub struct Optional<S>(S);

impl<S: Scheme> Extractor for Optional<S> {
    type Value = Option<S::Credentials>;

    fn describe(&self, operation: &mut Operation) {
        let requirement = self.0.requirement(operation);
        operation.require_one_of([vec![requirement], Vec::new()]);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<Self::Value, Rejection> {
        Ok(self.0.find(context))
    }
}

/// Implements `Extractor` for a scheme.
macro_rules! extracts {
    ($scheme:ty) => {
        impl $crate::extract::Extractor for $scheme {
            type Value = <Self as $crate::security::Scheme>::Credentials;

            fn describe(&self, operation: &mut $crate::operation::Operation) {
                $crate::security::Scheme::describe(self, operation);
            }

            async fn extract(
                &self,
                context: &mut $crate::extract::RequestContext,
            ) -> Result<Self::Value, $crate::extract::Rejection> {
                Ok($crate::security::Scheme::required(self, context)?)
            }
        }
    };
}

pub(super) use extracts;

/// Returns a 401: who the client is, is not known. `challenge` is the value of `WWW-Authenticate`, such as `Bearer`.
///
/// ```
/// use avocet::security::unauthorized;
///
/// assert_eq!(unauthorized("Bearer", "Unknown token").status(), 401);
/// ```
pub fn unauthorized(challenge: &str, message: &str) -> HttpError {
    let error = HttpError::new(StatusCode::UNAUTHORIZED, message);
    with_challenge(error, WWW_AUTHENTICATE, challenge)
}

/// Returns a 403: the client is known, and may not do this. It has no `WWW-Authenticate`: other credentials of the client do not help.
///
/// ```
/// use avocet::security::forbidden;
///
/// assert_eq!(forbidden("Not an admin").status(), 403);
/// ```
pub fn forbidden(message: &str) -> HttpError {
    HttpError::new(StatusCode::FORBIDDEN, message)
}

fn with_challenge(error: HttpError, name: HeaderName, challenge: &str) -> HttpError {
    match HeaderValue::try_from(challenge) {
        Ok(challenge) => error.header(name, challenge),
        Err(invalid) => HttpError::internal(invalid),
    }
}
