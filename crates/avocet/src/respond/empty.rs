//! `()`: an answer without a body, 204 unless the route says another status.

use std::future::{Future, ready};

use http::StatusCode;

use super::{Answering, Respond, Response, ResponseBody};
use crate::operation::{Answer, Operation};

impl Respond for () {
    fn describe(operation: &mut Operation) {
        operation
            .answers
            .push(Answer::new(operation.status_or(StatusCode::NO_CONTENT)));
    }

    fn respond(self, answering: &Answering) -> impl Future<Output = Response> + Send {
        let mut answer = Response::new(ResponseBody::empty());
        *answer.status_mut() = answering.status_or(StatusCode::NO_CONTENT);
        ready(answer)
    }
}
