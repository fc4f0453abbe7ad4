//! The transport of hyper: the client's socket, unencrypted or under TLS.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
#[cfg(feature = "tls")]
use tokio_rustls::server::TlsStream;

use crate::connection::activity::Activity;
use crate::connection::protocol::{Preface, Protocol};
use crate::io::client_io::ClientIo;
use crate::io::framing_io::FramingIo;
use crate::limits::Limits;
use crate::listen::socket::Socket;

/// The bytes of HTTP, over any transport.
#[derive(Debug)]
pub(crate) struct Transport {
    layer: Layer,
    /// The bytes that were read to detect the protocol and wait to be read again.
    preface: Preface,
    /// The framing check between HTTP/1 and the parser. HTTP/2 has explicit lengths.
    framing_io: Option<FramingIo>,
}

#[derive(Debug)]
pub(crate) enum Layer {
    Plain(ClientIo),
    /// Boxed: the state of a TLS connection is a kilobyte, and every other connection would use that memory too.
    #[cfg(feature = "tls")]
    Tls(Box<TlsStream<ClientIo>>),
}

macro_rules! layer {
    ($layer:expr, $stream:ident => $then:expr) => {
        match $layer {
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
    pub(crate) fn new(layer: Layer) -> Self {
        Self {
            layer,
            preface: Preface::default(),
            framing_io: None,
        }
    }

    /// Reads until the protocol is detected; `None` if the client disconnects before.
    ///
    /// The next reader reads these bytes again.
    pub(crate) async fn detect(
        &mut self,
        activity: &Arc<Activity>,
        limits: &Limits,
    ) -> io::Result<Option<Protocol>> {
        let seen = match &mut self.layer {
            Layer::Plain(io) => self.preface.read(io).await?,
            #[cfg(feature = "tls")]
            Layer::Tls(io) => self.preface.read(io).await?,
        };
        let protocol = seen.map(|seen| self.agreed().unwrap_or(seen));
        match protocol {
            Some(Protocol::Http1) => {
                self.framing_io = Some(FramingIo::new(Arc::clone(activity), limits));
            }
            // The bytes may be frames of any kind, and do not indicate the head of a request.
            Some(Protocol::Http2) => activity.head(false),
            None => {}
        }
        Ok(protocol)
    }

    /// Returns the protocol that was negotiated in the TLS handshake.
    fn agreed(&self) -> Option<Protocol> {
        match &self.layer {
            Layer::Plain(_) => None,
            #[cfg(feature = "tls")]
            Layer::Tls(io) => match io.get_ref().1.alpn_protocol()? {
                b"h2" => Some(Protocol::Http2),
                _ => Some(Protocol::Http1),
            },
        }
    }

    /// Takes the socket out of all layers.
    pub(crate) fn into_socket(self) -> Socket {
        match self.layer {
            Layer::Plain(io) => io.into_socket(),
            #[cfg(feature = "tls")]
            Layer::Tls(io) => io.into_inner().0.into_socket(),
        }
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self {
            layer,
            preface,
            framing_io,
        } = self.get_mut();
        let mut read = |context: &mut Context<'_>, buffer: &mut ReadBuf<'_>| {
            let replayed = preface.replay(buffer);
            if replayed && buffer.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
            let read = layer!(layer, stream => stream.poll_read(context, buffer));
            match read {
                // Return the head of a request in one piece: in two, it would make hyper's buffer twice as large for as
                // long as the connection lives.
                Poll::Pending if replayed => Poll::Ready(Ok(())),
                read => read,
            }
        };
        match framing_io {
            Some(framing_io) => framing_io.poll_read(context, buffer, read),
            None => read(context, buffer),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        layer!(&mut self.get_mut().layer, stream => stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        layer!(&mut self.get_mut().layer, stream => stream.poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.layer {
            Layer::Plain(io) => io.is_write_vectored(),
            #[cfg(feature = "tls")]
            Layer::Tls(io) => io.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        layer!(&mut self.get_mut().layer, stream => stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        layer!(&mut self.get_mut().layer, stream => stream.poll_shutdown(context))
    }
}
