//! `TestRequest`: a request of a test.

use std::convert::Infallible;

use bytes::Bytes;
use http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header,
};
use http_body_util::Full;
use serde::Serialize;
use tower_service::Service as _;

use super::cookies::Cookies;
use super::{TestForm, TestResponse};
use crate::app::Service;
use crate::depend::Replacements;
use crate::response::Response;

/// A request builder.
///
/// ```
/// # use avocet::testing::TestClient;
/// let client = TestClient::new(avocet::App::new("Nothing", "1").build().unwrap());
/// let request = client.post("/items").header("x-trace", "1").json(&[1, 2, 3]);
/// ```
#[derive(Debug)]
pub struct TestRequest {
    service: Service,
    replacements: Replacements,
    cookies: Cookies,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
    follows_redirects: bool,
}

/// As many as browsers follow.
const MAX_REDIRECTS: usize = 20;

impl TestRequest {
    pub(super) fn new(
        service: Service,
        replacements: Replacements,
        cookies: Cookies,
        method: Method,
        path: &str,
    ) -> Self {
        Self {
            service,
            replacements,
            cookies,
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            follows_redirects: false,
        }
    }

    /// Adds a header.
    ///
    /// # Panics
    /// If name or value are not valid in a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).unwrap_or_else(|error| panic!("{name:?}: {error}"));
        let value =
            HeaderValue::try_from(value).unwrap_or_else(|error| panic!("{value:?}: {error}"));
        self.headers.append(name, value);
        self
    }

    /// Sets the body to the JSON of a value, with its content type.
    ///
    /// # Panics
    /// If the value cannot be serialized.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let text =
            serde_json::to_vec(value).unwrap_or_else(|error| panic!("the test's body: {error}"));
        self.header(header::CONTENT_TYPE.as_str(), "application/json")
            .body(text)
    }

    /// Sets the body to a URL-encoded form, with its content type. A name may repeat.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(fields);
        self.header(
            header::CONTENT_TYPE.as_str(),
            "application/x-www-form-urlencoded",
        )
        .body(text.finish())
    }

    /// Sets the body to a multipart form, with its content type.
    pub fn multipart(self, form: TestForm) -> Self {
        self.header(header::CONTENT_TYPE.as_str(), &form.content_type())
            .body(form.into_bytes())
    }

    /// Sets the body, without a content type.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Follows redirects, as a browser does: after a 303, and after a 301 or 302 of a POST, with a GET without a body. A redirect to another
    /// host is returned.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::response::Redirect;
    /// use avocet::testing::TestClient;
    ///
    /// #[get("/old")]
    /// async fn old() -> Redirect { Redirect::to("/new") }
    ///
    /// #[get("/new")]
    /// async fn new() -> &'static str { "here" }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let client = TestClient::new(App::new("Moved", "1.0.0").routes(routes![old, new]).build()?);
    /// assert_eq!(client.get("/old").follow_redirects().send().await.text().await, "\"here\"");
    /// # Ok(())
    /// # }
    /// ```
    pub fn follow_redirects(mut self) -> Self {
        self.follows_redirects = true;
        self
    }

    /// Sends it, and waits for the response head.
    ///
    /// # Panics
    /// If the path is not a valid request target, or after 20 redirects.
    pub async fn send(mut self) -> TestResponse {
        for _ in 0..=MAX_REDIRECTS {
            let response = self.send_with(Extensions::new()).await;
            match self.target_of(&response) {
                Some(path) => self.redirect(response.status(), path),
                None => return response,
            }
        }
        panic!(
            "more than {MAX_REDIRECTS} redirects, the last one to {}",
            self.path
        )
    }

    /// Sends it once, with the extensions that a server would attach to the request.
    pub(super) async fn send_with(&self, extensions: Extensions) -> TestResponse {
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.extensions_mut() = extensions;
        if !self.replacements.is_empty() {
            request.extensions_mut().insert(self.replacements.clone());
        }
        *request.method_mut() = self.method.clone();
        let uri: Uri = self
            .path
            .parse()
            .unwrap_or_else(|error| panic!("{:?}: {error}", self.path));
        *request.uri_mut() = uri.clone();
        *request.headers_mut() = self.headers.clone();
        self.cookies.send(uri.path(), request.headers_mut());
        let mut service = self.service.clone();
        let response: Result<Response, Infallible> = service.call(request).await;
        let Ok(response) = response;
        self.cookies.receive(uri.path(), response.headers());
        TestResponse::new(response)
    }

    /// Returns the path to which a response of this application redirects.
    fn target_of(&self, response: &TestResponse) -> Option<String> {
        let redirects = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
        if !self.follows_redirects || !redirects {
            return None;
        }
        let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
        let is_elsewhere =
            location.starts_with("//") || location.split(['/', '?', '#']).next()?.contains(':');
        if is_elsewhere {
            return None;
        }
        let location = location.split('#').next()?;
        if location.starts_with('/') {
            return Some(location.to_owned());
        }
        let path = self.path.split('?').next()?;
        if location.starts_with('?') {
            return Some(format!("{path}{location}"));
        }
        Some(joined(path, location))
    }

    fn redirect(&mut self, status: StatusCode, path: String) {
        let is_post = self.method == Method::POST;
        let becomes_get = match status.as_u16() {
            303 => self.method != Method::HEAD,
            301 | 302 => is_post,
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
            self.body = Bytes::new();
            self.headers.remove(header::CONTENT_TYPE);
        }
        self.path = path;
    }
}

/// Resolves a relative path (RFC 3986, section 5.2).
fn joined(base: &str, relative: &str) -> String {
    let (relative, query) = match relative.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (relative, String::new()),
    };
    let mut segments: Vec<&str> = base.split('/').skip(1).collect();
    segments.pop();
    let last = relative.split('/').next_back();
    for segment in relative.split('/') {
        match segment {
            "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    if matches!(last, Some("." | "..")) {
        segments.push("");
    }
    format!("/{}{query}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_relative_location_belongs_to_the_path() {
        for (base, relative, expected) in [
            ("/a/b", "c", "/a/c"),
            ("/a/b/", "c", "/a/b/c"),
            ("/a/b/", "./c/", "/a/b/c/"),
            ("/a/b", "../c?d=../e", "/c?d=../e"),
            ("/a/b/c", "..", "/a/"),
            ("/a", "../../b", "/b"),
        ] {
            assert_eq!(joined(base, relative), expected, "{base} and {relative}");
        }
    }
}
