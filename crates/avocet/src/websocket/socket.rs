//! The socket of a handler, whole or split into halves.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;

use super::channel::Channel;
use super::{Close, Closed, Incoming, Message, Outgoing};
use crate::read::ValidationErrors;

/// A conversation with one client: receives `In`, and sends `Out`.
///
/// A function with `#[websocket]` takes one beside its other arguments. The server accepts the upgrade when the handler first uses
/// the socket: until then an error becomes a response with its status, as on any route.
///
/// - **Receiving.** [`recv`](Self::recv) returns valid messages only. An invalid message closes the conversation with code
///   1007 and the validation errors as the reason (1003 for bytes where text is expected, or text where bytes are expected);
///   [`recv_result`](Self::recv_result) returns the validation errors instead, and the conversation continues.
/// - **Sending.** [`send`](Self::send) waits while the client is slow. Messages sent at the same time are written together. If the
///   client closes, a message already on its way is completed before the close frame is answered.
/// - **The end.** When the client has closed or disconnected, `recv` returns `None` and `send` an error. A handler that receives
///   one of these has [`websocket_close_time`](crate::serve::Limits::websocket_close_time) for its last work; one that waits for
///   something else is cancelled at once, as on any route. The handler's return value closes the conversation: `()` with 1000, a
///   [`Close`] with its code, an error as [`HttpError`](crate::response::HttpError) documents, an unexpected error with 1011 and
///   without details.
/// - **Shutdown.** A conversation whose handler waits for a message is closed with 1001 at once. A busy handler may
///   finish and send, until it waits for the next message or half of the
///   [drain time](crate::serve::Limits::drain_time) is over.
///
/// The server handles pings and pongs, fragments, limits and the closing handshake.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// #[model(input)]
/// struct Question {
///     #[field(min_length = 1)]
///     text: String,
/// }
///
/// #[model(output)]
/// struct Token {
///     text: String,
/// }
///
/// #[websocket("/chat")]
/// async fn chat(mut socket: WebSocket<Question, Token>) -> Result<(), HttpError> {
///     while let Some(question) = socket.recv().await {
///         for word in question.text.split(' ') {
///             socket.send(Token { text: word.to_owned() }).await?;
///         }
///     }
///     Ok(())
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Chat", "1.0.0").routes(routes![chat]).build()?);
/// let mut socket = client.websocket("/chat").connect().await;
/// socket.send_json(&serde_json::json!({"text": "good morning"})).await;
/// assert_eq!(socket.text().await, r#"{"text":"good"}"#);
/// assert_eq!(socket.text().await, r#"{"text":"morning"}"#);
///
/// socket.send_json(&serde_json::json!({"text": ""})).await;
/// let close = socket.closed().await;
/// assert_eq!(close.code(), 1007);
/// assert_eq!(close.reason(), "message.text: String should have at least 1 character");
/// # Ok(())
/// # }
/// ```
pub struct WebSocket<In, Out = In> {
    receiver: Receiver<In>,
    sender: Sender<Out>,
    subprotocol: Option<String>,
}

/// The constructors store what the types can do, so the bounds are not repeated here: an invalid message type
/// is one compile error, where the type is named.
impl<In, Out> WebSocket<In, Out> {
    /// Receives the next message; `None` if the conversation has ended.
    ///
    /// An invalid message ends the conversation. Dropping the future loses no message.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// async fn sum(mut socket: WebSocket<f64>) -> f64 {
    ///     let mut sum = 0.0;
    ///     while let Some(number) = socket.recv().await {
    ///         sum += number;
    ///     }
    ///     sum
    /// }
    /// ```
    pub async fn recv(&mut self) -> Option<In> {
        self.receiver.recv().await
    }

