//! What a handler of a WebSocket returns.

use super::Close;
use crate::operation::Operation;
use crate::response::{HttpError, ResponseError};

/// A type that a handler of a WebSocket can return, which says how the conversation ends: `()` with code 1000, a [`Close`] with
/// itself, and a `Result` of these with an error.
///
/// An error before the socket was used is answered as on any route, with its status. Afterwards it closes the
/// conversation:
///
/// | error | code | reason |
/// |---|---|---|
/// | a [`Close`] | its own | its own |
/// | [`Closed`](super::Closed) | none: the client has left | |
/// | status 401 | 3000 | what it says |
/// | status 403 | 3003 | what it says |
/// | status 413 | 1009 | what it says |
/// | status 422 | 1007 | what it says |
/// | status 429, 503 | 1013 | what it says |
/// | any other below 500 | 1008 | what it says |
/// | any other from 500, anything unforeseen, a panic | 1011 | `Internal Server Error` or what it says; the cause goes to the log |
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
    note = "what it has to say goes through the socket: `socket.send(..).await`"
)]
pub trait Ending: Send + 'static {
    /// Writes into the operation which errors there are.
    fn describe(operation: &mut Operation);

    /// How the conversation is to be closed.
    ///
    /// # Errors
    /// When the handler has failed.
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
