//! The trait of everything that a handler can return.

use std::future::Future;
use std::time::Duration;

use http::StatusCode;

use super::{ErrorFormat, ResponseBody};
use crate::operation::Operation;

/// An answer on its way to the client.
///
/// ```
/// use avocet::response::{Response, ResponseBody};
///
/// let response: Response = http::Response::new(ResponseBody::full("hello"));
/// ```
pub type Response = http::Response<ResponseBody>;

/// A type that a handler can return: describes itself into the operation, and becomes an answer.
///
/// `#[model]` writes it for structs and enums, whose answer is JSON.
///
/// ```
/// use avocet::operation::{DocumentedResponse, Operation};
/// use avocet::response::{ResponseContext, Responder, Response, ResponseBody};
///
/// /// Nothing, and the client should look again later.
/// struct Accepted;
///
/// impl Responder for Accepted {
///     fn describe(operation: &mut Operation) {
///         operation.responses.push(DocumentedResponse::new(http::StatusCode::ACCEPTED));
///     }
///     async fn respond(self, _: &ResponseContext) -> Response {
///         let mut response = http::Response::new(ResponseBody::empty());
///         *response.status_mut() = http::StatusCode::ACCEPTED;
///         response
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an answer",
    label = "not an answer",
    note = "answers are `#[model]` types, lists and maps of these, `Sse`, `JsonLines`, `ByteStream`, `Html`, `WithHeaders`, `()`, and `Result`s of an answer and an error",
    note = "errors are `HttpError` and enums with `#[errors]`"
)]
pub trait Responder: Send {
    /// Writes into the operation what is answered.
    fn describe(operation: &mut Operation);

    /// Becomes the answer.
    fn respond(self, response_context: &ResponseContext) -> impl Future<Output = Response> + Send;
}

/// What an answer needs to know about its route and application.
///
/// ```
/// use avocet::response::ResponseContext;
///
/// assert_eq!(ResponseContext::default().status_or(http::StatusCode::OK), 200);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ResponseContext {
    pub(crate) status: Option<StatusCode>,
    pub(crate) errors: ErrorFormat,
    pub(crate) heartbeat: Duration,
}

impl Default for ResponseContext {
    fn default() -> Self {
        Self {
            status: None,
            errors: ErrorFormat::default(),
            heartbeat: Duration::from_secs(15),
        }
    }
}

impl ResponseContext {
    /// The status that the route declares, or the answer's own.
    ///
    /// ```
    /// # use avocet::response::ResponseContext;
    /// assert_eq!(ResponseContext::default().status_or(http::StatusCode::NO_CONTENT), 204);
    /// ```
    pub fn status_or(&self, own: StatusCode) -> StatusCode {
        self.status.unwrap_or(own)
    }

    /// The shape of errors on the wire.
    ///
    /// ```
    /// # use avocet::response::{ResponseContext, ErrorFormat};
    /// assert_eq!(ResponseContext::default().errors(), ErrorFormat::FastApi);
    /// ```
    pub fn error_format(&self) -> ErrorFormat {
        self.errors
    }

    /// How long a stream may be silent before it gives a sign of life.
    ///
    /// ```
    /// # use avocet::response::ResponseContext;
    /// assert_eq!(ResponseContext::default().heartbeat().as_secs(), 15);
    /// ```
    pub fn heartbeat(&self) -> Duration {
        self.heartbeat
    }
}
