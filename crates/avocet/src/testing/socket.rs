//! `TestSocket`: a WebSocket client in process.

use std::fmt;
use std::future::poll_fn;
use std::task::Poll;

use bytes::Bytes;
use http::{Extensions, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::DuplexStream;
use tungstenite::protocol::{
    CloseFrame, Message as Frame, Role, WebSocketConfig, WebSocketContext,
};

use super::{TestClient, TestRequest, TestResponse};
use crate::websocket::{Close, Message, Stream, would_block};
use avocet_server::{SharedSlot, Upgrade};

/// The example key of RFC 6455.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// How many bytes can be in flight in each direction, as in the buffers of a socket.
const ON_THE_WAY: usize = 64 * 1024;

impl TestClient {
    /// Begins a WebSocket request for a path with its query.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use avocet::testing::TestClient;
    ///
    /// #[websocket("/double")]
    /// async fn double(mut socket: WebSocket<u32>) -> Result<(), HttpError> {
    ///     while let Some(number) = socket.recv().await {
    ///         socket.send(number * 2).await?;
    ///     }
    ///     Ok(())
    /// }
    ///
    /// # #[avocet::main]
    /// # async fn main() -> avocet::Result<()> {
    /// let client = TestClient::new(App::new("Double", "1.0.0").routes(routes![double]).build()?);
    /// let mut socket = client.websocket("/double").connect().await;
    /// socket.send_json(&4).await;
    /// assert_eq!(socket.json::<u32>().await, 8);
    /// socket.send_text("many").await;
    /// assert_eq!(socket.closed().await.code(), 1007);
    /// # Ok(())
    /// # }
    /// ```
    pub fn websocket(&self, path: &str) -> TestHandshake {
        let request = self
            .get(path)
            .header("host", "test")
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", KEY);
        TestHandshake { request }
    }
}

/// A builder of a WebSocket request.
///
/// ```
/// # use avocet::testing::TestClient;
/// let client = TestClient::new(avocet::App::new("Nothing", "1").build().unwrap());
/// let request = client.websocket("/ws").header("origin", "https://example.com").subprotocol("chat.v1");
/// ```
#[derive(Debug)]
pub struct TestHandshake {
    request: TestRequest,
}

impl TestHandshake {
    /// Adds a header. The host is `test`.
    ///
    /// # Panics
    /// If name or value are not valid in a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Offers a subprotocol.
    ///
    /// # Panics
    /// If it is not valid in a header.
    pub fn subprotocol(self, name: &str) -> Self {
        self.header(header::SEC_WEBSOCKET_PROTOCOL.as_str(), name)
    }

    /// Connects.
    ///
    /// # Panics
    /// If the response is not a WebSocket.
    pub async fn connect(self) -> TestSocket {
        match self.response().await {
            Ok(socket) => socket,
            Err(response) => {
                let status = response.status();
                panic!(
                    "the WebSocket was rejected with {status}: {}",
                    response.text().await
                )
            }
        }
    }

    /// Connects and returns the response of a server that rejects the request.
    ///
    /// # Panics
    /// If the server accepts it.
    pub async fn rejected(self) -> TestResponse {
        match self.response().await {
            Ok(_) => panic!("the WebSocket was not rejected"),
            Err(response) => response,
        }
    }

    async fn response(self) -> Result<TestSocket, TestResponse> {
        let slot = SharedSlot::new();
        let mut extensions = Extensions::new();
        extensions.insert(Upgrade::in_process(slot.clone()));
        let response = self.request.send_with(extensions).await;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(response);
        }
        let Some(continuation) = slot.take() else {
            panic!("a response with status 101 that is not a WebSocket");
        };
        let (near, far) = tokio::io::duplex(ON_THE_WAY);
        tokio::spawn(continuation(Box::new(far)));
        let config = WebSocketConfig::default()
            .read_buffer_size(4096)
            .write_buffer_size(0)
            .max_message_size(None)
            .max_frame_size(None);
        Ok(TestSocket {
            response,
            io: near,
            protocol: WebSocketContext::new(Role::Client, Some(config)),
        })
    }
}

/// The client's end of a WebSocket. Dropping it disconnects without a close frame.
///
/// Pings are answered while a method waits for a message.
pub struct TestSocket {
    response: TestResponse,
    io: DuplexStream,
    protocol: WebSocketContext,
}

impl TestSocket {
    /// Returns the response that opened it.
    pub fn response(&self) -> &TestResponse {
        &self.response
    }

