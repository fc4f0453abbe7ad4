//! The HTTP server: accepts connections, calls the application once per request and sends the responses.
//!
//! This is the only module that names hyper. The application above it receives a request and its connection info; as a
//! `tower::Service` the same application runs without a socket, or on another server.
//!
//! ```text
//! bind ──► accept ──► connection (one task) ──► tls, protocol: which HTTP?
//!                        │                        └► hyper, over RequestFraming (HTTP/1), over Transport, over ClientIo
//!                        ├ supervisor: has the client disconnected, is the server shutting down, is a limit exceeded?
//!                        │  ├ client_end: does a client still read that has closed its sending side?
//!                        │  └ activity: how long has this client been slow, silent or stuck?
//!                        └ exchange: one request in, one response out ──► the application
//! shutdown ─► accept stops ─► every connection finishes ─► drain deadline ─► the remaining connections are closed
//! ```
//!
//! Two rules hold everywhere in this module. A client's error costs that client's connection at most and is never logged
//! above `debug`. And nothing delays the drop of a handler's future when its client disconnects: an HTTP/1 handler runs inside
//! the connection's task, an HTTP/2 handler inside a task that ends with its stream. The socket is watched beside hyper, because
//! hyper does not read it while unread bytes lie behind a request.
//!
//! # Rejected requests
//!
//! A proxy and the server behind it must agree on where each request ends and which host it is for. Where two parsers could
//! disagree, the server responds with `400`, does not call a handler, and closes an HTTP/1 connection:
//!
//! - `Content-Length` and `Transfer-Encoding` in one request, either of them twice, a length that contains anything but digits, a
//!   transfer coding that is not exactly `chunked`, or any in HTTP/1.0;
//! - a line that ends with anything but CR LF, in a head, around chunks and in trailers; folded lines, white space before a colon,
//!   control characters; a chunk size that contains anything but hexadecimal digits;
//! - a missing `Host` in HTTP/1.1, two of them, one that is not a host and port, user names in a target; in HTTP/2 a `Host` that
//!   differs from `:authority`. The host of an absolute target replaces the header.
//!
//! The body of the response describes the error in the application's error format, unless the parser finds it (an invalid header
//! name, an unsupported version): those responses have no body. A target that is too long is rejected with `414`.
//!
//! On HTTP/1, characters that should be percent-encoded in a target but that other servers accept are encoded before the
//! application sees them: `"`, `<` and `>`, and bytes that are not UTF-8. On HTTP/2 the stream is reset.
//!
//! Bytes behind an upgrade request wait until the server has responded to it. A connection whose first line is a
//! request of another protocol (`INVITE … SIP/2.0`) is closed without a response.
//!
//! # When a connection ends
//!
//! The last HTTP/1 response on a connection has `Connection: close`. A response that is sent before the end of its request
//! leaves the connection usable if at most 1 MiB of the body is still to come, which the server reads and discards, or if a
//! chunked body ends within 25 ms. Otherwise, and after an `Expect: 100-continue` without an interim response, and after a body
//! that is malformed or too slow, it is the last one.
//!
//! A client that closes its sending side after its request receives its response within [`Limits::half_close_grace`].
//!
//! The server is laxer than the standards in three points: it ignores a fragment in a target, it ignores `Expect` with any value
//! but `100-continue`, and it checks trailers but discards them.

mod limits;

mod accept;
mod connection;
mod exchange;
mod io;
mod listen;

mod shutdown;

mod proxies;

mod run;
mod server;
mod workers;

pub use exchange::body::{ClientBody, ClientBodyError};
pub use exchange::client_address::ClientAddress;
pub use limits::{LimitEntry, LimitError, Limits};
pub use server::Server;
pub use shutdown::{Shutdown, ShutdownSignal};

#[cfg(feature = "tls")]
pub use io::tls::Tls;

pub use accept::accept_loop::ShutdownReport;
#[cfg(feature = "websocket")]
pub(crate) use exchange::connection_info::host_of;
pub(crate) use exchange::connection_info::{ConnectionInfo, client_of, draining_of};
pub(crate) use exchange::http_app::HttpApp;
pub(crate) use exchange::rejection::ServerRejection;
pub(crate) use exchange::sign_of_life::SignOfLife;
#[cfg(feature = "websocket")]
pub(crate) use exchange::upgrade::{SharedSlot, Upgrade, UpgradedIo};
pub(crate) use run::run;
pub use workers::{Workers, WorkersError};
#[cfg(feature = "settings")]
pub(crate) use {listen::address::Address, proxies::Proxies};

use accept::accept_loop::serve;

#[cfg(test)]
mod tests;
