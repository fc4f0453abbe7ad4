//! Who is limited by a request: an address, a caller, or a text that the application chooses.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use avocet::context::{Caller, Context};
use avocet::layer::Request;
use avocet::serve::{ClientAddress, ConnectionInfo};

/// A function of the application that looks at a request.
pub(crate) type OfRequest<T> = Arc<dyn Fn(&Request) -> T + Send + Sync>;

/// What selects the key of a request.
#[derive(Clone)]
pub(crate) enum KeyOf {
    Address,
    Caller,
    /// One key for all requests.
    All,
    Text(OfRequest<Option<String>>),
}

impl KeyOf {
    /// Returns the key, or `None` for a request that is not limited.
    pub(crate) fn key(&self, request: &Request) -> Option<ClientKey> {
        match self {
            Self::Address => Some(of_address(request)),
            Self::Caller => {
                let caller = Context::with_current(|context| context.caller().cloned()).flatten();
                Some(caller.map_or_else(|| of_address(request), ClientKey::Caller))
            }
            Self::All => Some(ClientKey::All),
            Self::Text(text) => text(request).map(ClientKey::Text),
        }
    }
}

impl fmt::Debug for KeyOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "address",
            Self::Caller => "caller",
            Self::All => "all",
            Self::Text(_) => "function",
        })
    }
}

/// The key of a request. Its `Debug` is left out: a text may be a credential.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum ClientKey {
    Address(IpAddr),
    /// A request without an address: from a Unix socket, or from the process itself.
    NoAddress,
    Caller(Caller),
    All,
    Text(String),
}

/// Writes the key for a shared limiter. The kinds cannot collide.
impl fmt::Display for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "address:{address}"),
            Self::NoAddress => f.write_str("no-address"),
            Self::Caller(caller) => write!(f, "caller:{caller}"),
            Self::All => f.write_str("all"),
            Self::Text(text) => write!(f, "key:{text}"),
        }
    }
}

/// Returns the key of the client's address, as the server determines it: forwarded addresses count only if a trusted proxy sends them.
fn of_address(request: &Request) -> ClientKey {
    let extensions = request.extensions();
    let known = extensions.get::<ConnectionInfo>();
    let client = match known {
        Some(connection) => Some(connection.client(request.headers())),
        // Of an application that is mounted in a service on Avocet's server.
        None => extensions.get::<ClientAddress>().copied(),
    };
    match client.and_then(|client| client.ip()) {
        Some(address) => ClientKey::Address(network(address)),
        None => ClientKey::NoAddress,
    }
}

/// Returns the address, or the /64 of an IPv6 address: one client usually has a whole /64 (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_client_is_its_network() {
        for (address, expected) in [
            ("203.0.113.9", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2::", "2001:db8:1:2::"),
            ("2001:db8:1:3::1", "2001:db8:1:3::"),
            ("::1", "::"),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert_eq!(network(address).to_string(), expected, "{address}");
        }
    }
}
