//! Clients of HTTP/1 and HTTP/2 that can disconnect.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::PATIENCE;

/// How an HTTP/1 client disconnects.
#[derive(Clone, Copy, Debug)]
pub(super) enum Leaving {
    /// Sent data is delivered first.
    Close,
    /// Sent data is discarded.
    Reset,
    /// The client still reads.
    HalfClose,
}

pub(super) struct Client(TcpStream);

impl Client {
    pub(super) async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("it listens"))
    }

    pub(super) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0
            .write_all(bytes.as_ref())
            .await
            .expect("an open connection");
    }

    /// Reads until the response contains this text.
    pub(super) async fn read_until(&mut self, sign: &str) {
        let mut seen = String::new();
        while !seen.contains(sign) {
            let mut bytes = [0; 1024];
            let read = timeout(PATIENCE, self.0.read(&mut bytes)).await;
            let read = read.unwrap_or_else(|_| panic!("no {sign:?}: {seen}"));
            let read = read.expect("an open connection");
            assert!(read > 0, "ended before {sign:?}: {seen}");
            seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
    }

    /// Closes the sending side, and still reads.
    pub(super) async fn close_side(&mut self) {
        self.0.shutdown().await.expect("an open connection");
    }

    /// Disconnects, and returns the value that must live until the server notices.
    pub(super) async fn leave(mut self, leaving: Leaving) -> Option<Self> {
        match leaving {
            Leaving::Close => None,
            Leaving::Reset => {
                self.0.set_zero_linger().expect("an option of sockets");
                None
            }
            Leaving::HalfClose => {
                self.close_side().await;
                Some(self)
            }
        }
    }
}

/// A request body that never ends.
pub(super) struct Endless(pub(super) Option<Bytes>);

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.0.take() {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            None => Poll::Pending,
        }
    }
}

/// A request over HTTP/2 on a separate connection.
pub(super) struct Stream {
    connection: JoinHandle<hyper::Result<()>>,
    exchange: JoinHandle<()>,
}

impl Stream {
    pub(super) async fn open<B>(address: SocketAddr, request: Request<B>) -> Self
    where
        B: Body<Data = Bytes, Error = Infallible> + Send + Unpin + 'static,
    {
        let io = TokioIo::new(Client::connect(address).await.0);
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
                .await
                .expect("a handshake");
        let connection = tokio::spawn(connection);
        let exchange = tokio::spawn(async move {
            if let Ok(response) = sender.send_request(request).await {
                let _ = response.into_body().collect().await;
            }
        });
        Self {
            connection,
            exchange,
        }
    }

    /// Resets the stream; the connection stays open.
    pub(super) fn reset(&self) {
        self.exchange.abort();
    }

    pub(super) async fn close(self) {
        self.exchange.abort();
        self.connection.abort();
        let _ = self.exchange.await;
        let _ = self.connection.await;
    }
}
