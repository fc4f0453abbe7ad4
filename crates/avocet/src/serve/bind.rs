//! Taking an address to listen on, with an error that says what to do.

use std::{error, fmt, io};

use tokio::net::{TcpListener, TcpSocket};

/// How many connections the system may hold for us between two accepts; it cuts this to its own maximum.
const BACKLOG: u32 = 4096;

/// Listens on `address`, which is a `host:port`; port 0 asks the system for a free one.
///
/// A name that stands for several addresses takes the first that can be had.
pub(crate) async fn bind(address: &str) -> Result<TcpListener, BindError> {
    let fail = |source| BindError {
        address: address.to_owned(),
        source,
    };
    let candidates = tokio::net::lookup_host(address).await.map_err(fail)?;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name stands for no address");
    for candidate in candidates {
        match listen(candidate) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(fail(last))
}

fn listen(address: std::net::SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // A restarted server must not wait for the connections of the one before to be forgotten. On
    // Windows the same option means "take the port from whoever has it", which nobody asked for.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// An address that could not be listened on: which one, and why.
#[derive(Debug)]
pub(crate) struct BindError {
    address: String,
    source: io::Error,
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot listen on {}: ", self.address)?;
        match self.source.kind() {
            io::ErrorKind::AddrInUse => f.write_str("another program already listens there"),
            io::ErrorKind::PermissionDenied => {
                f.write_str("this process has no permission to; ports below 1024 usually need one")
            }
            io::ErrorKind::AddrNotAvailable => f.write_str("this machine has no such address"),
            io::ErrorKind::InvalidInput => {
                f.write_str("that is no address; write `host:port`, such as `127.0.0.1:8000`")
            }
            _ => write!(f, "{}", self.source),
        }
    }
}

impl error::Error for BindError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.source)
    }
}

impl From<BindError> for io::Error {
    fn from(error: BindError) -> Self {
        io::Error::new(error.source.kind(), error)
    }
}
