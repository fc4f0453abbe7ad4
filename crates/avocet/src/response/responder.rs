//! The trait of all types that a handler can return.

use std::any::Any;
use std::future::Future;
use std::time::Duration;

use http::StatusCode;

use super::{ErrorFormat, MappedErrors, Response};
use crate::operation::{Kept, Operation};

/// A type that a handler can return: it describes itself in the operation and converts to a response.
///
/// `#[model]` implements it for structs and enums, whose response is JSON.
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
    message = "`{Self}` cannot be a response",
    label = "not a response",
    note = "responses are `#[model]` types, numbers, strings, lists and maps of these, `PlainText`, `Html`, `Sse`, `JsonLines`, `ByteStream`, `WithHeaders`, `WithStatus`, `Either` of two responses, `()`, and `Result`s of a response and an error",
    note = "errors are `HttpError` and enums with `#[errors]`"
)]
pub trait Responder: Send {
    /// Describes the response in the operation. Results that [`respond`](Self::respond) needs again, such as the
    /// columns of a table, can be [kept](Operation::keep) there.
    fn describe(operation: &mut Operation);

    /// Converts the value to the response.
    fn respond(self, response_context: &ResponseContext) -> impl Future<Output = Response> + Send;
}

/// The data of the route and the application that a response needs.
///
/// ```
/// use avocet::response::ResponseContext;
///
/// assert_eq!(ResponseContext::default().status_or(http::StatusCode::OK), 200);
/// ```
#[derive(Clone, Debug)]
pub struct ResponseContext {
    pub(crate) status: Option<StatusCode>,
    pub(crate) errors: ErrorFormat,
    pub(crate) heartbeat: Duration,
    pub(crate) first_item_wait: Duration,
    pub(crate) kept: Kept,
    pub(crate) mapped_errors: MappedErrors,
}

impl Default for ResponseContext {
    fn default() -> Self {
        Self {
            status: None,
            errors: ErrorFormat::default(),
            heartbeat: Duration::from_secs(15),
            first_item_wait: Duration::from_secs(1),
            kept: Kept::default(),
            mapped_errors: MappedErrors::default(),
        }
    }
}

impl ResponseContext {
    /// Returns the status that the route declares, or `own`.
    ///
    /// ```
    /// # use avocet::response::ResponseContext;
    /// assert_eq!(ResponseContext::default().status_or(http::StatusCode::NO_CONTENT), 204);
    /// ```
    pub fn status_or(&self, own: StatusCode) -> StatusCode {
        self.status.unwrap_or(own)
    }

    /// Returns the format of errors on the wire.
    ///
    /// ```
    /// # use avocet::response::{ResponseContext, ErrorFormat};
    /// assert_eq!(ResponseContext::default().error_format(), ErrorFormat::FastApi);
    /// ```
    pub fn error_format(&self) -> ErrorFormat {
        self.errors
    }

    /// Returns how long a stream may be idle before it sends a heartbeat.
    ///
    /// ```
    /// # use avocet::response::ResponseContext;
    /// assert_eq!(ResponseContext::default().heartbeat().as_secs(), 15);
    /// ```
    pub fn heartbeat(&self) -> Duration {
        self.heartbeat
    }

    /// Returns the value of type `T` that the response's description kept with [`Operation::keep`].
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::operation::{DocumentedResponse, Content};
    /// use avocet::response::{ResponseContext, Responder, Response, full_response};
    /// use avocet::testing::TestClient;
    ///
    /// /// A table whose header line is found once, when the application is built.
    /// struct Table(Vec<u32>);
    ///
    /// struct HeaderLine(String);
    ///
    /// impl Responder for Table {
    ///     fn describe(operation: &mut Operation) {
    ///         operation.keep(HeaderLine(operation.id.clone()));
    ///         let text = Content::new("text/csv", avocet::model::Schema::string());
    ///         operation.responses.push(DocumentedResponse::new(http::StatusCode::OK).with_content(text));
    ///     }
    ///
    ///     async fn respond(self, response_context: &ResponseContext) -> Response {
    ///         let mut text = response_context.kept::<HeaderLine>().map(|line| line.0.clone()).unwrap_or_default();
    ///         text.extend(self.0.iter().map(|cell| format!("\n{cell}")));
    ///         full_response(http::StatusCode::OK, http::HeaderValue::from_static("text/csv"), text)
    ///     }
    /// }
    ///
    /// #[get("/sizes")]
    /// async fn sizes() -> Table { Table(vec![1, 2]) }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let client = TestClient::new(App::new("Shop", "1.0.0").routes(routes![sizes]).build()?);
    /// assert_eq!(client.get("/sizes").send().await.text().await, "sizes\n1\n2");
    /// # Ok(())
    /// # }
    /// ```
    pub fn kept<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.kept.find()
    }

    /// Returns how long the response head of a stream waits for the first item.
    ///
    /// ```
    /// # use avocet::response::ResponseContext;
    /// assert_eq!(ResponseContext::default().first_item_wait().as_secs(), 1);
    /// ```
    pub fn first_item_wait(&self) -> Duration {
        self.first_item_wait
    }
}
