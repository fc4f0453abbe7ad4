//! A connection of the system: TCP or a Unix socket.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

use crate::io::watched_socket::{Left, WatchedSocket};

/// Completes when a client has disconnected, even if bytes from it are unread.
pub(crate) type Departure = Pin<Box<dyn Future<Output = Left> + Send>>;

/// How many unsent bytes the system buffers. The socket becomes writable again at half of it.
const UNSENT: u32 = 128 * 1024;

/// The socket of one client, under any protocol.
#[derive(Debug)]
pub(crate) enum Socket {
    /// A TCP connection.
    Tcp(WatchedSocket<TcpStream>),
    /// A connection from the same machine, through a Unix socket.
    #[cfg(unix)]
    Unix(WatchedSocket<UnixStream>),
}

/// Both kinds have the same methods, but no common trait.
macro_rules! either {
    ($socket:expr, $stream:ident => $then:expr) => {
        match $socket {
            Socket::Tcp($stream) => $then,
            #[cfg(unix)]
            Socket::Unix($stream) => $then,
        }
    };
}

impl Socket {
    /// Returns whether this is a TCP socket.
    #[cfg(feature = "tls")]
    pub(crate) fn is_tcp(&self) -> bool {
        matches!(self, Self::Tcp(_))
    }

    /// Completes when the client closed its sending side or reset the connection.
    pub(crate) fn departure(&self) -> Departure {
        either!(self, stream => Box::pin(stream.departure()))
    }

    /// Completes when the connection is reset.
    pub(crate) fn reset(&self) -> Departure {
        either!(self, stream => Box::pin(stream.reset()))
    }

    /// Returns a second handle: the socket is closed when the last handle is dropped.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Tcp(stream) => Self::Tcp(stream.again()),
            #[cfg(unix)]
            Self::Unix(stream) => Self::Unix(stream.again()),
        }
    }

    /// Discards unsent bytes when the socket is closed. Otherwise a client that reads no bytes is not notified of the close:
    /// the end is queued behind them, and the system keeps both for minutes. (A Unix socket buffers nothing.)
    pub(crate) fn forget_unsent(&self) {
        if let Self::Tcp(stream) = self {
            let _ = stream.stream().set_zero_linger();
        }
    }

    /// Sends small writes at once: responses and stream items are written whole, and waiting to fill a packet would only
    /// delay them.
    pub(crate) fn without_delay(&self) {
        if let Self::Tcp(stream) = self {
            // A socket that rejects the option is already broken, and the first read reports it.
            let _ = stream.stream().set_nodelay(true);
        }
    }

    /// Bounds the unsent bytes that the system buffers. A full socket becomes writable again when a large part of its buffer has been
    /// sent: with the system's default of 4 MiB that takes minutes for a slow client, which then looks like one that does not
    /// read. Bytes in flight do not count, so fast connections are not slower. (A Unix socket buffers little.)
    pub(crate) fn bound_unsent(&self) {
        if let Self::Tcp(stream) = self {
            let socket = SockRef::from(stream.stream());
            // A socket that rejects the option is already broken, and the first read reports it.
            #[cfg(any(target_os = "linux", target_os = "android"))]
            let _ = socket.set_tcp_notsent_lowat(UNSENT);
            #[cfg(not(any(target_os = "linux", target_os = "android")))]
            let _ = socket.set_send_buffer_size(UNSENT as usize);
        }
    }

    /// Reads the available bytes, without waiting for more.
    pub(crate) fn try_read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        either!(self, stream => stream.stream().try_read(bytes))
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        either!(self.get_mut(), stream => Pin::new(stream).poll_read(context, buffer))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        either!(self.get_mut(), stream => Pin::new(stream).poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        either!(self.get_mut(), stream => Pin::new(stream).poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        either!(self, stream => stream.is_write_vectored())
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self.get_mut(), stream => Pin::new(stream).poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self.get_mut(), stream => Pin::new(stream).poll_shutdown(context))
    }
}
