//! `()`: a response without a body, 204 unless the route sets another status.

use std::convert::Infallible;
use std::future::{Future, ready};

use http::StatusCode;

use super::{Responder, Response, ResponseContext, empty_response};
use crate::operation::{DocumentedResponse, Operation};

impl Responder for () {
    fn describe(operation: &mut Operation) {
        operation.responses.push(DocumentedResponse::new(
            operation.status_or(StatusCode::NO_CONTENT),
        ));
    }

    fn respond(self, response_context: &ResponseContext) -> impl Future<Output = Response> + Send {
        ready(empty_response(
            response_context.status_or(StatusCode::NO_CONTENT),
        ))
    }
}

/// No response: the handler always returns an error.
#[diagnostic::do_not_recommend]
impl Responder for Infallible {
    fn describe(_: &mut Operation) {}

    async fn respond(self, _: &ResponseContext) -> Response {
        match self {}
    }
}
