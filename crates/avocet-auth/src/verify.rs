//! `Verify`: what checks credentials, and the extractor of what it returns.

use std::any::type_name;
use std::fmt;
use std::future::Future;

use avocet::extract::{Extractor, Rejection, Request, RequestContext, State};
use avocet::operation::{DocumentedError, ErrorBody, Operation};
use avocet::response::HttpError;
use avocet::security::{BearerCredentials, RequiredScopes, Scheme, forbidden, unauthorized};
use avocet::types::Secret;
use avocet_context::{Caller, Context};
use http::StatusCode;

/// A state of the application that verifies credentials, for example `jwt::Jwt` or `keys::ApiKeys`.
///
/// ```
/// use avocet::types::Secret;
/// use avocet_auth::{Verified, Verify, VerifyError};
///
/// /// Tokens that are names.
/// #[derive(Clone)]
/// struct Names;
///
/// impl Verify for Names {
///     type Value = String;
///
///     async fn verify(&self, credentials: &Secret<String>) -> Result<Verified<String>, VerifyError> {
///         if credentials.matches("ada") {
///             return Ok(Verified { value: "ada".to_owned(), caller: None, scopes: vec![] });
///         }
///         Err(VerifyError::Invalid)
///     }
/// }
/// ```
pub trait Verify: Clone + Send + Sync + 'static {
    /// What the credentials stand for.
    type Value: Send + 'static;

    /// Describes the errors beside the 401 of the scheme.
    fn describe(operation: &mut Operation) {
        let _ = operation;
    }

    /// Describes the same when the application is built, with the verifier if it is a state by then. Implement it if the errors depend on
    /// the settings.
    fn describe_configured(verifier: Option<&Self>, operation: &mut Operation) {
        let _ = verifier;
        Self::describe(operation);
    }

    /// Verifies credentials.
    ///
    /// # Errors
    /// [`VerifyError::Invalid`] for credentials that are not valid, another error if that is not known.
    fn verify(
        &self,
        credentials: &Secret<String>,
    ) -> impl Future<Output = Result<Verified<Self::Value>, VerifyError>> + Send;
}

/// Why credentials were not verified.
///
/// ```
/// use avocet::response::HttpError;
/// use avocet_auth::VerifyError;
///
/// let error = VerifyError::from(HttpError::internal("the database is down"));
/// assert!(matches!(error, VerifyError::Failed(_)));
/// ```
#[derive(Debug)]
pub enum VerifyError {
    /// They are not valid: the response is a 401 with the challenge of the scheme, whatever the reason.
    Invalid,
    /// They could not be verified: the response is this error.
    Failed(HttpError),
}

impl From<HttpError> for VerifyError {
    fn from(error: HttpError) -> Self {
        Self::Failed(error)
    }
}

/// What verified credentials stand for.
///
/// ```
/// let verified = avocet_auth::Verified { value: "ada", caller: None, scopes: vec!["me".to_owned()] };
/// assert_eq!(verified.value, "ada");
/// ```
#[derive(Clone, Debug)]
pub struct Verified<T> {
    /// The value.
    pub value: T,
    /// Who is limited and billed for the request.
    pub caller: Option<Caller>,
    /// The scopes that the credentials have.
    pub scopes: Vec<String>,
}

/// The credentials of a scheme that are one text.
///
/// ```
/// fn taken<T: avocet_auth::Token>() {}
/// taken::<avocet::types::Secret<String>>();
/// taken::<avocet::security::BearerCredentials>();
/// ```
pub trait Token: Send {
    /// Returns the text.
    fn into_secret(self) -> Secret<String>;
}

impl Token for Secret<String> {
    fn into_secret(self) -> Secret<String> {
        self
    }
}

impl Token for BearerCredentials {
    fn into_secret(self) -> Secret<String> {
        self.token().clone()
    }
}

