//! `ApiKey`: a key in a header, the query or a cookie.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::scheme::{Scheme, extracts};
use crate::extract::RequestContext;
use crate::operation::ParameterLocation;
use crate::types::Secret;

/// The scheme of a key under a name of your own.
///
/// - **Describes** `{"type": "apiKey", "in": "header", "name": "X-Key"}` under the name `APIKeyHeader`, `APIKeyQuery` or `APIKeyCookie`,
///   and a 401.
/// - **Rejects** with 401 and `WWW-Authenticate: APIKey` if the key is missing, empty, or there twice.
///
/// Prefer a header: the path and the query of a request appear in the logs of proxies.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::security::ApiKey;
/// use avocet::types::Secret;
///
/// #[get("/embed")]
/// async fn embed(#[extract(ApiKey::header("X-Key"))] key: Secret<String>) -> u32 { 1 }
/// ```
#[derive(Clone, Debug)]
pub struct ApiKey {
    location: ParameterLocation,
    key: Cow<'static, str>,
    name: Cow<'static, str>,
    description: Cow<'static, str>,
}

impl ApiKey {
    const fn new(location: ParameterLocation, key: &'static str, name: &'static str) -> Self {
        Self {
            location,
            key: Cow::Borrowed(key),
            name: Cow::Borrowed(name),
            description: Cow::Borrowed(""),
        }
    }

    /// Takes the key from a header.
    ///
    /// ```
    /// let key = avocet::security::ApiKey::header("X-Key");
    /// ```
    pub const fn header(key: &'static str) -> Self {
        Self::new(ParameterLocation::Header, key, "APIKeyHeader")
    }

    /// Takes the key from the query.
    ///
    /// ```
    /// let key = avocet::security::ApiKey::query("key");
    /// ```
    pub const fn query(key: &'static str) -> Self {
        Self::new(ParameterLocation::Query, key, "APIKeyQuery")
    }

    /// Takes the key from a cookie.
    ///
    /// ```
    /// let key = avocet::security::ApiKey::cookie("key");
    /// ```
    pub const fn cookie(key: &'static str) -> Self {
        Self::new(ParameterLocation::Cookie, key, "APIKeyCookie")
    }

    /// Sets the name in the document.
    ///
    /// ```
    /// let key = avocet::security::ApiKey::header("X-Key").named("team key");
    /// ```
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the description in the document.
    ///
    /// ```
    /// let key = avocet::security::ApiKey::header("X-Key").description("From the settings page");
    /// ```
    pub fn description(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.description = description.into();
        self
    }
}

impl Scheme for ApiKey {
    type Credentials = Secret<String>;

    fn name(&self) -> String {
        self.name.to_string()
    }

    fn to_json(&self) -> Value {
        let mut scheme = json!({"type": "apiKey", "in": self.location.name(), "name": self.key});
        if !self.description.is_empty() {
            scheme["description"] = (*self.description).into();
        }
        scheme
    }

    fn find(&self, context: &RequestContext) -> Option<Secret<String>> {
        let values = match self.location {
            ParameterLocation::Query => context.query(&self.key),
            ParameterLocation::Cookie => context.cookie(&self.key),
            ParameterLocation::Header | ParameterLocation::Path => context.header(&self.key),
        };
        match &*values {
            [key] if !key.is_empty() => Some(Secret::new(key.to_string())),
            _ => None,
        }
    }

    fn challenge(&self) -> String {
        "APIKey".to_owned()
    }
}

extracts!(ApiKey);
