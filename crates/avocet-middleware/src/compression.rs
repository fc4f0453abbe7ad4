//! `Compression`: compresses responses.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use avocet::layer::{Middleware, Next, Request};
use avocet::response::{HttpError, Response, ResponseBody};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body::Body;
use tower_http::compression::CompressionLayer;
use tower_layer::Layer;
use tower_service::Service;

/// Compresses responses with the coding that the client prefers: gzip, and brotli or zstd with their features.
///
/// It compresses a response that is complete in memory, has at least 1 KiB, and is text: JSON, XML, HTML, scripts, SVG, WebAssembly and every
/// `text/` type. It never touches a stream, so each token is sent at once. It leaves alone what has a `Content-Encoding` or a
/// `Content-Range`, and what has `Cache-Control: no-transform`.
///
/// A response that it could compress has `Vary: Accept-Encoding`. A strong `ETag` of a response that it compresses becomes weak, because the
/// bytes differ between codings (RFC 9110, section 8.8.1).
///
/// Do not compress a secret together with text that an attacker chooses: the length of the response then reveals parts of the secret (BREACH).
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use avocet_middleware::Compression;
///
/// #[get("/text")]
/// async fn text() -> String { "a long text, ".repeat(1000) }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Texts", "1.0.0").routes(routes![text]).layer(Compression::new()).build()?);
/// let response = client.get("/text").header("accept-encoding", "gzip").send().await;
/// assert_eq!(response.header("content-encoding"), "gzip");
/// assert!(response.bytes().await.len() < 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Compression {
    min_bytes: u64,
    layer: CompressionLayer<Always>,
}

impl Compression {
    /// Creates it with all codings of the enabled features.
    ///
    /// ```
    /// let compression = avocet_middleware::Compression::new();
    /// ```
    pub fn new() -> Self {
        Self {
            min_bytes: 1024,
            layer: CompressionLayer::new().compress_when(Always),
        }
    }

    /// Sets the size from which a response is compressed, in bytes; 1,024 by default.
    ///
    /// ```
    /// let compression = avocet_middleware::Compression::new().min_bytes(16 * 1024);
    /// ```
    pub fn min_bytes(mut self, bytes: u64) -> Self {
        self.min_bytes = bytes;
        self
    }

    fn is_compressible(&self, response: &Response) -> bool {
        let headers = response.headers();
        // A stream has no size.
        let is_large = response
            .body()
            .size_hint()
            .exact()
            .is_some_and(|bytes| bytes >= self.min_bytes);
        is_large
            && response.status() != StatusCode::PARTIAL_CONTENT
            && !headers.contains_key(header::CONTENT_ENCODING)
            && !headers.contains_key(header::CONTENT_RANGE)
            && !has_word(headers, &header::CACHE_CONTROL, "no-transform")
            && headers.get(header::CONTENT_TYPE).is_some_and(is_text)
    }
}

impl Default for Compression {
    fn default() -> Self {
        Self::new()
    }
}

impl Middleware for Compression {
    async fn run(self: Arc<Self>, request: Request, next: Next) -> Result<Response, HttpError> {
        let accepted = request
            .headers()
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .cloned();
        let accepted: Vec<HeaderValue> = accepted.collect();
        let response = next.run(request).await;
        if !self.is_compressible(&response) {
            return Ok(response);
        }
        // The decision needs the response alone, so an incompressible one passes through as it is.
        let mut request = http::Request::new(());
        for line in accepted {
            request.headers_mut().append(header::ACCEPT_ENCODING, line);
        }
        let Ok(response) = self.layer.layer(Once(Some(response))).call(request).await;
        let mut response = response.map(ResponseBody::stream);
        if response.headers().contains_key(header::CONTENT_ENCODING) {
            weaken(response.headers_mut());
        }
        Ok(response)
    }
}

/// What can be compressed is decided before.
#[derive(Clone, Copy, Debug)]
struct Always;

impl tower_http::compression::Predicate for Always {
    fn should_compress<B: Body>(&self, _: &http::Response<B>) -> bool {
        true
    }
}

/// A service that has its response already.
struct Once(Option<Response>);

impl Service<http::Request<()>> for Once {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<()>) -> Self::Future {
        ready(Ok(self.0.take().unwrap_or_default()))
    }
}

/// Returns whether a header that is a list has a word.
fn has_word(headers: &HeaderMap, name: &header::HeaderName, word: &str) -> bool {
    let lines = headers.get_all(name).iter();
    let mut words = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    words.any(|known| known.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
}

/// Returns whether a media type is one that shrinks. Pictures, archives and fonts are compressed already.
fn is_text(content_type: &HeaderValue) -> bool {
    const TYPES: [&str; 8] = [
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "application/wasm",
        "application/xml",
        "application/yaml",
        "image/svg+xml",
        "font/ttf",
    ];
    let media_type = content_type.to_str().unwrap_or_default();
    let media_type = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    media_type != "text/event-stream"
        && (media_type.starts_with("text/")
            || TYPES.contains(&&*media_type)
            || media_type.ends_with("+json")
            || media_type.ends_with("+xml"))
}

fn weaken(headers: &mut HeaderMap) {
    let Some(tag) = headers.get(header::ETAG) else {
        return;
    };
    if !tag.as_bytes().starts_with(b"W/") {
        let weak = HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat());
        // The characters of the tag are valid already.
        weak.into_iter()
            .for_each(|weak| drop(headers.insert(header::ETAG, weak)));
    }
}
