//! Where a client speaks from.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// The address a client speaks from: an argument with `#[request]`, and in the request's extensions for those who look there
/// ([`RequestContext::extensions`](crate::extract::RequestContext::extensions), extractors of axum's).
///
/// Behind a proxy it is the proxy's, unless the proxy is one of
/// [`Server::trust_proxies`](crate::serve::Server::trust_proxies).
///
/// ```
/// use avocet::serve::ClientAddress;
///
/// fn is_local<B>(request: &http::Request<B>) -> bool {
///     match request.extensions().get::<ClientAddress>() {
///         Some(ClientAddress::Tcp(address)) => address.ip().is_loopback(),
///         Some(ClientAddress::Unix) => true,
///         _ => false,
///     }
/// }
/// # assert!(!is_local(&http::Request::new(())));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientAddress {
    /// The other end of a TCP connection.
    Tcp(SocketAddr),
    /// A process of this machine, through a Unix socket: it has no address.
    Unix,
    /// Whoever asked a proxy that is trusted: that is how the proxy names its client, without a port.
    Forwarded(IpAddr),
}

impl ClientAddress {
    /// The IP address, if the client has one.
    ///
    /// ```
    /// use avocet::serve::ClientAddress;
    ///
    /// assert_eq!(ClientAddress::Unix.ip(), None);
    /// ```
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Tcp(address) => Some(address.ip()),
            Self::Unix => None,
            Self::Forwarded(address) => Some(*address),
        }
    }
}

/// As a log would show it: `192.0.2.7:51034`, `192.0.2.7` or `unix`.
impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix => f.write_str("unix"),
            Self::Forwarded(address) => address.fmt(f),
        }
    }
}
