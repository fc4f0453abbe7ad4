//! The trait of all errors that a handler can return.

use super::HttpError;
use crate::operation::{DocumentedError, ErrorBody, Operation};

/// An error that a handler can return: `#[errors]` implements it for enums, each variant with its status.
///
/// ```
/// use avocet::operation::{DocumentedError, ErrorBody, Operation};
/// use avocet::response::{ResponseError, HttpError};
/// use http::StatusCode;
///
/// struct Teapot;
///
/// impl ResponseError for Teapot {
///     fn describe(operation: &mut Operation) {
///         operation.errors.push(DocumentedError {
///             status: Some(StatusCode::IM_A_TEAPOT),
///             description: "No coffee here".into(),
///             body: ErrorBody::Message,
///         });
///     }
///     fn into_error(self) -> HttpError {
///         HttpError::new(StatusCode::IM_A_TEAPOT, "No coffee here")
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a handler",
    label = "not an error with a status",
    note = "return `HttpError`, into which `?` converts any error, or your own enum with `#[errors]`"
)]
pub trait ResponseError: Send {
    /// Describes the possible errors in the operation.
    fn describe(operation: &mut Operation);

    /// Converts the value to the error that is sent.
    fn into_error(self) -> HttpError;
}

impl ResponseError for HttpError {
    fn describe(operation: &mut Operation) {
        operation.errors.push(DocumentedError {
            status: None,
            description: "Any other error".to_owned(),
            body: ErrorBody::Message,
        });
    }

    fn into_error(self) -> HttpError {
        self
    }
}
