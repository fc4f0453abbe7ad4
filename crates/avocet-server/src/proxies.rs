//! Trusted proxies and the client address they report.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::{error, fmt, io};

use http::HeaderMap;
use ipnet::IpNet;

use crate::exchange::client_address::ClientAddress;

/// Proxies whose `X-Forwarded-For` is trusted; none by default. [`Server::trust_proxies`](crate::Server::trust_proxies) takes their texts.
///
/// ```
/// assert!(avocet_server::Proxies::read(&["10.0.0.0/8", "192.0.2.1", "unix"]).is_ok());
/// let error = avocet_server::Proxies::read(&["localhost"]).unwrap_err();
/// assert!(error.to_string().contains("`localhost`"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    networks: Vec<IpNet>,
    /// Whether every client of a Unix socket is a proxy.
    unix: bool,
}

impl Proxies {
    /// Parses addresses (`192.0.2.1`), networks (`10.0.0.0/8`) and `unix`.
    ///
    /// # Errors
    /// If a text is none of these; the error names it.
    ///
    /// ```
    /// let proxies = avocet_server::Proxies::read(&["10.0.0.0/8"]).unwrap();
    /// assert_ne!(proxies, avocet_server::Proxies::default());
    /// ```
    pub fn read<T: AsRef<str>>(texts: &[T]) -> Result<Self, ProxyError> {
        let mut proxies = Self::default();
        for text in texts {
            let text = text.as_ref().trim();
            if text == "unix" {
                proxies.unix = true;
            } else if let Ok(network) = IpNet::from_str(text) {
                proxies.networks.push(network);
            } else if let Ok(address) = IpAddr::from_str(text) {
                proxies.networks.push(address.into());
            } else {
                return Err(ProxyError(text.to_owned()));
            }
        }
        Ok(proxies)
    }

    /// Returns the address of the client: the peer, or, if that is a proxy, the last forwarded address that is not a proxy.
    ///
    /// Each proxy appends the address of its peer to the header. So the header is read from the end, and everything before the first
    /// address that is not a trusted proxy is text from that client.
    pub(crate) fn client(&self, peer: ClientAddress, headers: &HeaderMap) -> ClientAddress {
        if !self.trust(peer) {
            return peer;
        }
        let mut client = peer;
        for header in headers.get_all("x-forwarded-for").iter().rev() {
            for part in header.as_bytes().rsplit(|byte| *byte == b',') {
                let Some(address) = std::str::from_utf8(part).ok().and_then(address) else {
                    return client;
                };
                client = ClientAddress::Forwarded(address);
                if !self.trust(client) {
                    return client;
                }
            }
        }
        client
    }

    /// Returns the host that the client requested, if the peer is a proxy and sends it in `X-Forwarded-Host`. Of several hosts the
    /// first one counts: the proxy nearest to the client wrote it.
    pub(crate) fn host<'a>(&self, peer: ClientAddress, headers: &'a HeaderMap) -> Option<&'a str> {
        let header = headers.get("x-forwarded-host")?;
        let host = header.to_str().ok()?.split(',').next()?.trim();
        (!host.is_empty() && self.trust(peer)).then_some(host)
    }

    /// Returns the scheme that the client used, if the peer is a proxy and sends it in `X-Forwarded-Proto`. Of several schemes the first
    /// one counts, as for the host.
    pub(crate) fn scheme<'a>(
        &self,
        peer: ClientAddress,
        headers: &'a HeaderMap,
    ) -> Option<&'a str> {
        let header = headers.get("x-forwarded-proto")?;
        let scheme = header.to_str().ok()?.split(',').next()?.trim();
        (!scheme.is_empty() && self.trust(peer)).then_some(scheme)
    }

    fn trust(&self, client: ClientAddress) -> bool {
        match client.ip() {
            Some(address) => {
                let address = address.to_canonical();
                self.networks
                    .iter()
                    .any(|network| network.contains(&address))
            }
            None => self.unix,
        }
    }
}

/// Parses an address with or without a port, as proxies write it.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse();
    address
        .or_else(|_| text.parse().map(|address: SocketAddr| address.ip()))
        .ok()
}

/// The error for a text that is not the address of a proxy.
///
/// ```
/// let error: avocet_server::ProxyError = avocet_server::Proxies::read(&["10.0.0.0/33"]).unwrap_err();
/// assert!(error.to_string().starts_with("cannot trust the proxy `10.0.0.0/33`"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyError(String);

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "cannot trust the proxy `{}`: write an address such as `192.0.2.1`, a network such as `10.0.0.0/8`, or `unix`",
            self.0
        )
    }
}

impl error::Error for ProxyError {}

