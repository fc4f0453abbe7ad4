//! A finished [`Response`]: anything, which the document cannot describe in detail.

use std::future::{Future, ready};

use http::StatusCode;

use super::{Responder, Response, ResponseContext};
use crate::operation::{DocumentedResponse, Operation};

impl Responder for Response {
    fn describe(operation: &mut Operation) {
        operation
            .responses
            .push(DocumentedResponse::new(operation.status_or(StatusCode::OK)));
    }

    fn respond(self, _: &ResponseContext) -> impl Future<Output = Response> + Send {
        ready(self)
    }
}
