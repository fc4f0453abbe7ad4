//! The sources of connections: one listening socket of either kind, or several.

use std::fmt;
use std::io;
use std::net::TcpListener as StdTcpListener;
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(unix)]
use std::os::unix::net::UnixListener as StdUnixListener;
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

use crate::connection::connection_config::ConnectionConfig;
use crate::exchange::client_address::ClientAddress;
use crate::io::watched_socket::WatchedSocket;
use crate::listen::socket::Socket;
#[cfg(unix)]
use crate::listen::unix_socket::SocketFile;

/// A source of connections.
pub(crate) trait Listener {
    /// Polls for the next connection.
    fn poll_accept(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<(Socket, ClientAddress)>>;

    /// Accepts a connection that the system has completed by now, directly from the system: the runtime's readiness
    /// lags behind. [`WouldBlock`](io::ErrorKind::WouldBlock) if none waits.
    fn accept_waiting(&mut self) -> io::Result<(Socket, ClientAddress)>;
}

/// A listening socket that is not registered with a runtime yet.
#[derive(Debug)]
pub(crate) enum Bound {
    Tcp(StdTcpListener),
    /// The file of the socket, kept until the last listener is dropped; `None` if the server did not create it.
    #[cfg(unix)]
    Unix(StdUnixListener, Option<SocketFile>),
}

impl Bound {
    /// Returns the URL scheme of the address; empty for a Unix socket.
    #[cfg_attr(
        not(feature = "tls"),
        expect(unused_variables, reason = "TLS is the other scheme")
    )]
    pub(crate) fn scheme(&self, config: &ConnectionConfig) -> &'static str {
        match self {
            #[cfg(feature = "tls")]
            Self::Tcp(_) if config.tls.is_some() => "https://",
            Self::Tcp(_) => "http://",
            #[cfg(unix)]
            Self::Unix(..) => "",
        }
    }

    /// Creates one more handle to the same queue of connections.
    pub(crate) fn share(&self) -> io::Result<Self> {
        Ok(match self {
            Self::Tcp(listener) => Self::Tcp(listener.try_clone()?),
            #[cfg(unix)]
            Self::Unix(listener, _) => Self::Unix(listener.try_clone()?, None),
        })
    }

    /// Registers the socket with the current runtime.
    pub(crate) fn open(self) -> io::Result<Open> {
        Ok(match self {
            Self::Tcp(listener) => Open::Tcp(TcpListener::from_std(listener)?),
            #[cfg(unix)]
            Self::Unix(listener, file) => Open::Unix(UnixListener::from_std(listener)?, file),
        })
    }
}

/// Formats the socket as an address to connect to: `127.0.0.1:8000`, or `unix:/path`.
impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(listener) => match listener.local_addr() {
                Ok(address) => address.fmt(f),
                Err(_) => f.write_str("a TCP socket"),
            },
            #[cfg(unix)]
            Self::Unix(listener, _) => {
                let address = listener.local_addr().ok();
                match address.as_ref().and_then(|address| address.as_pathname()) {
                    Some(path) => write!(f, "unix:{}", path.display()),
                    None => f.write_str("a Unix socket"),
                }
            }
        }
    }
}

/// A listening socket that is registered with a runtime.
#[derive(Debug)]
pub(crate) enum Open {
    Tcp(TcpListener),
    #[cfg(unix)]
    #[expect(dead_code, reason = "the file is removed with the listener")]
    Unix(UnixListener, Option<SocketFile>),
}

impl Listener for TcpListener {
    fn poll_accept(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<(Socket, ClientAddress)>> {
        TcpListener::poll_accept(self, context).map_ok(|(stream, peer)| {
            (
                Socket::Tcp(WatchedSocket::new(stream)),
                ClientAddress::Tcp(peer),
            )
        })
    }

    fn accept_waiting(&mut self) -> io::Result<(Socket, ClientAddress)> {
        let (socket, peer) = SockRef::from(&*self).accept()?;
        // Without an address the client has disconnected; only some systems report that at once.
        let peer = peer.as_socket().ok_or(io::ErrorKind::ConnectionAborted)?;
        socket.set_nonblocking(true)?;
        let stream = TcpStream::from_std(socket.into())?;
        Ok((
            Socket::Tcp(WatchedSocket::new(stream)),
            ClientAddress::Tcp(peer),
        ))
    }
}

impl Listener for Open {
    fn poll_accept(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<(Socket, ClientAddress)>> {
        match self {
            Self::Tcp(listener) => Listener::poll_accept(listener, context),
            #[cfg(unix)]
            Self::Unix(listener, _) => listener.poll_accept(context).map_ok(|(stream, _)| {
                (
                    Socket::Unix(WatchedSocket::new(stream)),
                    ClientAddress::Unix,
                )
            }),
        }
    }

    fn accept_waiting(&mut self) -> io::Result<(Socket, ClientAddress)> {
        match self {
            Self::Tcp(listener) => listener.accept_waiting(),
            #[cfg(unix)]
            Self::Unix(listener, _) => {
                let (socket, _) = SockRef::from(&*listener).accept()?;
                socket.set_nonblocking(true)?;
                let stream = UnixStream::from_std(OwnedFd::from(socket).into())?;
                Ok((
                    Socket::Unix(WatchedSocket::new(stream)),
                    ClientAddress::Unix,
                ))
            }
        }
    }
}

/// Several listening sockets, polled in turn.
#[derive(Debug)]
pub(crate) struct Listeners<L> {
    all: Vec<L>,
    /// The socket that is polled first: it changes, because a busy socket would otherwise starve the others.
    first: usize,
}

impl<L> Listeners<L> {
    pub(crate) fn new(all: Vec<L>) -> Self {
        Self { all, first: 0 }
    }
}

impl<L: Listener> Listener for Listeners<L> {
    fn poll_accept(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<(Socket, ClientAddress)>> {
        let count = self.all.len();
        for turn in 0..count {
            let index = (self.first + turn) % count;
            if let Poll::Ready(outcome) = self.all[index].poll_accept(context) {
                self.first = (index + 1) % count;
                return Poll::Ready(outcome);
            }
        }
        Poll::Pending
    }

    fn accept_waiting(&mut self) -> io::Result<(Socket, ClientAddress)> {
        for listener in &mut self.all {
            match listener.accept_waiting() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                outcome => return outcome,
            }
        }
        Err(io::ErrorKind::WouldBlock.into())
    }
}
