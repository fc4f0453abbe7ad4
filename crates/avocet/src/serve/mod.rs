//! The accept loop: sockets in, one call of the application per request, answers out.
//!
//! This is the only module that names hyper. The application above it takes a request and what its connection knows of it; as a
//! `tower::Service` the same application runs without a socket, or on another server, just as well.
//!
//! ```text
//! bind ──► accept ──► connection (one task) ──► tls, protocol: which HTTP?
//!                        │                        └► hyper, over Gate (HTTP/1), over Transport, over ClientIo
//!                        ├ beside: has this client left, is the server to stop, is a limit over?
//!                        │  ├ client_end: does a client still read that has closed its sending side?
//!                        │  └ activity: how long has this client been slow, silent or stuck?
//!                        └ exchange: one request in, one answer out ──► the application
//! shutdown ─► accept stops ─► every connection finishes ─► drain deadline ─► the rest is cut
//! ```
//!
//! Two rules hold everywhere here. A fault of a client costs that client's connection at most and is
//! never logged above `debug`. And nothing of ours stands between a client that leaves and the drop of
//! its handler's future: an HTTP/1 handler runs inside the connection's task, an HTTP/2 handler inside
//! a task that ends with its stream. The socket is watched beside hyper, which sees nothing of it while
//! bytes lie unread behind a request.
//!
//! # What is refused of HTTP
//!
//! A proxy and the server behind it must agree on where each request ends and whom it is for. Where two parsers could differ, the answer
//! is `400`, no handler sees the request, and an HTTP/1 connection closes:
//!
//! - `Content-Length` and `Transfer-Encoding` in one request, either of them twice, a length that is more than digits, a
//!   transfer coding that is not exactly `chunked`, or any in HTTP/1.0;
//! - a line that ends with anything but CR LF, in a head, around chunks and in trailers; folded lines, white space before a colon,
//!   control characters; a chunk size that is more than hexadecimal digits;
//! - no `Host` in HTTP/1.1, two of them, one that is no host and port, user names in a target; in HTTP/2 a `Host` that is not
//!   `:authority`. The host of an absolute target takes the place of the header.
//!
//! The body of such an answer says what is wrong, in the application's error format, unless the parser finds the fault (a header name
//! that is none, a version that is not spoken): those answers have no body. A target that is too long is a `414`.
//!
//! Characters that a target should hold percent-encoded, and that other servers take as they are, are encoded on HTTP/1 before the
//! application sees them: `"`, `<` and `>`, and bytes that are not UTF-8. On HTTP/2 the stream is reset.
//!
//! Bytes behind a request for another protocol wait until that is answered. A connection whose first line is a
//! request of another protocol (`INVITE … SIP/2.0`) ends without an answer.
//!
//! # When a connection ends
//!
//! An HTTP/1 answer after which the connection closes has `Connection: close`. An answer that comes before the end of its request
//! leaves the connection usable if at most 1 MiB of the body is still to come, which is read and thrown away, or if a chunked body
//! ends within 25 ms. Otherwise, after `Expect: 100-continue` that was not answered, and after a body that is malformed or too slow, it
//! is the last one.
//!
//! A client that closes its sending side behind its request is answered within [`Limits::half_close_grace`].
//!
//! Laxer than the standards are: a fragment in a target is cut off and ignored, `Expect` with anything but `100-continue` is ignored,
//! and trailers are checked and thrown away.

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
