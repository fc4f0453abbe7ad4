//! A connection as the system gives it: TCP or a Unix socket.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

use crate::serve::io::watched_socket::{Left, WatchedSocket};

/// Completes when a client has left, whatever of its bytes lies unread.
pub(in crate::serve) type Departure = Pin<Box<dyn Future<Output = Left> + Send>>;

/// How many bytes the system takes of us before they can be sent. The socket is writable again at half of it.
const UNSENT: u32 = 128 * 1024;

/// One client's socket, whatever lies above it.
#[derive(Debug)]
pub(crate) enum Socket {
    /// Over the network.
    Tcp(WatchedSocket<TcpStream>),
    /// From the same machine, through a file.
    #[cfg(unix)]
    Unix(WatchedSocket<UnixStream>),
}

/// Both kinds have the same methods, and no trait that holds them.
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
    /// Whether the socket is one of the network.
    #[cfg(feature = "tls")]
    pub(in crate::serve) fn is_tcp(&self) -> bool {
        matches!(self, Self::Tcp(_))
    }

    /// Completes when the client has closed its side or reset the connection.
    pub(in crate::serve) fn departure(&self) -> Departure {
        either!(self, stream => Box::pin(stream.departure()))
    }

    /// Completes when the connection is reset.
    pub(in crate::serve) fn reset(&self) -> Departure {
        either!(self, stream => Box::pin(stream.reset()))
    }

    /// The same socket once more: it is closed when the last of them is dropped.
    pub(in crate::serve) fn again(&self) -> Self {
        match self {
            Self::Tcp(stream) => Self::Tcp(stream.again()),
            #[cfg(unix)]
            Self::Unix(stream) => Self::Unix(stream.again()),
        }
    }

    /// Throws away what was written and not yet taken, when the socket is closed. Closing it otherwise says nothing to a client
    /// that takes no bytes: the end stands behind them, and the system holds both for minutes. (A Unix socket holds nothing.)
    pub(in crate::serve) fn forget_unsent(&self) {
        if let Self::Tcp(stream) = self {
            let _ = stream.stream().set_zero_linger();
        }
    }

    /// Sends small writes at once: answers and stream items are written whole, and waiting to fill a packet would only
    /// delay them.
    pub(in crate::serve) fn without_delay(&self) {
        if let Self::Tcp(stream) = self {
            // A socket that refuses the option is already broken, and the first read will say so.
            let _ = stream.stream().set_nodelay(true);
        }
    }

    /// Bounds what the system holds of bytes that are not sent yet. A full socket is writable again when a good part of what it
    /// holds is gone: of the system's own 4 MiB a slow client takes minutes for that, in which it looks like one that takes
    /// nothing. Bytes on their way to the client do not count, so fast connections stay as fast. (A Unix socket holds little.)
    pub(in crate::serve) fn bound_unsent(&self) {
        if let Self::Tcp(stream) = self {
            let socket = SockRef::from(stream.stream());
            // A socket that refuses the option is already broken, and the first read will say so.
            #[cfg(any(target_os = "linux", target_os = "android"))]
            let _ = socket.set_tcp_notsent_lowat(UNSENT);
            #[cfg(not(any(target_os = "linux", target_os = "android")))]
            let _ = socket.set_send_buffer_size(UNSENT as usize);
        }
    }

    /// Reads what is there, without waiting for more.
    pub(in crate::serve) fn try_read(&self, bytes: &mut [u8]) -> io::Result<usize> {
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
