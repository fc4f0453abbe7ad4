//! What hyper reads and writes: the client's socket, in the clear or under TLS.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
#[cfg(feature = "tls")]
use tokio_rustls::server::TlsStream;

use super::io::ClientIo;
use super::protocol::{Preface, Protocol};
use super::socket::Socket;

/// The bytes of HTTP, over whatever carries them.
#[derive(Debug)]
pub(super) struct Transport {
    layer: Layer,
    /// What was read to learn the protocol and waits to be read again.
    preface: Preface,
}

#[derive(Debug)]
pub(super) enum Layer {
    Plain(ClientIo),
    /// Boxed: the state of a TLS connection is a kilobyte, and every other connection would carry it.
    #[cfg(feature = "tls")]
    Tls(Box<TlsStream<ClientIo>>),
}

macro_rules! layer {
    ($transport:expr, $stream:ident => $then:expr) => {
        match &mut $transport.get_mut().layer {
            Layer::Plain($stream) => {
                let $stream = Pin::new($stream);
                $then
            }
            #[cfg(feature = "tls")]
            Layer::Tls($stream) => {
                let $stream = Pin::new(&mut **$stream);
                $then
            }
        }
    };
}

impl Transport {
    pub(super) fn new(layer: Layer) -> Self {
        Self {
            layer,
            preface: Preface::default(),
        }
    }

    /// Reads until the protocol is known; `None` if the client leaves before.
    ///
    /// What was read is read again by whoever reads next.
    pub(super) async fn detect(&mut self) -> io::Result<Option<Protocol>> {
        let protocol = match &mut self.layer {
            Layer::Plain(io) => self.preface.read(io).await?,
            #[cfg(feature = "tls")]
            Layer::Tls(io) => self.preface.read(io).await?,
        };
        if let Some(protocol) = protocol {
            self.client().speaks(protocol);
        }
        Ok(protocol)
    }

    fn client(&mut self) -> &mut ClientIo {
        match &mut self.layer {
            Layer::Plain(io) => io,
            #[cfg(feature = "tls")]
            Layer::Tls(io) => io.get_mut().0,
        }
    }

    /// Takes the socket out from under everything else.
    pub(super) fn into_socket(self) -> Socket {
        match self.layer {
            Layer::Plain(io) => io.into_socket(),
            #[cfg(feature = "tls")]
            Layer::Tls(io) => io.into_inner().0.into_socket(),
        }
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let replayed = self.preface.replay(buffer);
        if replayed && buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        let read = layer!(self, stream => stream.poll_read(context, buffer));
        match read {
            // The head of a request goes out in one piece: in two, it would make hyper's buffer twice as large for as long
            // as the connection lives.
            Poll::Pending if replayed => Poll::Ready(Ok(())),
            read => read,
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        layer!(self, stream => stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        layer!(self, stream => stream.poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.layer {
            Layer::Plain(io) => io.is_write_vectored(),
            #[cfg(feature = "tls")]
            Layer::Tls(io) => io.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        layer!(self, stream => stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        layer!(self, stream => stream.poll_shutdown(context))
    }
}
