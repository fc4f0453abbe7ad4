//! Parses addresses to listen on.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// An address to listen on. [`Server::bind`](crate::Server::bind) takes its text.
///
/// ```
/// use avocet_server::Address;
///
/// let address: Address = "[::1]:8000".parse().unwrap();
/// assert_eq!(address, Address::Tcp { host: "::1".to_owned(), port: 8000 });
/// let error = "8000".parse::<Address>().unwrap_err();
/// assert!(error.starts_with("the address is a port without a host"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// A host name or an IP address, and a port; with port 0 the system chooses a free one.
    Tcp {
        /// The name or address, without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// A Unix socket at a path.
    Unix(PathBuf),
}

const EXAMPLES: &str = "write `127.0.0.1:8000`, `0.0.0.0:8000` (every address of this machine), `[::1]:8000` or `unix:/path/to/socket`";

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            return unix(path);
        }
        let wrong = |what: &str| Err(format!("{what}; {EXAMPLES}"));
        if text.contains("://") {
            return wrong("an address has no scheme");
        }
        let Some((host, port)) = text.rsplit_once(':') else {
            return wrong(if text.parse::<u16>().is_ok() {
                "the address is a port without a host"
            } else {
                "the address has no port"
            });
        };
        if host.is_empty() {
            return wrong("there is no host before the colon");
        }
        let host = match host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
        {
            Some(host) => host,
            None if host.contains(':') => return wrong("write an IPv6 address in brackets"),
            None => host,
        };
        match port.parse() {
            Ok(port) => Ok(Self::Tcp {
                host: host.to_owned(),
                port,
            }),
            Err(_) => wrong("the port must be a number from 0 to 65535"),
        }
    }
}

#[cfg(unix)]
fn unix(path: &str) -> Result<Address, String> {
    // The system's maximum path length, with the terminating byte, on the system where it is the smallest.
    const LONGEST: usize = 103;
    if path.is_empty() {
        return Err(format!("there is no path after `unix:`; {EXAMPLES}"));
    }
    if path.len() > LONGEST {
        return Err(format!(
            "the path of a Unix socket has at most {LONGEST} bytes"
        ));
    }
    Ok(Address::Unix(path.into()))
}

#[cfg(not(unix))]
fn unix(_: &str) -> Result<Address, String> {
    Err("this system has no Unix sockets".to_owned())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_address_is() {
        for text in ["127.0.0.1:0", "localhost:65535", "[::1]:8000", "unix:a/b"] {
            let address: Address = text.parse().expect(text);
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn what_is_none_is_told_with_examples() {
        for (text, reason) in [
            (":9000", "there is no host before the colon"),
            ("9000", "the address is a port without a host"),
            ("localhost", "the address has no port"),
            ("::1:9000", "write an IPv6 address in brackets"),
            (
                "localhost:99999",
                "the port must be a number from 0 to 65535",
            ),
            (
                "localhost:http",
                "the port must be a number from 0 to 65535",
            ),
            ("http://localhost:80", "an address has no scheme"),
            ("unix:", "there is no path after `unix:`"),
        ] {
            let error = text.parse::<Address>().expect_err(text);
            assert_eq!(error, format!("{reason}; {EXAMPLES}"), "{text}");
        }
    }
}
