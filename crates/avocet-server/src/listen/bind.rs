//! Binds an address, with an error that names a remedy.

use std::net::{SocketAddr, TcpListener};
use std::{error, fmt, io};

use tokio::net::TcpSocket;

use crate::listen::address::Address;
use crate::listen::listener::Bound;
#[cfg(unix)]
use crate::listen::unix_socket::{self, KeepFiles};

/// How many connections the system may queue between two accepts; it reduces this to its own maximum.
const BACKLOG: u32 = 4096;

/// The options of a listening socket beside its address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    /// The permissions of a Unix socket's file.
    pub(crate) mode: u32,
    /// Whether several sockets share a port, among which the system divides the connections.
    pub(crate) shared_port: bool,
    #[cfg(unix)]
    pub(crate) keep: KeepFiles,
}

/// Listens on an address.
pub(crate) async fn bind(address: &str, terms: &Terms) -> Result<Bound, BindError> {
    let fail = |reason| BindError {
        address: address.to_owned(),
        reason,
    };
    let parsed = address
        .parse()
        .map_err(|what| fail(Reason::NoAddress(what)))?;
    let bound = match &parsed {
        Address::Tcp { host, port } => tcp(host, *port, |address| listen(address, terms))
            .await
            .map(Bound::Tcp),
        #[cfg(unix)]
        Address::Unix(path) => unix_socket::listen(path, terms.mode, &terms.keep)
            .map(|(listener, file)| Bound::Unix(listener, Some(file))),
        #[cfg(not(unix))]
        Address::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
    };
    bound.map_err(|error| fail(Reason::System(error)))
}

/// Checks that an address can be bound, without listening: no client can connect.
pub(crate) async fn check(address: &str, terms: &Terms) -> Result<(), BindError> {
    let fail = |reason| BindError {
        address: address.to_owned(),
        reason,
    };
    let parsed = address
        .parse()
        .map_err(|what| fail(Reason::NoAddress(what)))?;
    let checked = match &parsed {
        Address::Tcp { host, port } => tcp(host, *port, |address| socket(address, terms))
            .await
            .map(drop),
        #[cfg(unix)]
        Address::Unix(path) => unix_socket::check(path),
        #[cfg(not(unix))]
        Address::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
    };
    checked.map_err(|error| fail(Reason::System(error)))
}

/// For a name with several addresses, opens the first one that is available.
async fn tcp<T>(
    host: &str,
    port: u16,
    open: impl Fn(SocketAddr) -> io::Result<T>,
) -> io::Result<T> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name resolves to no address");
    for candidate in tokio::net::lookup_host((host, port)).await? {
        match open(candidate) {
            Ok(opened) => return Ok(opened),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn listen(address: SocketAddr, terms: &Terms) -> io::Result<TcpListener> {
    socket(address, terms)?.listen(BACKLOG)?.into_std()
}

/// Returns a socket that is bound but does not listen.
fn socket(address: SocketAddr, terms: &Terms) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // A restarted server must not wait until the system forgets the connections of the previous one. On
    // Windows the same option would take the port from another process.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    #[cfg(unix)]
    socket.set_reuseport(terms.shared_port)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Creates one more socket like this one: for TCP with its own queue, if the port can be shared.
pub(crate) fn again(bound: &Bound, terms: &Terms) -> io::Result<Bound> {
    match bound {
        Bound::Tcp(listener) if cfg!(unix) => listen(listener.local_addr()?, terms).map(Bound::Tcp),
        other => other.share(),
    }
}

/// The error for an address that could not be bound.
#[derive(Debug)]
pub(crate) struct BindError {
    address: String,
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    /// The text is not a valid address.
    NoAddress(String),
    /// The system returned an error.
    System(io::Error),
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot listen on {}: ", self.address)?;
        match &self.reason {
            Reason::NoAddress(what) => f.write_str(what),
            Reason::System(error) => match error.kind() {
                io::ErrorKind::AddrInUse => {
                    f.write_str("another program already listens on this address")
                }
                io::ErrorKind::PermissionDenied => f.write_str(
                    "this process lacks the permission; ports below 1024 usually need one",
                ),
                io::ErrorKind::AddrNotAvailable => {
                    f.write_str("the address does not belong to this machine")
                }
                _ => write!(f, "{error}"),
            },
        }
    }
}

impl error::Error for BindError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.reason {
            Reason::NoAddress(_) => None,
            Reason::System(error) => Some(error),
        }
    }
}

impl From<BindError> for io::Error {
    fn from(error: BindError) -> Self {
        let kind = match &error.reason {
            Reason::NoAddress(_) => io::ErrorKind::InvalidInput,
            Reason::System(error) => error.kind(),
        };
        io::Error::new(kind, error)
    }
}
