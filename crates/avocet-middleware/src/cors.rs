//! `Cors`: which scripts of other origins can call the application.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use avocet::extract::ReceivedBody;
use avocet::layer::{Endpoint, Middleware, Next, Request};
use avocet::response::{HttpError, Response};
use http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};
use tower_layer::Layer;
use tower_service::Service;

use crate::exempt::is_preflight;

const METHODS: [Method; 6] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];
const HEADERS: [HeaderName; 2] = [header::AUTHORIZATION, header::CONTENT_TYPE];

/// Lets scripts of other origins call the application from a browser: cross-origin resource sharing (Fetch, section 3.2).
///
/// - It responds to preflight requests itself, on every path. Neither missing credentials nor a missing route stops them.
/// - It adds its headers to every other response, also to a 401, a 404 or a 429, if it is outside of what rejects.
/// - A list of origins is the default, and empty. Only an origin in the list is copied to the response. `Vary: Origin` is always there.
/// - Every origin together with credentials is a [`BuildError`](avocet::BuildError): every page on the internet could act as its visitors.
/// - Requests from public pages to private networks are not allowed.
///
/// | setting | default |
/// |---|---|
/// | methods | `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE` |
/// | headers of requests | `Authorization`, `Content-Type`, and those that need no permission |
/// | headers of responses that scripts can read | those that need no permission |
/// | credentials (cookies) | no |
/// | how long browsers keep the permission | 10 minutes |
///
/// CORS does not protect the application: it only lets browsers read responses. A request of any origin still reaches the handler.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_middleware::Cors;
///
/// #[get("/items")]
/// async fn items() -> Vec<u32> { vec![7] }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let app = App::new("Shop", "1.0.0").routes(routes![items]).layer(Cors::new().origin("https://app.example.com"));
/// let client = TestClient::new(app.build()?);
/// let response = client.get("/items").header("origin", "https://app.example.com").send().await;
/// assert_eq!(response.header("access-control-allow-origin"), "https://app.example.com");
/// let response = client.get("/items").header("origin", "https://evil.example").send().await;
/// assert!(!response.headers().contains_key("access-control-allow-origin"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Cors {
    origins: Origins,
    methods: Vec<Method>,
    headers: Headers,
    exposed: Vec<HeaderName>,
    credentials: bool,
    max_age: Duration,
    mistakes: Vec<String>,
    /// Made of the settings above at the first request.
    layer: OnceLock<CorsLayer>,
}

#[derive(Clone)]
enum Origins {
    List(Vec<String>),
    Any,
    If(Arc<dyn Fn(&str) -> bool + Send + Sync>),
}

#[derive(Clone, Debug)]
enum Headers {
    List(Vec<HeaderName>),
    Any,
}

impl Cors {
    /// Allows no origin yet.
    ///
    /// ```
    /// let cors = avocet_middleware::Cors::new().origin("https://app.example.com");
    /// ```
    pub fn new() -> Self {
        Self {
            origins: Origins::List(Vec::new()),
            methods: METHODS.to_vec(),
            headers: Headers::List(HEADERS.to_vec()),
            exposed: Vec::new(),
            credentials: false,
            max_age: Duration::from_secs(600),
            mistakes: Vec::new(),
            layer: OnceLock::new(),
        }
    }