impl From<ProxyError> for io::Error {
    fn from(error: ProxyError) -> Self {
        io::Error::new(io::ErrorKind::InvalidInput, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the client address for a connection from `peer` with these headers, where `10.0.0.0/8` and `::1` are proxies.
    fn client(peer: &str, headers: &[&str]) -> String {
        let proxies = Proxies::read(&["10.0.0.0/8", "::1"]).expect("good networks");
        let mut map = HeaderMap::new();
        for header in headers {
            map.append("x-forwarded-for", header.parse().expect("a header"));
        }
        let peer = ClientAddress::Tcp(peer.parse().expect("an address"));
        proxies.client(peer, &map).to_string()
    }

    #[test]
    fn the_last_address_that_is_no_proxy_asks() {
        for (peer, headers, expected) in [
            // Only proxies are trusted.
            ("192.0.2.1:5", &["203.0.113.9"][..], "192.0.2.1:5"),
            ("10.0.0.1:5", &[], "10.0.0.1:5"),
            ("10.0.0.1:5", &["203.0.113.9"], "203.0.113.9"),
            ("[::1]:5", &["203.0.113.9"], "203.0.113.9"),
            ("[::ffff:10.0.0.1]:5", &["203.0.113.9"], "203.0.113.9"),
            // The client's own text is on the left.
            ("10.0.0.1:5", &["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
            (
                "10.0.0.1:5",
                &["1.1.1.1, 203.0.113.9, 10.0.0.7"],
                "203.0.113.9",
            ),
            (
                "10.0.0.1:5",
                &["1.1.1.1", "203.0.113.9", "10.0.0.7"],
                "203.0.113.9",
            ),
            ("10.0.0.1:5", &["10.0.0.9,10.0.0.7"], "10.0.0.9"),
            // An invalid address ends the search.
            ("10.0.0.1:5", &["203.0.113.9, unknown"], "10.0.0.1:5"),
            ("10.0.0.1:5", &["203.0.113.9, , 10.0.0.7"], "10.0.0.7"),
            ("10.0.0.1:5", &["203.0.113.9:443"], "203.0.113.9"),
            ("10.0.0.1:5", &["[2001:db8::1]"], "2001:db8::1"),
            ("10.0.0.1:5", &["[2001:db8::1]:443"], "2001:db8::1"),
            ("10.0.0.1:5", &["2001:db8::1"], "2001:db8::1"),
        ] {
            assert_eq!(client(peer, headers), expected, "{peer} {headers:?}");
        }
    }

    #[test]
    fn a_unix_socket_is_believed_when_it_is_named() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "203.0.113.9".parse().expect("a header"));
        let none = Proxies::default();
        assert_eq!(
            none.client(ClientAddress::Unix, &headers),
            ClientAddress::Unix
        );
        let proxies = Proxies::read(&["unix"]).expect("a proxy");
        assert_eq!(
            proxies.client(ClientAddress::Unix, &headers).to_string(),
            "203.0.113.9"
        );
    }

    #[test]
    fn the_first_host_of_a_proxy_counts() {
        let proxies = Proxies::read(&["10.0.0.0/8"]).expect("a network");
        for (peer, header, expected) in [
            ("10.0.0.1:5", Some("example.com"), Some("example.com")),
            ("10.0.0.1:5", Some("a:8443 , b"), Some("a:8443")),
            ("10.0.0.1:5", Some(""), None),
            ("10.0.0.1:5", None, None),
            ("192.0.2.1:5", Some("example.com"), None),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(header) = header {
                headers.append("x-forwarded-host", header.parse().expect("a header"));
            }
            let peer = ClientAddress::Tcp(peer.parse().expect("an address"));
            assert_eq!(proxies.host(peer, &headers), expected, "{header:?}");
        }
    }

    #[test]
    fn the_scheme_of_a_proxy_counts() {
        let proxies = Proxies::read(&["10.0.0.0/8"]).expect("a network");
        for (peer, header, expected) in [
            ("10.0.0.1:5", "https", Some("https")),
            ("10.0.0.1:5", "https, http", Some("https")),
            ("10.0.0.1:5", "", None),
            ("192.0.2.1:5", "https", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.append("x-forwarded-proto", header.parse().expect("a header"));
            let peer = ClientAddress::Tcp(peer.parse().expect("an address"));
            assert_eq!(proxies.scheme(peer, &headers), expected, "{header:?}");
        }
    }

    #[test]
    fn what_is_no_network_is_named() {
        let error = Proxies::read(&["10.0.0.0/8", "localhost"]).expect_err("a name");
        assert!(error.to_string().contains("`localhost`"));
    }
}
