//! The trait of everything that a handler can return.

use std::future::Future;
use std::time::Duration;

use http::StatusCode;

use super::{ErrorShape, ResponseBody};
use crate::operation::Operation;

/// An answer on its way to the client.
///
/// ```
/// use avocet::respond::{Response, ResponseBody};
///
/// let answer: Response = http::Response::new(ResponseBody::full("hello"));
/// ```
pub type Response = http::Response<ResponseBody>;

/// A type that a handler can return: describes itself into the operation, and becomes an answer.
///
/// `#[model]` writes it for structs and enums, whose answer is JSON.
///
/// ```
/// use avocet::operation::{Answer, Operation};
/// use avocet::respond::{Answering, Respond, Response, ResponseBody};
///
/// /// Nothing, and the client should look again later.
/// struct Accepted;
///
/// impl Respond for Accepted {
///     fn describe(operation: &mut Operation) {
///         operation.answers.push(Answer::new(http::StatusCode::ACCEPTED));
///     }
///     async fn respond(self, _: &Answering) -> Response {
///         let mut answer = http::Response::new(ResponseBody::empty());
///         *answer.status_mut() = http::StatusCode::ACCEPTED;
///         answer
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an answer",
    label = "not an answer",
    note = "answers are `#[model]` types, lists and maps of these, `Sse`, `JsonLines`, `ByteStream`, `Html`, `Reply`, `()`, and `Result`s of an answer and an error",
    note = "errors are `HttpError` and enums with `#[errors]`"
)]
pub trait Respond: Send {
    /// Writes into the operation what is answered.
    fn describe(operation: &mut Operation);

    /// Becomes the answer.
    fn respond(self, answering: &Answering) -> impl Future<Output = Response> + Send;
}

/// What an answer needs to know about its route and application.
///
/// ```
/// use avocet::respond::Answering;
///
/// assert_eq!(Answering::default().status_or(http::StatusCode::OK), 200);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Answering {
    pub(crate) status: Option<StatusCode>,
    pub(crate) errors: ErrorShape,
    pub(crate) heartbeat: Duration,
}

impl Default for Answering {
    fn default() -> Self {
        Self {
            status: None,
            errors: ErrorShape::default(),
            heartbeat: Duration::from_secs(15),
        }
    }
}

impl Answering {
    /// The status that the route declares, or the answer's own.
    ///
    /// ```
    /// # use avocet::respond::Answering;
    /// assert_eq!(Answering::default().status_or(http::StatusCode::NO_CONTENT), 204);
    /// ```
    pub fn status_or(&self, own: StatusCode) -> StatusCode {
        self.status.unwrap_or(own)
    }

    /// The shape of errors on the wire.
    ///
    /// ```
    /// # use avocet::respond::{Answering, ErrorShape};
    /// assert_eq!(Answering::default().errors(), ErrorShape::FastApi);
    /// ```
    pub fn errors(&self) -> ErrorShape {
        self.errors
    }

    /// How long a stream may be silent before it gives a sign of life.
    ///
    /// ```
    /// # use avocet::respond::Answering;
    /// assert_eq!(Answering::default().heartbeat().as_secs(), 15);
    /// ```
    pub fn heartbeat(&self) -> Duration {
        self.heartbeat
    }
}
