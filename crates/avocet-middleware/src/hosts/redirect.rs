//! `HttpsRedirect`: redirects to HTTPS.

use std::sync::Arc;

use avocet::layer::{Middleware, Next, OriginalUri, Request};
use avocet::response::{HttpError, Response};
use avocet::serve::ConnectionInfo;
use http::uri::Scheme;
use http::{HeaderValue, StatusCode, header};

use super::patterns::Patterns;
use super::requested::requested_host;
use crate::exempt::is_health_check;

/// Redirects requests without TLS to `https://` with 308, which keeps the method and the body.
///
/// - Whether a request came over TLS is what [`ConnectionInfo::is_secure`](avocet::serve::ConnectionInfo::is_secure) returns: TLS of this
///   server, or `X-Forwarded-Proto` of a trusted proxy. Name the proxy with
///   [`Server::trust_proxies`](avocet::serve::Server::trust_proxies), or every request behind it is redirected to itself.
/// - The target has the host of the request, which is one of the hosts of this middleware; a request for any other host is rejected with 400.
///   The patterns are those of [`TrustedHosts`](crate::TrustedHosts).
/// - Health checks are not redirected.
///
/// A client that sends a token without TLS has exposed it already. For an API that is not for browsers, it is better not to listen without TLS
/// at all.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_middleware::HttpsRedirect;
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Shop", "1.0.0").layer(HttpsRedirect::new(["shop.example"])).build()?);
/// let response = client.post("/orders?page=2").header("host", "shop.example").send().await;
/// assert_eq!(response.status(), 308);
/// assert_eq!(response.header("location"), "https://shop.example/orders?page=2");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct HttpsRedirect {
    hosts: Patterns,
    port: u16,
}

impl HttpsRedirect {
    /// Redirects requests for these hosts.
    ///
    /// ```
    /// let redirect = avocet_middleware::HttpsRedirect::new(["example.com", "*.example.com"]);
    /// ```
    pub fn new<T: Into<String>>(hosts: impl IntoIterator<Item = T>) -> Self {
        Self {
            hosts: Patterns::new(hosts),
            port: 443,
        }
    }

    /// Sets the port of the target; 443 by default.
    ///
    /// ```
    /// let redirect = avocet_middleware::HttpsRedirect::new(["localhost"]).port(8443);
    /// ```
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }
}

impl Middleware for HttpsRedirect {
    fn check(&self) -> Vec<String> {
        let mut mistakes = self.hosts.mistakes("HttpsRedirect");
        if self.port == 0 {
            mistakes.push("`HttpsRedirect`: the port is 0".to_owned());
        }
        mistakes
    }

    async fn run(self: Arc<Self>, request: Request, next: Next) -> Result<Response, HttpError> {
        if is_secure(&request) || is_health_check(&request) {
            return Ok(next.run(request).await);
        }
        let host = requested_host(&request);
        let name = host.as_deref().and_then(|host| self.hosts.accept(host));
        let Some((name, _)) = name else {
            return Err(HttpError::new(
                StatusCode::BAD_REQUEST,
                "The host of the request is not one of this service",
            ));
        };
        let original = request.extensions().get::<OriginalUri>();
        let uri = original.map_or(request.uri(), |original| &original.0);
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        // `OPTIONS *` is the only target without a slash.
        let target = if target.starts_with('/') { target } else { "/" };
        let location = match self.port {
            443 => format!("https://{name}{target}"),
            port => format!("https://{name}:{port}{target}"),
        };
        let mut response = Response::default();
        *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
        let location = HeaderValue::try_from(location).map_err(HttpError::internal)?;
        response.headers_mut().insert(header::LOCATION, location);
        Ok(response)
    }
}

/// Returns whether the client used TLS. Without a connection of Avocet's server, the target decides.
pub(crate) fn is_secure(request: &Request) -> bool {
    match request.extensions().get::<ConnectionInfo>() {
        Some(connection) => connection.is_secure(request.headers()),
        None => request.uri().scheme() == Some(&Scheme::HTTPS),
    }
}
