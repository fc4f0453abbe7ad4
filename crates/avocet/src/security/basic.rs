//! `Basic`: a name and a password in the header `Authorization`.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::authorization;
use super::scheme::{Scheme, extracts};
use crate::extract::{Extractor, RequestContext};
use crate::types::Secret;

/// The scheme of names and passwords (RFC 7617): `Authorization: Basic …`.
///
/// - **Describes** `{"type": "http", "scheme": "basic"}` under the name `HTTPBasic`, and a 401.
/// - **Rejects** with 401 and `WWW-Authenticate: Basic` if the header is missing, has another scheme, or is not base64 of UTF-8 text with
///   a colon. With a realm the challenge names it, and a browser asks for the password.
///
/// `#[basic]` is its short form.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::security::{Basic, BasicCredentials, unauthorized};
///
/// #[get("/admin")]
/// async fn admin(#[extract(Basic::realm("club"))] user: BasicCredentials) -> Result<String, HttpError> {
///     match user.name() == "ada" && user.has_password("lovelace") {
///         true => Ok(user.name().to_owned()),
///         false => Err(unauthorized("Basic", "Wrong name or password")),
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Basic {
    name: Cow<'static, str>,
    realm: Option<Cow<'static, str>>,
}

impl Basic {
    /// Creates the scheme without a realm.
    ///
    /// ```
    /// let basic = avocet::security::Basic::new();
    /// ```
    pub const fn new() -> Self {
        Self {
            name: Cow::Borrowed("HTTPBasic"),
            realm: None,
        }
    }

    /// Creates the scheme with a realm: what the password is for.
    ///
    /// ```
    /// let basic = avocet::security::Basic::realm("club");
    /// ```
    pub fn realm(realm: impl Into<Cow<'static, str>>) -> Self {
        Self {
            realm: Some(realm.into()),
            ..Self::new()
        }
    }

    /// Sets the name in the document.
    ///
    /// ```
    /// let basic = avocet::security::Basic::new().named("password");
    /// ```
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }
}

impl Default for Basic {
    fn default() -> Self {
        Self::new()
    }
}

impl Scheme for Basic {
    type Credentials = BasicCredentials;

    fn name(&self) -> String {
        self.name.to_string()
    }

    fn to_json(&self) -> Value {
        json!({"type": "http", "scheme": "basic"})
    }

    fn find(&self, context: &RequestContext) -> Option<BasicCredentials> {
        let (scheme, credentials) = authorization::of(context)?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
        let (name, password) = text.split_once(':')?;
        Some(BasicCredentials {
            name: name.to_owned(),
            password: Secret::new(password.to_owned()),
        })
    }

    fn challenge(&self) -> String {
        match &self.realm {
            Some(realm) => format!("Basic realm={}", authorization::quoted(realm)),
            None => "Basic".to_owned(),
        }
    }
}

extracts!(Basic);

/// A name and a password. `Debug` masks the password.
///
/// ```
/// fn is_ada(credentials: &avocet::security::BasicCredentials) -> bool {
///     credentials.name() == "ada" && credentials.has_password("lovelace")
/// }
/// ```
#[derive(Clone)]
pub struct BasicCredentials {
    name: String,
    password: Secret<String>,
}

impl BasicCredentials {
    /// Returns the name.
    ///
    /// ```
    /// fn name(credentials: &avocet::security::BasicCredentials) -> &str {
    ///     credentials.name()
    /// }
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the password. Compare it with [`has_password`](Self::has_password), or with a hash.
    ///
    /// ```
    /// fn length(credentials: &avocet::security::BasicCredentials) -> usize {
    ///     credentials.password().expose().len()
    /// }
    /// ```
    pub const fn password(&self) -> &Secret<String> {
        &self.password
    }

    /// Returns whether the password is this one, in a time that depends on the length of the expected one alone.
    ///
    /// ```
    /// fn is_known(credentials: &avocet::security::BasicCredentials) -> bool {
    ///     credentials.has_password("lovelace")
    /// }
    /// ```
    pub fn has_password(&self, expected: &str) -> bool {
        self.password.matches(expected)
    }
}

impl fmt::Debug for BasicCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BasicCredentials")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A type that `#[basic]` takes: [`BasicCredentials`], or an `Option` of them.
///
/// ```
/// fn taken<T: avocet::security::FromBasic>() {}
/// taken::<avocet::security::BasicCredentials>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a `#[basic]` argument",
    label = "not a name and a password",
    note = "`#[basic]` takes `BasicCredentials`, or an `Option` of them"
)]
pub trait FromBasic: Sized + Send + 'static {
    /// Returns the extractor.
    fn extractor() -> impl Extractor<Value = Self>;
}

impl FromBasic for BasicCredentials {
    fn extractor() -> impl Extractor<Value = Self> {
        Basic::new()
    }
}

impl FromBasic for Option<BasicCredentials> {
    fn extractor() -> impl Extractor<Value = Self> {
        Basic::new().optional()
    }
}
