//! A finished [`Response`]: anything, and the document can only say so.

use std::future::{Future, ready};

use http::StatusCode;

use super::{Answering, Respond, Response};
use crate::operation::{Answer, Operation};

impl Respond for Response {
    fn describe(operation: &mut Operation) {
        operation
            .answers
            .push(Answer::new(operation.status_or(StatusCode::OK)));
    }

    fn respond(self, _: &Answering) -> impl Future<Output = Response> + Send {
        ready(self)
    }
}
