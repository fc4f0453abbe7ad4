//! `WithStatus`: a response whose status the handler chooses among documented ones.

use std::fmt;

use http::StatusCode;

use super::{HttpError, Responder, Response, ResponseContext};
use crate::operation::Operation;

/// A response whose status the handler chooses among up to four, which the document lists.
///
/// Any other status makes the response a 500, which is logged: the document does not have it. For responses of different types, use
/// [`Either`](super::Either).
///
/// ```
/// use avocet::prelude::*;
/// use avocet::response::WithStatus;
/// use avocet::testing::TestClient;
///
/// /// Store an item: 201 if it is new, 200 if it replaces another one.
/// #[put("/items/{id}")]
/// async fn store(id: u32) -> WithStatus<u32, 200, 201> {
///     let status = if id == 1 { StatusCode::OK } else { StatusCode::CREATED };
///     WithStatus::new(status, id)
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let service = App::new("Shop", "1.0.0").routes(routes![store]).build()?;
/// assert!(service.openapi()["paths"]["/items/{id}"]["put"]["responses"].get("201").is_some());
/// let client = TestClient::new(service);
/// assert_eq!(client.put("/items/1").send().await.status(), 200);
/// assert_eq!(client.put("/items/2").send().await.status(), 201);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct WithStatus<T, const A: u16, const B: u16 = 0, const C: u16 = 0, const D: u16 = 0> {
    status: StatusCode,
    response: T,
}

impl<T, const A: u16, const B: u16, const C: u16, const D: u16> WithStatus<T, A, B, C, D> {
    /// Creates a response with a status.
    ///
    /// ```
    /// use avocet::response::WithStatus;
    /// use http::StatusCode;
    ///
    /// let created: WithStatus<u32, 200, 201> = WithStatus::new(StatusCode::CREATED, 7);
    /// ```
    pub const fn new(status: StatusCode, response: T) -> Self {
        Self { status, response }
    }

    /// Returns the statuses; those that are not given are 0.
    fn statuses() -> impl Iterator<Item = u16> {
        [A, B, C, D].into_iter().filter(|status| *status != 0)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Responder, const A: u16, const B: u16, const C: u16, const D: u16> Responder
    for WithStatus<T, A, B, C, D>
{
    fn describe(operation: &mut Operation) {
        let own = operation.status.take();
        if let Some(own) = own {
            operation.mistakes.push(format!(
                "the route sets the status {}, but its response `WithStatus` chooses its own; remove one of them",
                own.as_u16()
            ));
        }
        for status in Self::statuses() {
            match StatusCode::from_u16(status) {
                Ok(status) => operation.status = Some(status),
                Err(_) => {
                    let mistake = format!("`{status}` in `WithStatus` is not a status");
                    operation.mistakes.push(mistake);
                }
            }
            T::describe(operation);
        }
        operation.status = own;
    }

    async fn respond(self, response_context: &ResponseContext) -> Response {
        let status = self.status;
        if !Self::statuses().any(|known| known == status.as_u16()) {
            return HttpError::internal(UndocumentedStatus(status))
                .into_response(response_context.error_format());
        }
        let response_context = ResponseContext {
            status: Some(status),
            ..response_context.clone()
        };
        self.response.respond(&response_context).await
    }
}

/// The error of a response with a status that the document does not have.
#[derive(Debug)]
struct UndocumentedStatus(StatusCode);

impl fmt::Display for UndocumentedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the handler responded with the status {}, which its type `WithStatus` does not list",
            self.0.as_u16()
        )
    }
}

impl std::error::Error for UndocumentedStatus {}
