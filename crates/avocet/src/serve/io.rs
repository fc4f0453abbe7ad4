//! The client's socket, with an ear on it.
//!
//! hyper reads and writes through this type, so this is the place for whatever has to know about bytes:
//! the time limits today, TLS and the watch for clients that leave behind unread bytes another day.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::activity::Activity;
use super::protocol::{Preface, Protocol};

/// One client's socket.
#[derive(Debug)]
pub(super) struct ClientIo {
    stream: TcpStream,
    peer: SocketAddr,
    activity: Arc<Activity>,
    /// What was read to learn the protocol and waits to be read again.
    preface: Preface,
    /// With HTTP/2, bytes are frames of any kind and say nothing about the head of a request.
    protocol: Protocol,
    /// Dropped with the socket. After an upgrade it is no longer the connection's task that has it.
    _closed: oneshot::Sender<()>,
}

impl ClientIo {
    /// Wraps a socket just accepted; the second value completes when the socket is dropped.
    pub(super) fn new(
        stream: TcpStream,
        peer: SocketAddr,
        activity: Arc<Activity>,
    ) -> (Self, oneshot::Receiver<()>) {
        // Answers and stream items are written whole; waiting to fill a packet would only delay them.
        // A socket that refuses the option is already broken, and the first read will say so.
        let _ = stream.set_nodelay(true);
        let (dropped, closed) = oneshot::channel();
        let io = Self {
            stream,
            peer,
            activity,
            preface: Preface::default(),
            protocol: Protocol::Http1,
            _closed: dropped,
        };
        (io, closed)
    }

    /// The address the client speaks from.
    pub(super) fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Reads until the protocol is known; `None` if the client leaves before.
    ///
    /// What was read is read again by whoever reads next.
    pub(super) async fn detect(&mut self) -> io::Result<Option<Protocol>> {
        let protocol = self.preface.read(&mut self.stream).await?;
        if let Some(protocol) = protocol {
            self.protocol = protocol;
            if protocol == Protocol::Http2 {
                self.activity.idle();
            }
        }
        Ok(protocol)
    }

    /// Takes the socket out, to say good-bye to the client. Upgrades no longer wait for it.
    pub(super) fn into_stream(self) -> TcpStream {
        self.stream
    }

    /// Records what came of a write.
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
        if self.preface.replay(buffer) {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before && self.protocol == Protocol::Http1 {
            self.activity.bytes_read();
        }
        outcome
    }
}

impl AsyncWrite for ClientIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
