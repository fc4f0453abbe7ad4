//! A server on a free port, and clients for it.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::connection::connection_config::ConnectionConfig;
use crate::shutdown::Reason;
use crate::{ClientBody, ConnectionInfo, HttpApp, Limits, Shutdown, ShutdownReport, serve};

/// Longer than any test: a limit that a test does not reach.
pub(crate) const LONG: Duration = Duration::from_secs(3600);
/// A limit that a test reaches.
pub(crate) const SHORT: Duration = Duration::from_millis(50);

pub(crate) type FullResponse = Response<Full<Bytes>>;

/// Limits that no test reaches.
pub(crate) fn patient() -> Limits {
    Limits::default()
        .header_time(LONG)
        .idle_time(LONG)
        .write_stall(LONG)
        .body_grace(LONG)
        .drain_time(LONG)
}

pub(crate) fn config(limits: Limits) -> ConnectionConfig {
    ConnectionConfig::new(limits).expect("good limits")
}

pub(crate) async fn free_port() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}

pub(crate) fn text(text: impl Into<String>) -> FullResponse {
    Response::new(Full::from(text.into()))
}

pub(crate) fn status(status: StatusCode) -> FullResponse {
    let mut response = text("");
    *response.status_mut() = status;
    response
}

/// An application that wraps an async closure.
#[derive(Clone)]
pub(crate) struct Handler<F>(pub(crate) F);

impl<F, R, B> HttpApp for Handler<F>
where
    F: Fn(Request<ClientBody>) -> R + Clone + Send + 'static,
    R: Future<Output = Response<B>> + Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Body = B;
    type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response<B>, Infallible>> + Send>>;

    fn handle(
        &self,
        request: Request<ClientBody>,
        connection_info: &ConnectionInfo,
    ) -> Self::ResponseFuture {
        let (mut head, body) = request.into_parts();
        connection_info.insert_into(&mut head);
        let response = (self.0)(Request::from_parts(head, body));
        Box::pin(async { Ok(response.await) })
    }
}

/// A shutdown signal that each message triggers.
pub(crate) fn shutdown() -> (mpsc::UnboundedSender<()>, Shutdown) {
    let (stop, mut asked) = mpsc::unbounded_channel();
    let shutdown = Shutdown::poll_fn(move |context| match asked.poll_recv(context) {
        Poll::Ready(Some(())) => Poll::Ready(Reason::Asked),
        Poll::Ready(None) | Poll::Pending => Poll::Pending,
    });
    (stop, shutdown)
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) stop: mpsc::UnboundedSender<()>,
    task: JoinHandle<ShutdownReport>,
}

impl Server {
    pub(crate) async fn start<F, R, B>(limits: Limits, handler: F) -> Self
    where
        F: Fn(Request<ClientBody>) -> R + Clone + Send + 'static,
        R: Future<Output = Response<B>> + Send + 'static,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self::with(config(limits), handler).await
    }

    pub(crate) async fn with<F, R, B>(config: ConnectionConfig, handler: F) -> Self
    where
        F: Fn(Request<ClientBody>) -> R + Clone + Send + 'static,
        R: Future<Output = Response<B>> + Send + 'static,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let listener = free_port().await;
        let address = listener.local_addr().expect("an address");
        let (stop, shutdown) = shutdown();
        let task = tokio::spawn(serve(listener, Handler(handler), config, shutdown));
        Self {
            address,
            stop,
            task,
        }
    }

    pub(crate) async fn hello(limits: Limits) -> Self {
        Self::start(limits, |_| async { text("hello") }).await
    }

    pub(crate) async fn connect(&self) -> Client {
        Client(
            TcpStream::connect(self.address)
                .await
                .expect("a connection"),
        )
    }

    /// Requests the shutdown, and waits.
    pub(crate) async fn stop(self) -> ShutdownReport {
        self.stop.send(()).expect("a running server");
        self.stopped().await
    }

    pub(crate) async fn stopped(self) -> ShutdownReport {
        self.task.await.expect("no panic in the server")
    }
}

pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0
            .write_all(bytes.as_ref())
            .await
            .expect("an open connection");
    }

    pub(crate) async fn get(&mut self, path: &str) {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n"))
            .await;
    }

    /// Reads one response that has a length and keeps the connection open.
    pub(crate) async fn response(&mut self) -> String {
        let mut seen = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&seen).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.split("content-length: ").nth(1).expect("a length");
                let length = length.lines().next().expect("a line");
                if body.len() == length.parse::<usize>().expect("a number") {
                    return text;
                }
            }
            let byte = self.0.read_u8().await.expect("more of the answer");
            seen.push(byte);
        }
    }

    /// Reads everything until the server closes the connection in an orderly way.
    pub(crate) async fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).await.expect("an orderly end");
        String::from_utf8_lossy(&rest).into_owned()
    }

    /// Waits for the end of the connection, orderly or not.
    pub(crate) async fn gone(&mut self) {
        let mut rest = Vec::new();
        let _ = self.0.read_to_end(&mut rest).await;
    }
}

/// Reports its drop.
pub(crate) struct Guard(mpsc::UnboundedSender<()>);

impl Guard {
    /// Returns a factory of guards, and the receiver of their drops.
    pub(crate) fn channel() -> (impl Fn() -> Guard + Clone, mpsc::UnboundedReceiver<()>) {
        let (told, dropped) = mpsc::unbounded_channel();
        (move || Guard(told.clone()), dropped)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}
