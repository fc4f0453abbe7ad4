//! `Result`: an answer or an error.

use super::{Answering, Fail, Respond, Response};
use crate::operation::Operation;

impl<T: Respond, E: Fail> Respond for Result<T, E> {
    fn describe(operation: &mut Operation) {
        T::describe(operation);
        E::describe(operation);
    }

    async fn respond(self, answering: &Answering) -> Response {
        match self {
            Ok(answer) => answer.respond(answering).await,
            Err(error) => error.into_error().into_response(answering.errors()),
        }
    }
}