    /// Allows an origin: a scheme, a host and, if it is not the default of the scheme, a port, as browsers send it.
    ///
    /// ```
    /// let cors = avocet_middleware::Cors::new().origin("http://localhost:3000");
    /// ```
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        let origin = origin.into();
        if let Some(what) = mistake_in(&origin) {
            self.mistakes
                .push(format!("`Cors`: `{origin}` is not an origin: {what}"));
        }
        match &mut self.origins {
            Origins::List(origins) => origins.push(origin),
            Origins::Any | Origins::If(_) => self.mistakes.push(format!(
                "`Cors`: `{origin}` is added to a rule for all origins; use one of the two"
            )),
        }
        self
    }

    /// Allows several origins.
    ///
    /// ```
    /// let cors = avocet_middleware::Cors::new().origins(["https://app.example.com", "https://admin.example.com"]);
    /// ```
    pub fn origins<T: Into<String>>(self, origins: impl IntoIterator<Item = T>) -> Self {
        origins.into_iter().fold(self, Self::origin)
    }

    /// Allows every origin. This is right for a public API that uses no cookies.
    ///
    /// ```
    /// let cors = avocet_middleware::Cors::new().any_origin();
    /// ```
    pub fn any_origin(self) -> Self {
        self.rule(Origins::Any)
    }

    /// Allows the origins for which a function returns `true`.
    ///
    /// Compare the whole origin, or its whole end from a dot on: `ends_with("example.com")` would also allow `https://evilexample.com`.
    ///
    /// ```
    /// let of_customers = |origin: &str| origin.starts_with("https://") && origin.ends_with(".customers.example.com");
    /// let cors = avocet_middleware::Cors::new().origin_if(of_customers);
    /// ```
    pub fn origin_if(self, is_allowed: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.rule(Origins::If(Arc::new(is_allowed)))
    }

    fn rule(mut self, rule: Origins) -> Self {
        if !matches!(&self.origins, Origins::List(origins) if origins.is_empty()) {
            self.mistakes.push(
                "`Cors`: the origins are set in two ways; use one of `origin`, `any_origin` and `origin_if`".to_owned(),
            );
        }
        self.origins = rule;
        self
    }

    /// Sets the methods that scripts can use.
    ///
    /// ```
    /// use http::Method;
    ///
    /// let cors = avocet_middleware::Cors::new().any_origin().methods([Method::GET, Method::POST]);
    /// ```
    pub fn methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.methods = methods.into_iter().collect();
        self
    }

    /// Sets the headers that scripts can send, beside those that need no permission.
    ///
    /// ```
    /// use http::header;
    ///
    /// let cors = avocet_middleware::Cors::new().any_origin().headers([header::CONTENT_TYPE]);
    /// ```
    pub fn headers(mut self, headers: impl IntoIterator<Item = HeaderName>) -> Self {
        self.headers = Headers::List(headers.into_iter().collect());
        self
    }

    /// Lets scripts send any header: those that a preflight request names are allowed.
    ///
    /// ```
    /// let cors = avocet_middleware::Cors::new().any_origin().any_header();
    /// ```
    pub fn any_header(mut self) -> Self {
        self.headers = Headers::Any;
        self
    }

    /// Sets the headers of responses that scripts can read, such as `Retry-After`.
    ///
    /// ```
    /// use http::header;
    ///
    /// let cors = avocet_middleware::Cors::new().any_origin().expose([header::RETRY_AFTER]);
    /// ```
    pub fn expose(mut self, headers: impl IntoIterator<Item = HeaderName>) -> Self {
        self.exposed = headers.into_iter().collect();
        self
    }

    /// Lets scripts send cookies. It needs a list of origins, or a function.
    ///
    /// ```
    /// let cors = avocet_middleware::Cors::new().origin("https://app.example.com").credentials();
    /// ```
    pub fn credentials(mut self) -> Self {
        self.credentials = true;
        self
    }

    /// Sets how long a browser may keep the permission; 10 minutes by default. Browsers have limits of their own, from 10 minutes to 24 hours.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let cors = avocet_middleware::Cors::new().any_origin().max_age(Duration::from_secs(3600));
    /// ```
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Makes the layer of the settings.
    fn made(&self) -> CorsLayer {
        let origins = match &self.origins {
            Origins::Any => AllowOrigin::any(),
            Origins::List(origins) => {
                let origins: Arc<[_]> = origins.iter().cloned().collect();
                AllowOrigin::predicate(move |origin: &HeaderValue, _: &_| {
                    origins
                        .iter()
                        .any(|known| origin.as_bytes() == known.as_bytes())
                })
            }
            Origins::If(is_allowed) => {
                let is_allowed = Arc::clone(is_allowed);
                AllowOrigin::predicate(move |origin: &HeaderValue, _: &_| {
                    origin.to_str().is_ok_and(|origin| is_allowed(origin))
                })
            }
        };
        let headers = match &self.headers {
            Headers::Any => AllowHeaders::mirror_request(),
            Headers::List(headers) => AllowHeaders::list(headers.iter().cloned()),
        };
        let layer = CorsLayer::new()
            .allow_origin(origins)
            .allow_methods(self.methods.clone())
            .allow_headers(headers)
            .expose_headers(self.exposed.clone())
            .max_age(self.max_age);
        // `check` rejects both together, for which tower-http panics.
        layer.allow_credentials(self.credentials)
    }
}

