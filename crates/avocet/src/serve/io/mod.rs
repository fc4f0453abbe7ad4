//! The layers between the socket and hyper: disconnects, TLS, and the framing of HTTP/1 requests.

pub(in crate::serve) mod client_io;
pub(in crate::serve) mod framing_io;
pub(in crate::serve) mod handover;
pub(in crate::serve) mod linger;
pub(in crate::serve) mod request_framing;
pub(in crate::serve) mod target;
#[cfg(feature = "tls")]
pub(in crate::serve) mod tls;
pub(in crate::serve) mod transport;
pub(in crate::serve) mod unread;
pub(in crate::serve) mod watched_socket;
