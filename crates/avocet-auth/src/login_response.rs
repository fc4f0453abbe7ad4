//! `LoginResponse`: a token for a client.

use std::time::Duration;

use avocet::model;
use avocet::operation::Operation;
use avocet::response::{Responder, Response, ResponseContext, describe_json, response_json};
use http::{HeaderValue, header};

/// The token that a client receives.
#[model(output)]
#[expect(
    clippy::struct_field_names,
    reason = "the names of the members on the wire"
)]
struct AccessToken {
    /// The token, for the header `Authorization: Bearer …`.
    access_token: String,
    /// `bearer`.
    token_type: String,
    /// How long the token lives, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<u64>,
    /// The scopes of the token, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

/// The response to a login (RFC 6749, section 5.1): `{"access_token": …, "token_type": "bearer"}`, with `cache-control: no-store`.
///
/// ```
/// use std::time::Duration;
///
/// use avocet::prelude::*;
/// use avocet_auth::LoginResponse;
///
/// #[post("/token", public)]
/// async fn log_in() -> LoginResponse {
///     LoginResponse::bearer("a token").expires_in(Duration::from_secs(900)).scope("me items")
/// }
/// ```
pub struct LoginResponse(AccessToken);

impl LoginResponse {
    /// Creates the response with a bearer token.
    ///
    /// ```
    /// let response = avocet_auth::LoginResponse::bearer("a token");
    /// ```
    pub fn bearer(token: impl Into<String>) -> Self {
        Self(AccessToken {
            access_token: token.into(),
            token_type: "bearer".to_owned(),
            expires_in: None,
            scope: None,
        })
    }

    /// Sets how long the token lives.
    ///
    /// ```
    /// let response = avocet_auth::LoginResponse::bearer("a token").expires_in(std::time::Duration::from_secs(900));
    /// ```
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.0.expires_in = Some(lifetime.as_secs());
        self
    }

    /// Sets the scopes of the token, separated by spaces. Required if they are not those that the client requested.
    ///
    /// ```
    /// let response = avocet_auth::LoginResponse::bearer("a token").scope("me items");
    /// ```
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.0.scope = Some(scope.into());
        self
    }
}

impl Responder for LoginResponse {
    fn describe(operation: &mut Operation) {
        describe_json::<AccessToken>(operation);
    }

    async fn respond(self, response_context: &ResponseContext) -> Response {
        let mut response = response_json(&self.0, response_context);
        let no_store = HeaderValue::from_static("no-store");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, no_store);
        response
    }
}

impl std::fmt::Debug for LoginResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginResponse")
            .field("expires_in", &self.0.expires_in)
            .field("scope", &self.0.scope)
            .finish_non_exhaustive()
    }
}
