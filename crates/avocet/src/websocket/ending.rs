//! The return types of a WebSocket handler.

use super::Close;
use crate::operation::Operation;
use crate::response::{HttpError, ResponseError};

/// A type that a WebSocket handler can return. It determines how the conversation is closed: `()` with code 1000, a [`Close`] with
/// its code and reason, and a `Result` of these with an error.
///
/// An error before the socket was used becomes a response with its status, as on any route. After that it closes the
/// conversation:
///
/// | error | code | reason |
/// |---|---|---|
/// | a [`Close`] | its code | its reason |
/// | [`Closed`](super::Closed) | none: the client has disconnected | |
/// | status 401 | 3000 | its message |
/// | status 403 | 3003 | its message |
/// | status 413 | 1009 | its message |
/// | status 422 | 1007 | its message |
/// | status 429, 503 | 1013 | its message |
/// | any other below 500 | 1008 | its message |
/// | any other from 500, an unexpected error, a panic | 1011 | `Internal Server Error` or its message; the cause is logged |
///
/// ```
/// fn ends<T: avocet::websocket::Ending>() {}
/// ends::<()>();
/// ends::<Result<avocet::websocket::Close, avocet::response::HttpError>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot end a WebSocket",
    label = "not an end",
    note = "a function with `#[websocket]` returns nothing, an `avocet::websocket::Close`, or a `Result` of these and an error",
    note = "send messages with `socket.send(..).await`"
)]
pub trait Ending: Send + 'static {
    /// Documents the possible errors in the operation.
    fn describe(operation: &mut Operation);

    /// Returns the close for this value.
    ///
    /// # Errors
    /// If the handler has failed.
    fn into_close(self) -> Result<Close, HttpError>;
}

impl Ending for () {
    fn describe(_: &mut Operation) {}

    fn into_close(self) -> Result<Close, HttpError> {
        Ok(Close::new(Close::NORMAL, ""))
    }
}

impl Ending for Close {
    fn describe(_: &mut Operation) {}

    fn into_close(self) -> Result<Close, HttpError> {
        Ok(self)
    }
}

impl<T: Ending, E: ResponseError + 'static> Ending for Result<T, E> {
    fn describe(operation: &mut Operation) {
        T::describe(operation);
        E::describe(operation);
    }

    fn into_close(self) -> Result<Close, HttpError> {
        match self {
            Ok(end) => end.into_close(),
            Err(error) => Err(error.into_error()),
        }
    }
}
