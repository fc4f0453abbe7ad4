//! A hardened HTTP server for any `tower::Service`, an axum `Router` among them.
//!
//! It accepts connections, calls the application once per request and sends the responses, over HTTP/1.1 and HTTP/2, without or with TLS
//! (feature `tls`). It adds to hyper:
//!
//! - finite default [limits](Limits) on time, bytes, connections and streams;
//! - cancellation: when the client disconnects, the server drops the application's future, even while hyper does not read the connection;
//! - graceful shutdown: it loses no request that finishes within the drain deadline. A restart (feature `restart`) passes the listening
//!   sockets to the new process;
//! - rejection of requests that two parsers could read differently.
//!
//! [`Server`] is the configuration. The extensions of each request contain its [`ConnectionInfo`]. An [`Observer`] receives the events for
//! metrics.
//!
//! ```text
//! bind ──► accept ──► connection (one task) ──► tls, protocol: HTTP/1 or HTTP/2
//!                        │                        └► hyper, over RequestFraming (HTTP/1), over Transport, over ClientIo
//!                        ├ supervisor: disconnected clients, shutdown, limits
//!                        │  ├ client_end: clients that have closed only their sending side
//!                        │  └ activity: time limits for slow and idle clients
//!                        └ exchange: one request in, one response out ──► the application
//! shutdown ─► accept stops ─► every connection finishes ─► drain deadline ─► the remaining connections are closed
//! ```
//!
//! Two rules apply everywhere in this crate. First, an error of a client closes at most that client's connection, and is never logged above
//! `debug`. Second, nothing delays the drop of a handler's future when the client disconnects: an HTTP/1 handler runs inside the
//! connection's task, an HTTP/2 handler inside a task that ends with its stream. The server watches the socket itself, because hyper does not
//! read it while unread bytes follow a request.
//!
//! # Rejected requests
//!
//! A proxy and the server behind it must agree on the end and the host of each request. If two parsers could disagree, the server responds
//! with `400` without calling a handler, and closes an HTTP/1 connection. It rejects:
//!
//! - `Content-Length` together with `Transfer-Encoding`, either of them twice, a length with characters other than digits, a transfer coding
//!   other than `chunked`, and any transfer coding in HTTP/1.0;
//! - lines that do not end with CR LF, in heads, around chunks and in trailers; folded lines, white space before a colon, control
//!   characters; chunk sizes with characters other than hexadecimal digits;
//! - in HTTP/1.1 a missing or repeated `Host`, or one that is not a host and port; user names in a target; in HTTP/2 a `Host` that differs from
//!   `:authority`. The host of an absolute target replaces the header.
//!
//! The body of the response describes the error in the application's error format. Errors that hyper's parser reports (an invalid header name,
//! an unsupported version) have no body. A target that is too long is rejected with `414`.
//!
//! On HTTP/1 the server percent-encodes characters in a target that other servers accept unencoded: `"`, `<` and `>`, and bytes that are not
//! UTF-8. On HTTP/2 it resets the stream.
//!
//! Bytes after an upgrade request are read after the response to it. If the first line of a connection is a request of a different protocol
//! (`INVITE … SIP/2.0`), the server closes the connection without a response.
//!
//! # When a connection ends
//!
//! The last HTTP/1 response on a connection has `Connection: close`. If a response precedes the end of its request, the connection
//! stays open if at most 1 MiB of the body is missing, which the server reads and discards, or if a chunked body ends within 25 ms. It closes
//! otherwise, after an `Expect: 100-continue` without an interim response, and after a malformed or too slow body.
//!
//! A client that closes only its sending side still receives a response that is ready within [`Limits::half_close_grace`](Limits::half_close_grace()).
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
