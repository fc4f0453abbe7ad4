//! A hardened HTTP server for any `tower::Service`, an axum `Router` among them.
//!
//! It accepts connections, calls the application once per request and sends the responses, over HTTP/1.1 and HTTP/2, in the clear or
//! under TLS (feature `tls`). Beyond what hyper does:
//!
//! - every [limit](Limits) is finite by default: of time, bytes, connections and streams;
//! - the application's future is dropped within moments when its client disconnects, whatever the connection does;
//! - a stop loses no request: it drains within a deadline, and a restart (feature `restart`) hands the sockets over;
//! - a request that two parsers could read differently is rejected.
//!
//! [`Server`] is the configuration, [`ConnectionInfo`] what an application finds in the extensions of a request, [`Observer`] what
//! feeds metrics.
//!
//! ```text
//! bind ──► accept ──► connection (one task) ──► tls, protocol: which HTTP?
//!                        │                        └► hyper, over RequestFraming (HTTP/1), over Transport, over ClientIo
//!                        ├ supervisor: has the client left, is the server shutting down, is a limit exceeded?
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
//! A client that closes its sending side after its request receives its response within [`Limits::half_close_grace`](Limits::half_close_grace()).
//!
//! The server is laxer than the standards in three points: it ignores a fragment in a target, it ignores `Expect` with any value
//! but `100-continue`, and it checks trailers but discards them.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod background;
#[doc(hidden)]
pub mod limits;
pub mod wake;

mod accept;
mod connection;
mod exchange;
mod io;
mod listen;

mod observer;
mod proxies;
mod report;
mod run;
mod server;
mod shutdown;
mod sync;
mod workers;

pub use accept::accept_loop::ShutdownReport;
pub use background::Background;
pub use exchange::body::{ClientBody, ClientBodyError};
pub use exchange::client_address::ClientAddress;
pub use exchange::connection_info::ConnectionInfo;
pub use exchange::heartbeat_bytes::HeartbeatBytes;
pub use exchange::http_app::HttpApp;
pub use exchange::rejection::ServerRejection;
pub use exchange::shared_slot::SharedSlot;
pub use exchange::tower_app::{MaybeBody, TowerApp, TowerFuture};
pub use exchange::upgrade::{Continuation, Upgrade, UpgradedIo};
#[cfg(feature = "tls")]
pub use io::tls::Tls;
pub use limits::{LimitEntry, LimitError, Limits};
pub use listen::address::Address;
pub use observer::{Observer, RejectionReason};
pub use proxies::{Proxies, ProxyError};
pub use server::Server;
pub use shutdown::{Shutdown, ShutdownSignal};
pub use workers::{Workers, WorkersError};

// The code of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(test)]
use accept::accept_loop::serve;
#[cfg(test)]
mod tests;
