//! `Redirect`: a response that sends the client to another URL.

use std::future::{Future, ready};

use http::header::{HeaderName, LOCATION};
use http::{HeaderValue, StatusCode};

use super::{HttpError, InvalidHeader, Responder, Response, ResponseContext, empty_response};
use crate::operation::{DocumentedResponse, Operation};

/// A redirect to a URL, with the status of the route, 307 if it sets none.
///
/// The header `location` has the URL as it is given: absolute, an absolute path, or relative to the path of the request. Encode what a
/// client has sent before it becomes a part of it, and use [`local`](Self::local) for a target that a client has sent. A URL with
/// characters other than visible ASCII makes the response a 500, and so does one that looks like a path and leads to another host: one
/// with `//` at its start or with a backslash, which browsers read as a slash.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::response::Redirect;
/// use avocet::testing::TestClient;
///
/// #[get("/old", status = 301)]
/// async fn old() -> Redirect {
///     Redirect::to("/new")
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Moved", "1.0.0").routes(routes![old]).build()?);
/// let response = client.get("/old").send().await;
/// assert_eq!(response.status(), 301);
/// assert_eq!(response.headers()["location"], "/new");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect(String);

impl Redirect {
    /// Creates a redirect to a URL.
    ///
    /// ```
    /// let home = avocet::response::Redirect::to("/");
    /// ```
    pub fn to(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// Creates a redirect to a path of the same origin, such as the page that a client wanted before it logged in. `None` for any other
    /// text: a URL with a scheme or a host, a relative path, or characters other than visible ASCII.
    ///
    /// ```
    /// use avocet::response::Redirect;
    ///
    /// /// Where a login leads: `next` is a parameter of the request.
    /// fn after_login(next: &str) -> Redirect {
    ///     Redirect::local(next).unwrap_or_else(|| Redirect::to("/"))
    /// }
    ///
    /// assert_eq!(after_login("/orders?page=2"), Redirect::to("/orders?page=2"));
    /// assert_eq!(after_login("//evil.example"), Redirect::to("/"));
    /// assert_eq!(after_login("https://evil.example"), Redirect::to("/"));
    /// ```
    pub fn local(path: &str) -> Option<Self> {
        let is_local = path.starts_with('/') && broken_rule(path).is_none();
        is_local.then(|| Self(path.to_owned()))
    }

    fn response(&self, status: StatusCode) -> Result<Response, InvalidHeader> {
        let invalid = |why| InvalidHeader::new(LOCATION.as_str(), why);
        if let Some(why) = broken_rule(&self.0) {
            return Err(invalid(why));
        }
        let url = HeaderValue::try_from(&self.0).map_err(|_| invalid(NOT_VISIBLE))?;
        let mut response = empty_response(status);
        response.headers_mut().insert::<HeaderName>(LOCATION, url);
        Ok(response)
    }
}

const NOT_VISIBLE: &str = "its URL has characters other than visible ASCII";

/// Returns why a URL is not sent.
fn broken_rule(url: &str) -> Option<&'static str> {
    if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some(NOT_VISIBLE);
    }
    // Browsers read both as the start of a host (WHATWG URL, section 4.4).
    if url.starts_with("//") || url.contains('\\') {
        return Some(
            "its URL starts with `//` or has a backslash, which could lead to another host",
        );
    }
    None
}

impl Responder for Redirect {
    fn describe(operation: &mut Operation) {
        let status = operation.status_or(StatusCode::TEMPORARY_REDIRECT);
        if !status.is_redirection() {
            operation.mistakes.push(format!(
                "the route sets the status {}, but its response `Redirect` needs one such as 303, 307 or 308",
                status.as_u16()
            ));
        }
        operation.responses.push(DocumentedResponse::new(status));
    }

    fn respond(self, response_context: &ResponseContext) -> impl Future<Output = Response> + Send {
        let status = response_context.status_or(StatusCode::TEMPORARY_REDIRECT);
        let response = self.response(status);
        ready(response.unwrap_or_else(|invalid| {
            HttpError::internal(invalid).into_response(response_context.error_format())
        }))
    }
}
