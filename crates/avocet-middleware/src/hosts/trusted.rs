//! `TrustedHosts`: the hosts that the application responds to.

use std::sync::Arc;

use avocet::layer::{Middleware, Next, Request};
use avocet::operation::Operation;
use avocet::response::{HttpError, Response};
use http::StatusCode;

use super::patterns::Patterns;
use super::requested::requested_host;
use crate::documented;
use crate::exempt::is_health_check;

/// Accepts requests for known hosts only, and rejects others with 400.
///
/// It protects what is made from the host, such as links and cache keys, and an application on a private address against pages that rebind
/// their name to that address (DNS rebinding).
///
/// - `example.com` is that host, with any port; `example.com:8443` needs that port; `*.example.com` are all names below it, and not the name
///   itself. Names are compared without case. An IPv6 address is in brackets.
/// - The host is the one that a trusted proxy reports in `X-Forwarded-Host`, or the one in the target or in `Host`.
/// - Health checks are accepted for every host: an orchestrator sends them to the address.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_middleware::TrustedHosts;
///
/// #[get("/")]
/// async fn hello() -> &'static str { "Hello" }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let app = App::new("Hello", "1.0.0").routes(routes![hello]).layer(TrustedHosts::new(["example.com", "*.example.com"]));
/// let client = TestClient::new(app.build()?);
/// assert_eq!(client.get("/").header("host", "api.example.com").send().await.status(), 200);
/// assert_eq!(client.get("/").header("host", "evil.example").send().await.status(), 400);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TrustedHosts {
    hosts: Patterns,
}

impl TrustedHosts {
    /// Accepts these hosts.
    ///
    /// ```
    /// let hosts = avocet_middleware::TrustedHosts::new(["api.example.com", "localhost"]);
    /// ```
    pub fn new<T: Into<String>>(hosts: impl IntoIterator<Item = T>) -> Self {
        Self {
            hosts: Patterns::new(hosts),
        }
    }
}

impl Middleware for TrustedHosts {
    fn check(&self) -> Vec<String> {
        self.hosts.mistakes("TrustedHosts")
    }

    fn describe(&self, operation: &mut Operation) {
        documented::error(
            operation,
            StatusCode::BAD_REQUEST,
            "The host is not one of this service",
        );
    }

    async fn run(self: Arc<Self>, request: Request, next: Next) -> Result<Response, HttpError> {
        let host = requested_host(&request);
        let is_accepted = host.is_some_and(|host| self.hosts.accept(&host).is_some());
        if !is_accepted && !is_health_check(&request) {
            return Err(HttpError::new(
                StatusCode::BAD_REQUEST,
                "The host of the request is not one of this service",
            ));
        }
        Ok(next.run(request).await)
    }
}
