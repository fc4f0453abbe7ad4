//! `Redirect`: a response that sends the client to another URL.

use std::future::{Future, ready};

use http::header::{HeaderName, LOCATION};
use http::{HeaderValue, StatusCode};

use super::{HttpError, InvalidHeader, Responder, Response, ResponseContext, empty_response};
use crate::operation::{DocumentedResponse, Operation};

/// A redirect to a URL, with the status of the route, 307 if it sets none.
///
/// The header `location` has the URL as it is given: absolute, an absolute path, or relative to the path of the request. Encode what a
/// client has sent before it becomes a part of it. A URL with characters other than visible ASCII makes the response a 500.
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

    fn response(&self, status: StatusCode) -> Result<Response, InvalidHeader> {
        let is_visible = self.0.bytes().all(|byte| byte.is_ascii_graphic());
        let url = HeaderValue::try_from(&self.0).ok().filter(|_| is_visible);
        let url = url.ok_or_else(|| {
            InvalidHeader::new(
                LOCATION.as_str(),
                "its URL has characters other than visible ASCII",
            )
        })?;
        let mut response = empty_response(status);
        response.headers_mut().insert::<HeaderName>(LOCATION, url);
        Ok(response)
    }
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
