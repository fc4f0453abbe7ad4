//! The socket of a handler.

use crate::extract::Extractor;
use crate::websocket::{Incoming, Outgoing, Socket, WebSocket};

/// A type for an argument that takes the WebSocket.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a WebSocket",
    label = "not a WebSocket",
    note = "the argument of a `#[websocket]` without a source is its socket, a `WebSocket<In, Out>`",
    note = "every other argument needs a source: `#[query]`, `#[header]`, `#[cookie]`, `#[path]`, `#[state]` or `#[extract]`"
)]
pub trait IsWebSocket: Sized {
    /// Its extractor.
    type Source: Extractor<Value = Self>;

    /// Makes the extractor.
    fn source() -> Self::Source;
}

impl<In: Incoming, Out: Outgoing> IsWebSocket for WebSocket<In, Out> {
    type Source = Socket<In, Out>;

    fn source() -> Socket<In, Out> {
        Socket::new()
    }
}
