//! `SecurityHeaders`: the headers that the protection of browsers needs.

use std::sync::Arc;
use std::time::Duration;

use avocet::layer::{Middleware, Next, Request};
use avocet::response::{HttpError, Response};
use http::{HeaderName, HeaderValue, header};

use crate::hosts::is_secure;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Sets the headers that the protection of browsers needs, on every response. A header that the handler sets itself stays.
///
/// | header | value |
/// |---|---|
/// | `X-Content-Type-Options` | `nosniff` |
/// | `Content-Security-Policy` | `default-src 'none'; frame-ancestors 'none'`: right for JSON, and too strict for pages, which set their own, as the docs page does |
/// | `X-Frame-Options` | `DENY` |
/// | `Referrer-Policy` | `no-referrer` |
/// | `Cross-Origin-Opener-Policy` | `same-origin` |
/// | `Permissions-Policy` | camera, geolocation, microphone, payment and USB are off |
/// | `Strict-Transport-Security` | `max-age=31536000`, on requests over TLS only |
/// | `Cache-Control` | `no-store`, if the operation requires credentials or the request has `Authorization` or `Cookie` |
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_middleware::SecurityHeaders;
///
/// #[get("/")]
/// async fn hello() -> &'static str { "Hello" }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Hello", "1.0.0").routes(routes![hello]).layer(SecurityHeaders::new()).build()?);
/// let response = client.get("/").header("authorization", "Bearer t0ps3cret").send().await;
/// assert_eq!(response.header("x-content-type-options"), "nosniff");
/// assert_eq!(response.header("cache-control"), "no-store");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SecurityHeaders {
    headers: Vec<(HeaderName, HeaderValue)>,
    hsts: Hsts,
    /// Made of `hsts`; `None` if it is off.
    hsts_value: Option<HeaderValue>,
    no_store: bool,
    mistakes: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
struct Hsts {
    max_age: Duration,
    subdomains: bool,
}

impl SecurityHeaders {
    /// Sets all of them.
    ///
    /// ```
    /// let headers = avocet_middleware::SecurityHeaders::new();
    /// ```
    pub fn new() -> Self {
        let value = HeaderValue::from_static;
        let headers = vec![
            (header::X_CONTENT_TYPE_OPTIONS, value("nosniff")),
            (
                header::CONTENT_SECURITY_POLICY,
                value("default-src 'none'; frame-ancestors 'none'"),
            ),
            (header::X_FRAME_OPTIONS, value("DENY")),
            (header::REFERRER_POLICY, value("no-referrer")),
            (OPENER_POLICY, value("same-origin")),
            (
                PERMISSIONS_POLICY,
                value("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ),
        ];
        let hsts = Hsts {
            max_age: Duration::from_secs(31_536_000),
            subdomains: false,
        };
        Self {
            headers,
            hsts,
            hsts_value: hsts.value(),
            no_store: true,
            mistakes: Vec::new(),
        }
    }

    /// Sets the value of a header of the table, or of a further one. An empty value leaves the header out.
    ///
    /// ```
    /// use http::header;
    ///
    /// let headers = avocet_middleware::SecurityHeaders::new()
    ///     .set(header::REFERRER_POLICY, "same-origin")
    ///     .set(header::X_FRAME_OPTIONS, "");
    /// ```
    pub fn set(mut self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            _ if name == header::STRICT_TRANSPORT_SECURITY => self.mistakes.push(
                "`SecurityHeaders`: use `hsts` for `strict-transport-security`, which depends on TLS".to_owned(),
            ),
            Ok(value) => {
                self.headers.retain(|(known, _)| *known != name);
                if !value.is_empty() {
                    self.headers.push((name, value));
                }
            }
            Err(_) => self.mistakes.push(format!(
                "`SecurityHeaders`: the value of `{name}` has characters that no header may have"
            )),
        }
        self
    }

    /// Sets for how long browsers use TLS alone: `Strict-Transport-Security` (RFC 6797); a year by default. Zero makes them forget it.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let headers = avocet_middleware::SecurityHeaders::new().hsts(Duration::from_secs(86_400));
    /// ```
    pub fn hsts(mut self, max_age: Duration) -> Self {
        self.hsts.max_age = max_age;
        self.hsts_value = self.hsts.value();
        self
    }

    /// Extends `Strict-Transport-Security` to all subdomains. Do this only if every service below the host has TLS.
    ///
    /// ```
    /// let headers = avocet_middleware::SecurityHeaders::new().hsts_subdomains();
    /// ```
    pub fn hsts_subdomains(mut self) -> Self {
        self.hsts.subdomains = true;
        self.hsts_value = self.hsts.value();
        self
    }

    /// Leaves out `Strict-Transport-Security`, for example if the proxy sets it.
    ///
    /// ```
    /// let headers = avocet_middleware::SecurityHeaders::new().without_hsts();
    /// ```
    pub fn without_hsts(mut self) -> Self {
        self.hsts_value = None;
        self
    }

    /// Does not set `Cache-Control` on responses to requests with credentials.
    ///
    /// ```
    /// let headers = avocet_middleware::SecurityHeaders::new().without_no_store();
    /// ```
    pub fn without_no_store(mut self) -> Self {
        self.no_store = false;
        self
    }
}

impl Hsts {
    fn value(self) -> Option<HeaderValue> {
        let subdomains = if self.subdomains {
            "; includeSubDomains"
        } else {
            ""
        };
        let value = format!("max-age={}{subdomains}", self.max_age.as_secs());
        HeaderValue::try_from(value).ok()
    }
}

impl Default for SecurityHeaders {
    fn default() -> Self {
        Self::new()
    }
}

impl Middleware for SecurityHeaders {
    fn check(&self) -> Vec<String> {
        self.mistakes.clone()
    }

    async fn run(self: Arc<Self>, request: Request, next: Next) -> Result<Response, HttpError> {
        let hsts = self.hsts_value.as_ref().filter(|_| is_secure(&request));
        let is_private = self.no_store && has_credentials(&request);
        let mut response = next.run(request).await;
        let headers = response.headers_mut();
        for (name, value) in &self.headers {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        if let Some(hsts) = hsts {
            headers
                .entry(header::STRICT_TRANSPORT_SECURITY)
                .or_insert_with(|| hsts.clone());
        }
        if is_private {
            let no_store = HeaderValue::from_static("no-store");
            headers.entry(header::CACHE_CONTROL).or_insert(no_store);
        }
        Ok(response)
    }
}

/// Returns whether the response can be for one caller only.
fn has_credentials(request: &Request) -> bool {
    let headers = request.headers();
    let requires = |operation: &avocet::operation::Operation| {
        !operation.security.is_empty() || !operation.security_choices.is_empty()
    };
    headers.contains_key(header::AUTHORIZATION)
        || headers.contains_key(header::COOKIE)
        || request.operation().is_some_and(requires)
}
