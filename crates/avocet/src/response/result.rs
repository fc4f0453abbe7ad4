//! `Result`: a response or an error.

use super::{Responder, Response, ResponseContext, ResponseError};
use crate::operation::Operation;

impl<T: Responder, E: ResponseError> Responder for Result<T, E> {
    fn describe(operation: &mut Operation) {
        T::describe(operation);
        E::describe(operation);
    }

    async fn respond(self, response_context: &ResponseContext) -> Response {
        match self {
            Ok(response) => response.respond(response_context).await,
            Err(error) => response_context.error_response(error.into_error()).await,
        }
    }
}
