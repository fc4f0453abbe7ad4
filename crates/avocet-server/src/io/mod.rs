//! The layers between the socket and hyper: disconnects, TLS, and the framing of HTTP/1 requests.

pub(crate) mod client_io;
pub(crate) mod framing_io;
pub(crate) mod handover;
pub(crate) mod linger;
pub(crate) mod request_framing;
pub(crate) mod target;
#[cfg(feature = "tls")]
pub(crate) mod tls;
pub(crate) mod transport;
pub(crate) mod unread;
pub(crate) mod watched_socket;
