//! The address of a client.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// The address of a client: [`ConnectionInfo::client`](crate::ConnectionInfo::client).
///
/// Behind a proxy it is the proxy's address, unless the proxy is one of
/// [`Server::trust_proxies`](crate::Server::trust_proxies).
///
/// ```
/// use avocet_server::ClientAddress;
///
/// fn is_local(client: ClientAddress) -> bool {
///     match client {
///         ClientAddress::Tcp(address) => address.ip().is_loopback(),
///         ClientAddress::Unix => true,
///         _ => false,
///     }
/// }
/// # assert!(is_local(ClientAddress::Unix));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientAddress {
    /// The other end of a TCP connection.
    Tcp(SocketAddr),
    /// A Unix socket: a process on this machine, without an address.
    Unix,
    /// The client of a trusted proxy, as reported by the proxy, without a port.
    Forwarded(IpAddr),
}

impl ClientAddress {
    /// Returns the IP address, if the client has one.
    ///
    /// ```
    /// use avocet_server::ClientAddress;
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

/// Formats the address for a log: `192.0.2.7:51034`, `192.0.2.7` or `unix`.
impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix => f.write_str("unix"),
            Self::Forwarded(address) => address.fmt(f),
        }
    }
}
