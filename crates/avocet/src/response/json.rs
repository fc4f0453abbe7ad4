//! JSON responses.

use http::{HeaderValue, StatusCode};

use super::{HttpError, Response, ResponseContext, full_response};
use crate::model::{Output, Side};
use crate::operation::{Content, DocumentedResponse, Operation};
use crate::write;

/// Describes a JSON response of type `T`.
///
/// ```
/// use avocet::operation::Operation;
///
/// let mut operation = Operation::get("/");
/// avocet::response::describe_json::<Vec<f32>>(&mut operation);
/// assert_eq!(operation.responses[0].content[0].media_type, "application/json");
/// ```
pub fn describe_json<T: Output>(operation: &mut Operation) {
    let schema = operation.schemas.on(Side::Output, T::schema);
    let status = operation.status_or(StatusCode::OK);
    operation
        .responses
        .push(DocumentedResponse::new(status).with_content(Content::json(schema)));
}

/// Writes a value as a JSON response. A float that is not finite, at any depth, makes it a 500, and its location is logged: JSON does
/// not have these numbers, and the document declares a number.
///
/// ```
/// use avocet::response::{ResponseContext, response_json};
///
/// let response = response_json(&[1, 2], &ResponseContext::default());
/// assert_eq!(response.headers()["content-type"], "application/json");
/// assert_eq!(response_json(&[1.0, f32::NAN], &ResponseContext::default()).status(), 500);
/// ```
pub fn response_json<T: serde::Serialize + ?Sized>(
    value: &T,
    response_context: &ResponseContext,
) -> Response {
    // Most responses are small; a vector of a few hundred floats grows twice.
    let mut text = Vec::with_capacity(256);
    match write::json(&mut text, value) {
        Ok(()) => {
            let media_type = HeaderValue::from_static("application/json");
            full_response(response_context.status_or(StatusCode::OK), media_type, text)
        }
        Err(error) => HttpError::from(error).into_response(response_context.error_format()),
    }
}
