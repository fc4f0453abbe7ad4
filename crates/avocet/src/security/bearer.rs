//! `Bearer`: a token in the header `Authorization`.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Value, json};

use super::authorization;
use super::scheme::{Scheme, extracts};
use crate::extract::{Extractor, RequestContext};
use crate::types::Secret;

/// The scheme of bearer tokens (RFC 6750): `Authorization: Bearer …`.
///
/// - **Describes** `{"type": "http", "scheme": "bearer"}` under the name `HTTPBearer`, and a 401.
/// - **Rejects** with 401 and `WWW-Authenticate: Bearer` if the header is missing, has another scheme, or is there twice.
///
/// `#[bearer]` is its short form.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::security::{Bearer, BearerCredentials};
///
/// #[get("/me")]
/// async fn me(#[extract(Bearer::named("token").format("JWT"))] token: BearerCredentials) -> u32 { 1 }
/// ```
#[derive(Clone, Debug)]
pub struct Bearer {
    name: Cow<'static, str>,
    description: Cow<'static, str>,
    format: Cow<'static, str>,
}

impl Bearer {
    /// Creates the scheme with the name `HTTPBearer`.
    ///
    /// ```
    /// let bearer = avocet::security::Bearer::new();
    /// ```
    pub const fn new() -> Self {
        Self::named("HTTPBearer")
    }

    /// Creates the scheme with a name for the document.
    ///
    /// ```
    /// let bearer = avocet::security::Bearer::named("token");
    /// ```
    pub const fn named(name: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            description: Cow::Borrowed(""),
            format: Cow::Borrowed(""),
        }
    }

    /// Sets the description in the document.
    ///
    /// ```
    /// let bearer = avocet::security::Bearer::new().description("Issued by the login");
    /// ```
    pub fn description(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.description = description.into();
        self
    }

    /// Sets the format of the token in the document, a hint such as `JWT`.
    ///
    /// ```
    /// let bearer = avocet::security::Bearer::new().format("JWT");
    /// ```
    pub fn format(mut self, format: impl Into<Cow<'static, str>>) -> Self {
        self.format = format.into();
        self
    }
}

impl Default for Bearer {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the scheme as it was sent and the bearer token of a request.
fn credentials_of(context: &RequestContext) -> Option<(&str, &str)> {
    let (scheme, token) = authorization::of(context)?;
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    is_bearer.then_some((scheme, token))
}

/// Returns the bearer token of a request.
pub(super) fn token_of(context: &RequestContext) -> Option<Secret<String>> {
    let (_, token) = credentials_of(context)?;
    Some(Secret::new(token.to_owned()))
}

impl Scheme for Bearer {
    type Credentials = BearerCredentials;

    fn name(&self) -> String {
        self.name.to_string()
    }

    fn to_json(&self) -> Value {
        let mut scheme = json!({"type": "http", "scheme": "bearer"});
        if !self.format.is_empty() {
            scheme["bearerFormat"] = (*self.format).into();
        }
        if !self.description.is_empty() {
            scheme["description"] = (*self.description).into();
        }
        scheme
    }

    fn find(&self, context: &RequestContext) -> Option<BearerCredentials> {
        let (scheme, token) = credentials_of(context)?;
        Some(BearerCredentials {
            scheme: scheme.to_owned(),
            token: Secret::new(token.to_owned()),
        })
    }

    fn challenge(&self) -> String {
        "Bearer".to_owned()
    }
}

extracts!(Bearer);

/// A bearer token with the scheme as it was sent, in any case of letters. `Debug` masks the token.
///
/// ```
/// fn is_short(credentials: &avocet::security::BearerCredentials) -> bool {
///     credentials.token().expose().len() < 16
/// }
/// ```
#[derive(Clone)]
pub struct BearerCredentials {
    scheme: String,
    token: Secret<String>,
}

impl BearerCredentials {
    /// Returns the scheme as it was sent, such as `Bearer`.
    ///
    /// ```
    /// fn scheme(credentials: &avocet::security::BearerCredentials) -> &str {
    ///     credentials.scheme()
    /// }
    /// ```
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Returns the token.
    ///
    /// ```
    /// fn token(credentials: &avocet::security::BearerCredentials) -> &str {
    ///     credentials.token().expose()
    /// }
    /// ```
    pub const fn token(&self) -> &Secret<String> {
        &self.token
    }
}

impl fmt::Debug for BearerCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerCredentials").finish_non_exhaustive()
    }
}

/// A type that `#[bearer]` takes: `Secret<String>`, [`BearerCredentials`], and an `Option` of these.
///
/// ```
/// fn taken<T: avocet::security::FromBearer>() {}
/// taken::<Option<avocet::types::Secret<String>>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a `#[bearer]` argument",
    label = "not a bearer token",
    note = "`#[bearer]` takes `Secret<String>`, `BearerCredentials`, or an `Option` of these"
)]
pub trait FromBearer: Sized + Send + 'static {
    /// Returns the extractor.
    fn extractor() -> impl Extractor<Value = Self>;
}

impl FromBearer for BearerCredentials {
    fn extractor() -> impl Extractor<Value = Self> {
        Bearer::new()
    }
}

impl FromBearer for Option<BearerCredentials> {
    fn extractor() -> impl Extractor<Value = Self> {
        Bearer::new().optional()
    }
}

impl FromBearer for Secret<String> {
    fn extractor() -> impl Extractor<Value = Self> {
        Token
    }
}

impl FromBearer for Option<Secret<String>> {
    fn extractor() -> impl Extractor<Value = Self> {
        Token.optional()
    }
}

/// The scheme of [`Bearer`], whose credentials are the token alone.
struct Token;

impl Scheme for Token {
    type Credentials = Secret<String>;

    fn name(&self) -> String {
        Bearer::new().name()
    }

    fn to_json(&self) -> Value {
        Bearer::new().to_json()
    }

    fn find(&self, context: &RequestContext) -> Option<Secret<String>> {
        token_of(context)
    }

    fn challenge(&self) -> String {
        Bearer::new().challenge()
    }
}

extracts!(Token);
