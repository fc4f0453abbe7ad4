//! `WebSocket` (RFC 6455): typed messages in both directions.
//!
//! [`WebSocket`] is the argument of a function with `#[websocket]`; its page documents how a conversation begins and ends.
//!
//! # Before the conversation
//!
//! Extractors run, and can reject the request, before the upgrade. So a request with an invalid query receives a 422 with
//! all validation errors, and one without authorization a 401, as on any route: a status, a body and headers that every client's
//! log shows. (`FastAPI` closes with 1008 instead, which the client receives as a bare 403, because a connection that is not open
//! cannot be closed.) A browser's script receives neither status nor body, only a failure: to report an error to the page, take the
//! argument as an `Option` or receive a message first, and close with a [`Close`].
//!
//! # Memory use
//!
//! An idle conversation uses about 13 KiB, including its connection and excluding its handler's own state. It keeps the buffers of
//! the largest frame that it received and the largest message that it sent. At most, it holds one frame that is arriving and
//! one message assembled from frames (the [limits](crate::serve::Limits)), 64 KiB and one message waiting for the
//! handler, and 64 KiB and two messages on their way to the client.
//!
//! If more than 64 KiB of messages wait for the handler, a disconnect is detected only when the handler receives them
//! or sends a message.
//!
//! Compression (`permessage-deflate`) is not supported, because a few bytes can decompress to a gigabyte.
//! `WebSockets` over HTTP/2 (RFC 8441) are not supported; browsers then use HTTP/1.1 for them.

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