    /// Receives the next message, or the validation errors of an invalid one, after which the conversation continues; `None` if the
    /// conversation has ended.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// async fn patient(mut socket: WebSocket<u32, String>) -> Result<(), HttpError> {
    ///     while let Some(message) = socket.recv_result().await {
    ///         let response = match message {
    ///             Ok(number) => format!("{number} is fine"),
    ///             Err(errors) => errors.iter().map(ToString::to_string).collect(),
    ///         };
    ///         socket.send(response).await?;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub async fn recv_result(&mut self) -> Option<Result<In, ValidationErrors>> {
        self.receiver.recv_result().await
    }

    /// Sends a message. It waits while 64 KiB are already on their way, so a slow client slows the handler down.
    ///
    /// # Errors
    /// If the conversation has ended. A value that cannot be serialized ends it with 1011.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// async fn greet(socket: &mut WebSocket<String>) -> Result<(), HttpError> {
    ///     socket.send("hello".to_owned()).await?;
    ///     Ok(())
    /// }
    /// ```
    pub async fn send(&mut self, message: Out) -> Result<(), Closed> {
        self.sender.send(message).await
    }

    /// Closes the conversation after the messages that were already sent. From then on `recv` returns `None` and `send` an error.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// use avocet::websocket::Close;
    ///
    /// async fn enough(mut socket: WebSocket<String>) {
    ///     socket.close(Close::new(4000, "enough"));
    /// }
    /// ```
    pub fn close(&mut self, close: Close) {
        self.sender.close(close);
    }

    /// Returns the close that the client sent, if any.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// async fn why(mut socket: WebSocket<String>) -> Option<u16> {
    ///     while socket.recv().await.is_some() {}
    ///     socket.client_close().map(|close| close.code())
    /// }
    /// ```
    pub fn client_close(&self) -> Option<Close> {
        self.receiver.client_close()
    }

    /// Returns the negotiated subprotocol: the first of the route's list that the client offered.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// #[websocket("/chat", subprotocol = "chat.v2", subprotocol = "chat.v1")]
    /// async fn chat(mut socket: WebSocket<String>) -> Result<(), HttpError> {
    ///     let old = socket.subprotocol() == Some("chat.v1");
    ///     socket.send(if old { "hi" } else { "hello" }.to_owned()).await?;
    ///     Ok(())
    /// }
    /// ```
    pub fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    /// Splits the socket into its two directions, for concurrent use.
    ///
    /// Dropping both halves closes the conversation with 1000. After the receiver is dropped, messages from the client are discarded.
    ///
    /// ```
    /// use avocet::prelude::*;
    /// use std::time::Duration;
    ///
    /// /// Counts, and starts again from whatever number comes.
    /// #[websocket("/count")]
    /// async fn count(socket: WebSocket<u32>) -> Result<(), HttpError> {
    ///     let (sender, mut receiver) = socket.split();
    ///     let mut number = 0;
    ///     loop {
    ///         tokio::select! {
    ///             message = receiver.recv() => match message {
    ///                 Some(start) => number = start,
    ///                 None => return Ok(()),
    ///             },
    ///             () = tokio::time::sleep(Duration::from_secs(1)) => number += 1,
    ///         }
    ///         sender.send(number).await?;
    ///     }
    /// }
    /// ```
    pub fn split(self) -> (Sender<Out>, Receiver<In>) {
        (self.sender, self.receiver)
    }
}

impl<In: Incoming, Out: Outgoing> WebSocket<In, Out> {
    pub(super) fn new(
        channel: Arc<Channel>,
        json_depth: usize,
        subprotocol: Option<String>,
    ) -> Self {
        channel.add_sender();
        Self {
            receiver: Receiver {
                channel: Arc::clone(&channel),
                json_depth,
                read: In::from_message,
            },
            sender: Sender {
                channel,
                write: Out::into_message,
            },
            subprotocol,
        }
    }
}

/// The receiving half. See [`WebSocket::split`].
///
/// ```
/// use avocet::websocket::Receiver;
///
/// async fn count(mut receiver: Receiver<String>) -> usize {
///     let mut count = 0;
///     while receiver.recv().await.is_some() {
///         count += 1;
///     }
///     count
/// }
/// ```
pub struct Receiver<In> {
    channel: Arc<Channel>,
    json_depth: usize,
    read: fn(Message, usize) -> Result<In, ValidationErrors>,
}

