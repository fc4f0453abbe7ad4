//! One request on its way to a handler.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, StatusCode, Uri, header};

use super::Refusal;
use super::request_body::RequestBody;
use crate::app::{Served, Shared};
use crate::path::Captures;
use crate::read::Problems;
use crate::respond::{Answering, HttpError};

/// A request that was matched to its route: its head, its body until somebody takes it, and the problems so far.
///
/// ```
/// use avocet::operation::{Operation, Route};
/// use avocet::respond::ResponseBody;
///
/// let route = Route::opaque(Operation::get("/agent").hidden(), |call| async move {
///     let agent = call.headers().get("user-agent").map(|it| it.as_bytes().to_vec());
///     http::Response::new(ResponseBody::full(agent.unwrap_or_default()))
/// });
/// ```
#[derive(Debug)]
pub struct Call {
    parts: Parts,
    body: Received,
    captures: Captures,
    /// The route's index in the application.
    route: usize,
    shared: Arc<Shared>,
    problems: Problems,
}

/// The body: still to come, or here.
#[derive(Debug)]
enum Received {
    NotYet(RequestBody),
    Whole(Bytes),
}

impl Call {
    pub(crate) fn new(
        parts: Parts,
        body: RequestBody,
        route: usize,
        captures: Captures,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            parts,
            body: Received::NotYet(body),
            captures,
            route,
            shared,
            problems: Problems::default(),
        }
    }

    fn served(&self) -> &Served {
        self.shared.served(self.route)
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// The target as it was sent.
    pub fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// What others attached to the request, such as the client's address.
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    #[cfg(feature = "axum")]
    pub(crate) fn parts_mut(&mut self) -> &mut Parts {
        &mut self.parts
    }

    /// The value of a variable of the path template, decoded.
    pub fn captured(&self, name: &str) -> Option<&str> {
        let index = self
            .shared
            .variables(self.route)
            .iter()
            .position(|known| known == name)?;
        self.captures.get(self.parts.uri.path(), index)
    }

    /// The values of a name in the query string, decoded, in order.
    pub fn query(&self, name: &str) -> Vec<Cow<'_, str>> {
        let query = self.parts.uri.query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes())
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value)
            .collect()
    }

    /// The lines of a header, in order. Bytes that are not UTF-8 are read as Latin-1, as HTTP did of old.
    pub fn header(&self, name: &str) -> Vec<Cow<'_, str>> {
        let lines = self.parts.headers.get_all(name).iter();
        lines.map(|value| text_of(value.as_bytes())).collect()
    }

    /// The values of a cookie, in order.
    pub fn cookie(&self, name: &str) -> Vec<Cow<'_, str>> {
        let mut values = Vec::new();
        for line in self.parts.headers.get_all(header::COOKIE) {
            for pair in line.as_bytes().split(|byte| *byte == b';') {
                let Some(equals) = pair.iter().position(|byte| *byte == b'=') else {
                    continue;
                };
                let (known, value) = (pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii());
                if known == name.as_bytes() {
                    let unquoted = value
                        .strip_prefix(b"\"")
                        .and_then(|value| value.strip_suffix(b"\""));
                    values.push(text_of(unquoted.unwrap_or(value)));
                }
            }
        }
        values
    }

    /// What the application was given as state of type `T`.
    pub fn state<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.shared.states.find::<T>()
    }

    /// Receives the whole body, once; further calls give the same bytes.
    ///
    /// # Errors
    /// 415 when there is a body whose content type is not JSON, 413 when it is over the limit, 400 when the client
    /// stops in the middle.
    pub async fn body(&mut self) -> Result<Bytes, Refusal> {
        if let Received::Whole(bytes) = &self.body {
            return Ok(bytes.clone());
        }
        self.expect_json()?;
        let limit = self.served().body_limit;
        let bytes = match std::mem::replace(&mut self.body, Received::Whole(Bytes::new())) {
            Received::NotYet(body) => body.receive(limit).await?,
            Received::Whole(bytes) => bytes,
        };
        self.body = Received::Whole(bytes.clone());
        Ok(bytes)
    }

    pub(crate) fn body_is_empty(&self) -> bool {
        matches!(&self.body, Received::Whole(bytes) if bytes.is_empty())
    }

    /// A body that says it is no JSON is refused before a byte of it is received; nothing needs no type.
    fn expect_json(&self) -> Result<(), HttpError> {
        let Received::NotYet(body) = &self.body else {
            return Ok(());
        };
        if body.is_empty() {
            return Ok(());
        }
        let given = self
            .parts
            .headers
            .get(header::CONTENT_TYPE)
            .map(|value| text_of(value.as_bytes()));
        if given.as_deref().is_some_and(is_json) {
            return Ok(());
        }
        let given = given.map_or_else(
            || "none was given".to_owned(),
            |given| format!("not `{given}`"),
        );
        let message = format!("The content type should be `application/json`, {given}");
        Err(HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
    }

    pub(crate) fn json_depth(&self) -> usize {
        self.shared.limits.json_depth
    }

    /// The application's document, and its title.
    pub(crate) fn document(&self) -> &serde_json::Value {
        &self.shared.document
    }

    pub(crate) fn title(&self) -> &str {
        &self.shared.title
    }

    pub(crate) fn answering(&self) -> &Answering {
        &self.served().answering
    }

    /// The problems of this request so far, to note more.
    pub fn problems_mut(&mut self) -> &mut Problems {
        &mut self.problems
    }

    pub(crate) fn take_problems_as_error(&mut self) -> HttpError {
        let mut problems = std::mem::take(&mut self.problems);
        problems.sort_by_source();
        HttpError::from(problems)
    }
}

/// `application/json` or `application/…+json`, whatever parameters follow.
fn is_json(content_type: &str) -> bool {
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}