/// Adds [`verified_by`](Self::verified_by) to the schemes of [`avocet::security`].
pub trait SchemeExt: Scheme<Credentials: Token> + Sized {
    /// Verifies the credentials with a state of the application, and extracts what they stand for.
    ///
    /// - **Describes** the scheme with the required scopes, its 401, a 403 if scopes are required, and the errors of `V`.
    /// - **Rejects** with 401 if the credentials are missing or not valid, with 403 if a required scope is missing.
    /// - **Sets** the [`Caller`] of the request.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::security::OAuth2;
    /// use avocet_auth::SchemeExt;
    /// # use avocet_auth::{Verified, Verify, VerifyError};
    /// # #[derive(Clone)]
    /// # struct Names;
    /// # impl Verify for Names {
    /// #     type Value = String;
    /// #     async fn verify(&self, _: &avocet::types::Secret<String>) -> Result<Verified<String>, VerifyError> { Err(VerifyError::Invalid) }
    /// # }
    ///
    /// #[get("/me")]
    /// async fn me(#[extract(OAuth2::password("token").verified_by::<Names>())] name: String) -> String { name }
    /// ```
    fn verified_by<V: Verify>(self) -> VerifiedBy<Self, V> {
        VerifiedBy {
            scheme: self,
            verifier: State::new(),
            required: Request::new(),
        }
    }
}

impl<S: Scheme<Credentials: Token>> SchemeExt for S {}

/// The extractor of [`SchemeExt::verified_by`].
///
/// ```
/// # use avocet_auth::{SchemeExt, VerifiedBy, Verify};
/// use avocet::security::Bearer;
///
/// fn bearer<V: Verify>() -> VerifiedBy<Bearer, V> {
///     Bearer::new().format("JWT").verified_by()
/// }
/// ```
pub struct VerifiedBy<S, V> {
    scheme: S,
    verifier: State<V>,
    required: Request<RequiredScopes>,
}

impl<S: Scheme<Credentials: Token>, V: Verify> Extractor for VerifiedBy<S, V> {
    type Value = V::Value;

    fn describe(&self, operation: &mut Operation) {
        Scheme::describe(&self.scheme, operation);
        self.verifier.describe(operation);
        if operation.required_scopes().next().is_some() {
            operation.errors.push(DocumentedError {
                status: Some(StatusCode::FORBIDDEN),
                description: "A required scope is missing".to_owned(),
                body: ErrorBody::Message,
            });
        }
        operation.describe_with_state::<V>(V::describe_configured);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<V::Value, Rejection> {
        let credentials = self.scheme.required(context)?.into_secret();
        let verifier = self.verifier.extract(context).await?;
        let required = self.required.extract(context).await?;
        let outcome = verifier.verify(&credentials).await;
        let Verified {
            value,
            caller,
            scopes,
        } = outcome.map_err(|error| match error {
            VerifyError::Invalid => invalid(&self.scheme.challenge()),
            VerifyError::Failed(error) => error,
        })?;
        if let Some(scope) = required.missing(&scopes) {
            return Err(forbidden(&format!("The scope {scope} is missing")).into());
        }
        if let Some(caller) = caller {
            // The context of the request that is being handled.
            Context::with_current(|context| *context = std::mem::take(context).with_caller(caller));
        }
        Ok(value)
    }
}

impl<S: fmt::Debug, V> fmt::Debug for VerifiedBy<S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedBy")
            .field("scheme", &self.scheme)
            .field("verifier", &type_name::<V>())
            .finish_non_exhaustive()
    }
}

/// Returns the 401 for credentials that are not valid; of bearer tokens it has the error code of RFC 6750, section 3.1.
fn invalid(challenge: &str) -> HttpError {
    match challenge {
        "Bearer" => unauthorized("Bearer error=\"invalid_token\"", "Invalid token"),
        challenge => unauthorized(challenge, "Invalid credentials"),
    }
}

/// Describes the 503 of a verifier that depends on something.
#[cfg(any(feature = "jwt", feature = "keys"))]
pub(crate) fn describe_unavailable(operation: &mut Operation, description: &str) {
    operation.errors.push(DocumentedError {
        status: Some(StatusCode::SERVICE_UNAVAILABLE),
        description: description.to_owned(),
        body: ErrorBody::Message,
    });
}