impl<In> Receiver<In> {
    /// Receives the next message, like [`WebSocket::recv`].
    ///
    /// ```
    /// # async fn example(mut receiver: avocet::websocket::Receiver<u32>) {
    /// let number: Option<u32> = receiver.recv().await;
    /// # }
    /// ```
    pub async fn recv(&mut self) -> Option<In> {
        match self.recv_result().await? {
            Ok(message) => Some(message),
            Err(errors) => {
                self.channel.close(Close::invalid(&errors));
                None
            }
        }
    }

    /// Receives the next message or its validation errors, like [`WebSocket::recv_result`].
    ///
    /// ```
    /// # async fn example(mut receiver: avocet::websocket::Receiver<u32>) {
    /// if let Some(Err(errors)) = receiver.recv_result().await {
    ///     assert!(!errors.is_empty());
    /// }
    /// # }
    /// ```
    pub async fn recv_result(&mut self) -> Option<Result<In, ValidationErrors>> {
        let waiting = Waiting(&self.channel);
        let message = poll_fn(|context| self.channel.poll_recv(context)).await?;
        drop(waiting);
        Some((self.read)(message, self.json_depth))
    }

    /// Returns the close that the client sent, if any.
    ///
    /// ```
    /// # fn example(receiver: avocet::websocket::Receiver<u32>) {
    /// let code = receiver.client_close().map(|close| close.code());
    /// # }
    /// ```
    pub fn client_close(&self) -> Option<Close> {
        self.channel.client_close()
    }
}

/// Marks that a receiver waits for a message, until the value is dropped.
struct Waiting<'a>(&'a Channel);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.stop_waiting();
    }
}

impl<In> Drop for Receiver<In> {
    fn drop(&mut self) {
        self.channel.drop_receiver();
    }
}

/// The sending half, which can be cloned. See [`WebSocket::split`].
///
/// ```
/// use avocet::websocket::Sender;
///
/// async fn both(sender: Sender<String>) {
///     let other = sender.clone();
///     let _ = tokio::join!(sender.send("one".into()), other.send("two".into()));
/// }
/// ```
pub struct Sender<Out> {
    channel: Arc<Channel>,
    write: fn(Out) -> Result<Message, serde_json::Error>,
}

impl<Out> Sender<Out> {
    /// Sends a message, like [`WebSocket::send`].
    ///
    /// # Errors
    /// If the conversation has ended. A value that cannot be serialized ends it with 1011.
    ///
    /// ```
    /// # async fn example(sender: avocet::websocket::Sender<u32>) -> Result<(), avocet::websocket::Closed> {
    /// sender.send(1).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn send(&self, message: Out) -> Result<(), Closed> {
        let mut message = match (self.write)(message) {
            Ok(message) => Some(message),
            Err(error) => {
                crate::report::failure(http::StatusCode::INTERNAL_SERVER_ERROR, &error);
                self.channel
                    .close(Close::new(Close::INTERNAL, "Internal Server Error"));
                return Err(Closed);
            }
        };
        poll_fn(|context| self.channel.poll_send(context, &mut message)).await
    }

    /// Closes the conversation, like [`WebSocket::close`].
    ///
    /// ```
    /// # fn example(sender: avocet::websocket::Sender<u32>) {
    /// sender.close(avocet::websocket::Close::new(4000, "enough"));
    /// # }
    /// ```
    pub fn close(&self, close: Close) {
        self.channel.close(close);
    }
}

impl<Out> Clone for Sender<Out> {
    fn clone(&self) -> Self {
        self.channel.add_sender();
        Self {
            channel: Arc::clone(&self.channel),
            write: self.write,
        }
    }
}

impl<Out> Drop for Sender<Out> {
    fn drop(&mut self) {
        self.channel.drop_sender();
    }
}

impl<In, Out> fmt::Debug for WebSocket<In, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket").finish_non_exhaustive()
    }
}

impl<In> fmt::Debug for Receiver<In> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}

impl<Out> fmt::Debug for Sender<Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}