impl Default for Cors {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(origins) => f.debug_list().entries(origins).finish(),
            Self::Any => f.write_str("any"),
            Self::If(_) => f.write_str("function"),
        }
    }
}

/// Returns what is wrong with a text that should be an origin (RFC 6454, section 6.2).
fn mistake_in(origin: &str) -> Option<&'static str> {
    if origin == "*" {
        return Some("use `any_origin` for all origins");
    }
    if origin == "null" {
        return Some("every page in a sandbox or a file sends `null`");
    }
    let Some((scheme, host)) = origin.split_once("://") else {
        return Some("write its scheme, such as `https://app.example.com`");
    };
    if host.contains('*') {
        return Some("it is compared as a whole; use `origin_if` for a pattern");
    }
    if host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) {
        return Some("write scheme, host and port alone, without a path or a slash at the end");
    }
    if HeaderValue::from_str(origin).is_err() || !origin.is_ascii() {
        return Some("write the host as browsers send it: in ASCII (punycode)");
    }
    if origin.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Some("write it in lower case, as browsers send it");
    }
    match (scheme, host.rsplit_once(':')) {
        ("https", Some((_, "443"))) | ("http", Some((_, "80"))) => {
            Some("leave out the default port, as browsers do")
        }
        _ => None,
    }
}

impl Middleware for Cors {
    fn check(&self) -> Vec<String> {
        let mut mistakes = self.mistakes.clone();
        match &self.origins {
            Origins::List(origins) if origins.is_empty() && self.mistakes.is_empty() => mistakes
                .push("`Cors` allows no origin: call `origin`, `origin_if` or `any_origin`, or remove it".to_owned()),
            Origins::Any if self.credentials => mistakes.push(
                "`Cors` allows every origin with credentials: every page could act as its visitors; list the origins with `origin`".to_owned(),
            ),
            _ => {}
        }
        mistakes
    }

    async fn run(self: Arc<Self>, request: Request, next: Next) -> Result<Response, HttpError> {
        let layer = self.layer.get_or_init(|| self.made());
        let endpoint = Endpoint::from(next);
        let request = request.into_inner();
        let Ok(response) = if request.method() == Method::OPTIONS
            && !is_preflight(request.method(), request.headers())
        {
            // tower-http takes every OPTIONS for a preflight request.
            let options = AsOptions(endpoint);
            let (mut head, body) = request.into_parts();
            head.method = Method::GET;
            let request = http::Request::from_parts(head, body);
            layer.layer(options).call(request).await
        } else {
            layer.layer(endpoint).call(request).await
        };
        Ok(response)
    }
}

/// Gives a request its method back.
#[derive(Clone)]
struct AsOptions(Endpoint);

impl Service<http::Request<ReceivedBody>> for AsOptions {
    type Response = Response;
    type Error = Infallible;
    type Future = avocet::layer::EndpointFuture;

    fn poll_ready(
        &mut self,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Infallible>> {
        Service::<http::Request<ReceivedBody>>::poll_ready(&mut self.0, context)
    }

    fn call(&mut self, mut request: http::Request<ReceivedBody>) -> Self::Future {
        *request.method_mut() = Method::OPTIONS;
        self.0.call(request)
    }
}