    /// Sends text.
    pub async fn send_text(&mut self, text: &str) {
        self.send(Frame::text(text)).await;
    }

    /// Sends a value as JSON.
    ///
    /// # Panics
    /// If it cannot be serialized.
    pub async fn send_json<T: Serialize + ?Sized>(&mut self, value: &T) {
        let text = serde_json::to_string(value)
            .unwrap_or_else(|error| panic!("the message of the test is invalid: {error}"));
        self.send(Frame::text(text)).await;
    }

    /// Sends bytes.
    pub async fn send_bytes(&mut self, bytes: impl Into<Bytes>) {
        self.send(Frame::Binary(bytes.into())).await;
    }

    /// Returns the next message, or the server's close frame.
    ///
    /// # Errors
    /// If the server closes the connection. A connection that ends without a close frame has code 1006 and no reason, a close frame
    /// without a code has 1005.
    pub async fn recv(&mut self) -> Result<Message, Close> {
        loop {
            let frame = poll_fn(|context| {
                let mut stream = Stream::new(&mut self.io, context);
                match self.protocol.read(&mut stream) {
                    Err(error) if would_block(&error) => Poll::Pending,
                    frame => Poll::Ready(frame),
                }
            });
            match frame.await {
                Ok(Frame::Text(text)) => return Ok(Message::Text(text.to_string())),
                Ok(Frame::Binary(bytes)) => return Ok(Message::Binary(bytes)),
                Ok(Frame::Close(close)) => {
                    // Sends the reply, so that the server does not wait for it.
                    self.flush().await;
                    return Err(close.map_or_else(
                        || Close::received(1005, ""),
                        |close| Close::received(close.code.into(), &close.reason),
                    ));
                }
                Ok(Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_)) => {}
                Err(_) => return Err(Close::received(1006, "")),
            }
        }
    }

    /// Returns the next message, which must be text.
    ///
    /// # Panics
    /// If it is not text, or if there is none.
    pub async fn text(&mut self) -> String {
        match self.recv().await {
            Ok(Message::Text(text)) => text,
            other => panic!("expected text, got {other:?}"),
        }
    }

    /// Returns the next message, parsed from JSON.
    ///
    /// # Panics
    /// If it is not the JSON of a `T`, or if there is none.
    pub async fn json<T: DeserializeOwned>(&mut self) -> T {
        let text = self.text().await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    /// Returns the next message, which must be bytes.
    ///
    /// # Panics
    /// If it is not bytes, or if there is none.
    pub async fn bytes(&mut self) -> Bytes {
        match self.recv().await {
            Ok(Message::Binary(bytes)) => bytes,
            other => panic!("expected bytes, got {other:?}"),
        }
    }

    /// Returns the server's close frame.
    ///
    /// # Panics
    /// If the server sends a message instead.
    pub async fn closed(&mut self) -> Close {
        match self.recv().await {
            Err(close) => close,
            Ok(message) => panic!("expected the end, got {message:?}"),
        }
    }

    /// Closes with a code and a reason, and waits for the server's close frame. Earlier messages are discarded.
    pub async fn close(&mut self, code: u16, reason: &str) -> Close {
        let close = CloseFrame {
            code: code.into(),
            reason: reason.into(),
        };
        self.send(Frame::Close(Some(close))).await;
        loop {
            if let Err(close) = self.recv().await {
                return close;
            }
        }
    }

    /// Sends a frame. If the server has disconnected already, the next read reports it.
    async fn send(&mut self, frame: Frame) {
        let mut frame = Some(frame);
        poll_fn(|context| {
            let mut stream = Stream::new(&mut self.io, context);
            let outcome = match frame.take() {
                Some(frame) => self.protocol.write(&mut stream, frame),
                None => Ok(()),
            };
            match outcome.and_then(|()| self.protocol.flush(&mut stream)) {
                Err(error) if would_block(&error) => Poll::Pending,
                Ok(()) | Err(_) => Poll::Ready(()),
            }
        })
        .await;
    }

    async fn flush(&mut self) {
        poll_fn(|context| {
            let mut stream = Stream::new(&mut self.io, context);
            match self.protocol.flush(&mut stream) {
                Err(error) if would_block(&error) => Poll::Pending,
                Ok(()) | Err(_) => Poll::Ready(()),
            }
        })
        .await;
    }
}

impl fmt::Debug for TestSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestSocket")
            .field("answer", &self.response)
            .finish_non_exhaustive()
    }
}
