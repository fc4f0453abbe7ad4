//! `Cors`: which scripts of other origins can call the application.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use avocet::layer::{Middleware, Next, Request};
use avocet::response::{HttpError, Response, empty_response};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};

use crate::exempt::is_preflight;

const METHODS: &str = "GET,HEAD,POST,PUT,PATCH,DELETE";
const HEADERS: &str = "authorization,content-type";
/// The headers of requests on which the headers of responses depend.
const VARY: HeaderValue = HeaderValue::from_static(
    "origin, access-control-request-method, access-control-request-headers",
);

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
    /// The values of the headers, without those that would be empty.
    methods: Option<HeaderValue>,
    headers: Headers,
    exposed: Option<HeaderValue>,
    credentials: bool,
    max_age: HeaderValue,
    mistakes: Vec<String>,
}

#[derive(Clone)]
enum Origins {
    List(Vec<String>),
    Any,
    If(Arc<dyn Fn(&str) -> bool + Send + Sync>),
}

#[derive(Clone, Debug)]
enum Headers {
    List(Option<HeaderValue>),
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
            methods: Some(HeaderValue::from_static(METHODS)),
            headers: Headers::List(Some(HeaderValue::from_static(HEADERS))),
            exposed: None,
            credentials: false,
            max_age: HeaderValue::from(600_u64),
            mistakes: Vec::new(),
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
        self.methods = list(methods);
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
        self.headers = Headers::List(list(headers));
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
        self.exposed = list(headers);
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
        self.max_age = HeaderValue::from(age.as_secs());
        self
    }

    /// Returns the value of `Access-Control-Allow-Origin`, if the origin of a request is allowed.
    fn allowed_origin(&self, origin: Option<&HeaderValue>) -> Option<HeaderValue> {
        match &self.origins {
            Origins::Any => Some(HeaderValue::from_static("*")),
            Origins::List(known) => {
                let origin = origin?;
                known
                    .iter()
                    .any(|known| origin == known)
                    .then(|| origin.clone())
            }
            Origins::If(is_allowed) => {
                let origin = origin?;
                origin
                    .to_str()
                    .is_ok_and(|it| is_allowed(it))
                    .then(|| origin.clone())
            }
        }
    }

    /// Adds the headers of every response (Fetch, section 3.2.3).
    fn add_to(&self, headers: &mut HeaderMap, allowed_origin: Option<HeaderValue>) {
        headers.append(header::VARY, VARY);
        if let Some(origin) = allowed_origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        if self.credentials {
            let allowed = HeaderValue::from_static("true");
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, allowed);
        }
    }

    /// Adds the headers that only the response to a preflight request has.
    fn add_permissions(&self, headers: &mut HeaderMap, requested: &HeaderMap) {
        if let Some(methods) = &self.methods {
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods.clone());
        }
        let allowed = match &self.headers {
            Headers::List(allowed) => allowed.as_ref(),
            Headers::Any => requested.get(header::ACCESS_CONTROL_REQUEST_HEADERS),
        };
        if let Some(allowed) = allowed {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed.clone());
        }
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, self.max_age.clone());
    }
}

/// Returns methods or names of headers as one value of a header.
fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Option<HeaderValue> {
    let mut listed = String::new();
    for item in items {
        if !listed.is_empty() {
            listed.push(',');
        }
        listed.push_str(item.as_ref());
    }
    let value = HeaderValue::try_from(listed).ok();
    value.filter(|value| !value.is_empty())
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
        let headers = request.headers();
        let allowed_origin = self.allowed_origin(headers.get(header::ORIGIN));
        if is_preflight(request.method(), headers) {
            let mut response = empty_response(StatusCode::OK);
            self.add_to(response.headers_mut(), allowed_origin);
            self.add_permissions(response.headers_mut(), headers);
            return Ok(response);
        }
        let mut response = next.run(request).await;
        self.add_to(response.headers_mut(), allowed_origin);
        if let Some(exposed) = &self.exposed {
            let name = header::ACCESS_CONTROL_EXPOSE_HEADERS;
            response.headers_mut().insert(name, exposed.clone());
        }
        Ok(response)
    }
}
