//! Loads a set of keys over HTTP.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;

use super::config::{JwksConfig, Location};
use super::{address, cache_control, parse};
use crate::jwt::KeySet;

/// A client that follows no redirects: the address that was configured is the one that is trusted.
#[derive(Clone, Debug)]
pub(super) struct Client(legacy::Client<HttpsConnector<HttpConnector>, Empty<Bytes>>);

/// The members of a discovery document that are used (`OpenID` Connect Discovery 1.0, section 3).
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl Client {
    pub(super) fn new(first: &Uri) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        let loaded = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(loaded.certs);
        if roots.is_empty() && first.scheme_str() == Some("https") {
            return Err(format!(
                "the system has no certificates to verify servers with, install `ca-certificates` or set `SSL_CERT_FILE`: {:?}",
                loaded.errors
            ));
        }
        // Named, because a program can have several providers, and rustls chooses none then.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self(
            legacy::Client::builder(TokioExecutor::new()).build(connector),
        ))
    }

    /// Loads the keys, and returns how long they are fresh.
    pub(super) async fn load(&self, config: &JwksConfig) -> Result<(KeySet, Duration), String> {
        let loading = async {
            let address = match &config.location {
                Location::Keys(address) => address::parse(address)?,
                Location::Issuer(issuer) => self.discover(issuer, config.document_bytes).await?,
            };
            let (headers, body) = self.get(address, config.document_bytes).await?;
            Ok((
                parse::keys(&body)?,
                cache_control::freshness(&headers, config.fresh_at_most),
            ))
        };
        let time = config.load_time;
        let loaded = tokio::time::timeout(time, loading).await;
        loaded.unwrap_or_else(|_| Err(format!("no complete response within {time:?}")))
    }

    async fn discover(&self, issuer: &str, most: usize) -> Result<Uri, String> {
        let address = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        let (_, body) = self.get(address::parse(&address)?, most).await?;
        let discovery: Discovery = serde_json::from_slice(&body)
            .map_err(|error| format!("{address} is not a discovery document: {error}"))?;
        // Otherwise one tenant of a provider could answer for another one.
        if discovery.issuer != issuer {
            let found: String = discovery.issuer.chars().take(200).collect();
            return Err(format!(
                "{address} is of the issuer {found:?}, expected {issuer:?}"
            ));
        }
        address::parse(&discovery.jwks_uri)
    }

    async fn get(&self, address: Uri, most: usize) -> Result<(HeaderMap, Bytes), String> {
        let request = Request::get(&address).header(header::ACCEPT, "application/json");
        let request = request
            .body(Empty::new())
            .map_err(|error| error.to_string())?;
        let response = self.0.request(request).await;
        let response = response.map_err(|error| format!("{address}: {}", with_causes(&error)))?;
        let (head, body) = response.into_parts();
        if head.status != StatusCode::OK {
            return Err(format!(
                "{address}: the status is {}, expected 200",
                head.status
            ));
        }
        let body = Limited::new(body, most).collect().await;
        let body = body.map_err(|error| format!("{address}: {error} ({most} bytes)"))?;
        Ok((head.headers, body.to_bytes()))
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
