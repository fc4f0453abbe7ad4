//! `Jwt`: the verifier of tokens.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use avocet::operation::Operation;
use avocet::response::HttpError;
use avocet::types::Secret;
use avocet_context::Caller;
use avocet_store::Clock;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::algorithm::Algorithm;
use super::claims::{Expected, scopes};
use super::error::TokenError;
use super::header::{Members, Parts};
use super::key_set::KeySet;
use super::key_source::KeySource;
use crate::verify::{Verified, Verify, VerifyError};

/// The verifier of tokens (RFC 7519) with claims of type `T`, a state of the application. A clone is one pointer.
///
/// ```
/// use std::time::Duration;
///
/// use avocet::types::Secret;
/// use avocet_auth::jwt::{Algorithm, Jwt, Signer, SigningKey};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Claims {
///     sub: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
/// let signer = Signer::new(Algorithm::Hs256, SigningKey::secret(&secret)?, Duration::from_secs(900))
///     .issuer("https://api.example")
///     .audience("https://api.example");
/// let tokens: Jwt<Claims> = signer.verifier()?.build()?;
///
/// let token = signer.sign(&Claims { sub: "ada".to_owned() })?;
/// assert_eq!(tokens.check(&token).await.unwrap().value.sub, "ada");
/// # Ok(())
/// # }
/// ```
pub struct Jwt<T> {
    inner: Arc<Inner>,
    claims: PhantomData<fn() -> T>,
}

pub(super) struct Inner {
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) expected: Expected,
    pub(super) keys: KeySet,
    /// Used instead of the keys.
    pub(super) source: Option<Arc<dyn KeySource>>,
    pub(super) token_bytes: usize,
    pub(super) token_type: Option<String>,
    pub(super) clock: Clock,
}

impl<T: DeserializeOwned + Send + 'static> Jwt<T> {
    pub(super) fn new(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
            claims: PhantomData,
        }
    }

    /// Verifies a token, and returns its claims, its scopes and its subject (`sub`) as the caller.
    ///
    /// # Errors
    /// The reason, for a log. The client receives one 401 for all reasons.
    ///
    /// ```
    /// use avocet::types::Secret;
    /// use avocet_auth::jwt::{Jwt, TokenError};
    ///
    /// async fn reason(tokens: &Jwt<serde_json::Value>, token: &Secret<String>) -> Option<TokenError> {
    ///     tokens.check(token).await.err()
    /// }
    /// ```
    pub async fn check(&self, token: &Secret<String>) -> Result<Verified<T>, TokenError> {
        let inner = &*self.inner;
        let token = token.expose();
        if token.len() > inner.token_bytes {
            return Err(TokenError::TooLong {
                bytes: token.len(),
                limit: inner.token_bytes,
            });
        }
        let parts = Parts::of(token)?;
        let algorithm = inner.algorithm(&parts.header)?;
        let id = parts
            .header
            .text("kid")
            .map_err(|()| TokenError::UnknownKey)?;
        let provided;
        let key = match &inner.source {
            None => inner
                .keys
                .find(id, algorithm)
                .ok_or(TokenError::UnknownKey)?,
            Some(source) => {
                provided = source.find(id, algorithm).await?;
                &provided
            }
        };
        let is_signed = key.verify(parts.message, parts.signature, algorithm);
        if !is_signed {
            return Err(TokenError::Signature);
        }
        let claims = parts.claims()?;
        inner.expected.check(&claims, inner.clock.now())?;
        let scopes = scopes(&claims)?;
        let caller = claims.text("sub").ok().flatten().map(Caller::new);
        let value = serde_json::from_value(Value::Object(claims.0));
        // The error could show a claim, so only the type is named.
        let value = value.map_err(|_| TokenError::Claims {
            type_name: type_name::<T>(),
        })?;
        Ok(Verified {
            value,
            caller,
            scopes,
        })
    }

    /// Verifies a token, and returns its claims.
    ///
    /// # Errors
    /// One 401 with `WWW-Authenticate: Bearer error="invalid_token"` for all reasons, or a 503 if the keys of the provider are not there. The
    /// reason is logged at level `debug`, without the token.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::types::Secret;
    /// use avocet_auth::jwt::Jwt;
    ///
    /// #[derive(Clone, serde::Deserialize)]
    /// struct Claims {
    ///     sub: String,
    /// }
    ///
    /// #[dependency]
    /// async fn current_user(#[bearer] token: Secret<String>, #[state] tokens: Jwt<Claims>) -> Result<String, HttpError> {
    ///     Ok(tokens.verify(&token).await?.sub)
    /// }
    /// ```
    pub async fn verify(&self, token: &Secret<String>) -> Result<T, HttpError> {
        Ok(self.check(token).await?.value)
    }
}

impl Inner {
    /// Returns the algorithm of a token, one of those that are accepted. Keys in the header (`jwk`, `jku`, `x5u`, `x5c`) are not read.
    fn algorithm(&self, header: &Members) -> Result<Algorithm, TokenError> {
        if header.0.contains_key("crit") || header.0.contains_key("b64") {
            return Err(TokenError::Extension);
        }
        if let Some(required) = &self.token_type {
            let found = header.text("typ").ok().flatten();
            if !found.is_some_and(|it| it.eq_ignore_ascii_case(required)) {
                return Err(TokenError::Type);
            }
        }
        let name = header.text("alg").map_err(|()| TokenError::Algorithm)?;
        let mut accepted = self.algorithms.iter();
        let found = accepted.find(|it| Some(it.name()) == name);
        found.copied().ok_or(TokenError::Algorithm)
    }
}

impl<T: DeserializeOwned + Send + 'static> Verify for Jwt<T> {
    type Value = T;

    fn describe(operation: &mut Operation) {
        crate::verify::describe_unavailable(operation, "The keys of the tokens cannot be reached");
    }

    /// Keys in the configuration are always there.
    fn describe_configured(verifier: Option<&Self>, operation: &mut Operation) {
        if verifier.is_none_or(|tokens| tokens.inner.source.is_some()) {
            Self::describe(operation);
        }
    }

    async fn verify(&self, credentials: &Secret<String>) -> Result<Verified<T>, VerifyError> {
        self.check(credentials).await.map_err(|error| match error {
            TokenError::NoKeys => VerifyError::Failed(error.into()),
            error => {
                error.log();
                VerifyError::Invalid
            }
        })
    }
}

impl<T> Clone for Jwt<T> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            claims: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Jwt<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwt")
            .field("algorithms", &self.inner.algorithms)
            .field("issuers", &self.inner.expected.issuers)
            .field("audiences", &self.inner.expected.audiences)
            .finish_non_exhaustive()
    }
}
