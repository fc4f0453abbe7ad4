//! `OAuth2` and `OpenIdConnect`: bearer tokens, and where a client gets them.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::bearer::token_of;
use super::scheme::{Scheme, extracts};
use crate::extract::RequestContext;
use crate::types::Secret;

/// The scheme of a bearer token that an OAuth 2 flow (RFC 6749) gives.
///
/// The document names the flow, its addresses and its scopes. The token itself is checked by your
/// [dependency](crate::depend).
///
/// - **Describes** `{"type": "oauth2", "flows": …}`, under the name `OAuth2PasswordBearer` and the like, with the scopes that the
///   operation requires, and a 401.
/// - **Rejects** like [`Bearer`](super::Bearer).
///
/// ```
/// use avocet::prelude::*;
/// use avocet::security::OAuth2;
/// use avocet::types::Secret;
///
/// fn club() -> OAuth2 {
///     OAuth2::password("token").scope("me", "See oneself").scope("rooms:read", "See rooms")
/// }
///
/// #[dependency]
/// async fn member(#[extract(club())] token: Secret<String>) -> String { "ada".to_owned() }
///
/// #[get("/rooms")]
/// async fn rooms(#[depends(member, scopes("me", "rooms:read"))] member: String) -> Vec<u32> { vec![] }
/// ```
#[derive(Clone, Debug)]
pub struct OAuth2 {
    name: Cow<'static, str>,
    description: Cow<'static, str>,
    flow: &'static str,
    urls: Vec<(&'static str, Cow<'static, str>)>,
    scopes: Vec<(Cow<'static, str>, Cow<'static, str>)>,
}

impl OAuth2 {
    fn new(
        name: &'static str,
        flow: &'static str,
        urls: Vec<(&'static str, Cow<'static, str>)>,
    ) -> Self {
        Self {
            name: Cow::Borrowed(name),
            description: Cow::Borrowed(""),
            flow,
            urls,
            scopes: Vec::new(),
        }
    }

    /// The client sends name and password to `token_url`, which is relative to the server's address: a form with `username`,
    /// `password` and `scope`.
    ///
    /// ```
    /// let club = avocet::security::OAuth2::password("token");
    /// ```
    pub fn password(token_url: impl Into<Cow<'static, str>>) -> Self {
        let urls = vec![("tokenUrl", token_url.into())];
        Self::new("OAuth2PasswordBearer", "password", urls)
    }

    /// A program sends its own id and secret to `token_url`.
    ///
    /// ```
    /// let jobs = avocet::security::OAuth2::client_credentials("https://login.example/token");
    /// ```
    pub fn client_credentials(token_url: impl Into<Cow<'static, str>>) -> Self {
        let urls = vec![("tokenUrl", token_url.into())];
        Self::new("OAuth2ClientCredentials", "clientCredentials", urls)
    }

    /// The user logs in at `authorization_url`, and the client exchanges the code at `token_url`, with PKCE (RFC 7636).
    ///
    /// ```
    /// use avocet::security::OAuth2;
    ///
    /// let users = OAuth2::authorization_code("https://login.example/authorize", "https://login.example/token");
    /// ```
    pub fn authorization_code(
        authorization_url: impl Into<Cow<'static, str>>,
        token_url: impl Into<Cow<'static, str>>,
    ) -> Self {
        let urls = vec![
            ("authorizationUrl", authorization_url.into()),
            ("tokenUrl", token_url.into()),
        ];
        Self::new("OAuth2AuthorizationCodeBearer", "authorizationCode", urls)
    }

    /// Sets where a client renews its token.
    ///
    /// ```
    /// let club = avocet::security::OAuth2::password("token").refresh_url("refresh");
    /// ```
    pub fn refresh_url(mut self, url: impl Into<Cow<'static, str>>) -> Self {
        self.urls.push(("refreshUrl", url.into()));
        self
    }

    /// Adds a scope with its description.
    ///
    /// ```
    /// let club = avocet::security::OAuth2::password("token").scope("me", "See oneself");
    /// ```
    pub fn scope(
        mut self,
        scope: impl Into<Cow<'static, str>>,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.scopes.push((scope.into(), description.into()));
        self
    }

    /// Sets the name in the document.
    ///
    /// ```
    /// let club = avocet::security::OAuth2::password("token").named("club");
    /// ```
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the description in the document.
    ///
    /// ```
    /// let club = avocet::security::OAuth2::password("token").description("For members");
    /// ```
    pub fn description(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.description = description.into();
        self
    }
}

impl Scheme for OAuth2 {
    type Credentials = Secret<String>;

    fn name(&self) -> String {
        self.name.to_string()
    }

    fn to_json(&self) -> Value {
        let urls = self
            .urls
            .iter()
            .map(|(name, url)| ((*name).to_owned(), Value::from(&**url)));
        let mut flow: Map<String, Value> = urls.collect();
        let scopes = self
            .scopes
            .iter()
            .map(|(scope, description)| (scope.to_string(), Value::from(&**description)));
        flow.insert("scopes".to_owned(), Value::Object(scopes.collect()));
        let mut scheme = json!({"type": "oauth2", "flows": {self.flow: flow}});
        if !self.description.is_empty() {
            scheme["description"] = (*self.description).into();
        }
        scheme
    }

    fn find(&self, context: &RequestContext) -> Option<Secret<String>> {
        token_of(context)
    }

    fn challenge(&self) -> String {
        "Bearer".to_owned()
    }
}

extracts!(OAuth2);

/// The scheme of a bearer token of an `OpenID` provider, which describes itself at a discovery address.
///
/// - **Describes** `{"type": "openIdConnect", "openIdConnectUrl": …}` under the name `OpenIdConnect`, and a 401.
/// - **Rejects** like [`Bearer`](super::Bearer).
///
/// ```
/// use avocet::prelude::*;
/// use avocet::security::OpenIdConnect;
/// use avocet::types::Secret;
///
/// #[get("/me")]
/// async fn me(
///     #[extract(OpenIdConnect::at("https://login.example/.well-known/openid-configuration"))] token: Secret<String>,
/// ) -> u32 { 1 }
/// ```
#[derive(Clone, Debug)]
pub struct OpenIdConnect {
    name: Cow<'static, str>,
    url: Cow<'static, str>,
}

impl OpenIdConnect {
    /// Creates the scheme with the address of the discovery document.
    ///
    /// ```
    /// let users = avocet::security::OpenIdConnect::at("https://login.example/.well-known/openid-configuration");
    /// ```
    pub fn at(url: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: Cow::Borrowed("OpenIdConnect"),
            url: url.into(),
        }
    }

    /// Sets the name in the document.
    ///
    /// ```
    /// let users = avocet::security::OpenIdConnect::at("https://login.example/openid").named("users");
    /// ```
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }
}

impl Scheme for OpenIdConnect {
    type Credentials = Secret<String>;

    fn name(&self) -> String {
        self.name.to_string()
    }

    fn to_json(&self) -> Value {
        json!({"type": "openIdConnect", "openIdConnectUrl": self.url})
    }

    fn find(&self, context: &RequestContext) -> Option<Secret<String>> {
        token_of(context)
    }

    fn challenge(&self) -> String {
        "Bearer".to_owned()
    }
}

extracts!(OpenIdConnect);
