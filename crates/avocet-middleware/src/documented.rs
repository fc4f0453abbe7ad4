//! The errors of a middleware in the document.

use avocet::operation::{DocumentedError, ErrorBody, Operation};
use http::StatusCode;

/// Adds an error with a message to an operation.
pub(crate) fn error(operation: &mut Operation, status: StatusCode, description: &str) {
    operation.errors.push(DocumentedError {
        status: Some(status),
        description: description.to_owned(),
        body: ErrorBody::Message,
    });
}
