//! The client's socket, with activity tracking.
//!
//! Every byte of a connection passes through this type, TLS bytes still encrypted. So it provides everything that depends
//! on the socket itself: the time limits, and the detection of clients that disconnect.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;

use crate::connection::activity::Activity;
use crate::listen::socket::Socket;

/// One client's socket.
#[derive(Debug)]
pub(crate) struct ClientIo {
    socket: Socket,
    activity: Arc<Activity>,
    /// Dropped with the socket. After an upgrade the socket no longer belongs to the connection's task.
    _closed: oneshot::Sender<()>,
}

impl ClientIo {
    /// Wraps a socket just accepted; the second value completes when the socket is dropped.
    pub(crate) fn new(socket: Socket, activity: Arc<Activity>) -> (Self, oneshot::Receiver<()>) {
        socket.without_delay();
        socket.bound_unsent();
        let (dropped, closed) = oneshot::channel();
        let io = Self {
            socket,
            activity,
            _closed: dropped,
        };
        (io, closed)
    }

    /// Returns the socket itself.
    #[cfg(feature = "tls")]
    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Takes the socket out, to close it in an orderly way. Upgrades no longer wait for it.
    pub(crate) fn into_socket(self) -> Socket {
        self.socket
    }

    /// Records the result of a write.
    fn wrote(&self, outcome: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &outcome {
            Poll::Ready(Ok(_)) => self.activity.bytes_written(),
            Poll::Pending => self.activity.write_blocked(),
            Poll::Ready(Err(_)) => {}
        }
        outcome
    }
}

impl AsyncRead for ClientIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl AsyncWrite for ClientIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.wrote(outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.socket).poll_write_vectored(context, slices);
        self.wrote(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
