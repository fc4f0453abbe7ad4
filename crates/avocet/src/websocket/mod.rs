//! `WebSocket` (RFC 6455): typed messages in both directions.
//!
//! [`WebSocket`] is what a function with `#[websocket]` receives; its page says how a conversation begins, goes on and ends.
//!
//! # Before the conversation
//!
//! Arguments are taken, and found wrong, before the client is let in. So a request with an invalid query gets its 422 with
//! all the problems, one without the right to be here its 401, as on any route: a status, a body and headers that every client's
//! log shows. (`FastAPI` closes with 1008 instead, which reaches the client as a bare 403 all the same, because nothing can be
//! closed that was not opened.) A browser's script sees neither, only that it failed: whoever wants to tell the page takes the
//! argument as an `Option` or reads a message, and closes with a [`Close`].
//!
//! # What it costs
//!
//! An idle conversation holds about 13 KiB, its connection included and its handler's own state not. The buffers of the largest
//! frame that it received and the largest message that it sent stay with it. At most, it holds one frame that is arriving and
//! one message put together from frames (the [limits](crate::serve::Limits)), 64 KiB and one message waiting for the
//! handler, and 64 KiB and two messages on their way to the client.
//!
//! A client that leaves while more than 64 KiB of its messages wait for the handler is noticed when the handler takes them
//! or sends something.
//!
//! Compression (`permessage-deflate`) is not offered: a few bytes could be made a gigabyte with it.
//! Over HTTP/2 (RFC 8441) no WebSocket is offered either; browsers use HTTP/1.1 for them then.

mod channel;
mod close;
mod config;
mod conversation;
mod ending;
mod extractor;
mod handshake;
mod message;
mod route;
mod socket;
mod stream;
mod wire;

pub use close::{Close, Closed};
pub(crate) use config::WebSocketConfig;
pub use ending::Ending;
pub(crate) use extractor::Opening;
pub use extractor::Socket;
pub use message::{Incoming, Message, Outgoing};
pub use socket::{Receiver, Sender, WebSocket};
pub(crate) use stream::{Stream, would_block};
