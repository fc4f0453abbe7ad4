//! The WebSocket contract of an operation.

use super::{Operation, Origins};
use crate::model::Schema;

/// The contract of a WebSocket: the messages of both sides, and who may connect.
///
/// ```
/// use avocet::operation::Operation;
/// use avocet::websocket::Socket;
///
/// let route = Operation::websocket("/ws").handle_websocket(
///     (Socket::<String, u32>::new(),),
///     |(mut socket,)| async move {
///         while let Some(text) = socket.recv().await {
///             socket.send(text.len() as u32).await?;
///         }
///         Ok::<_, avocet::websocket::Closed>(())
///     },
/// );
/// assert!(route.operation().websocket.is_some());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct WebSocketContract {
    /// The messages that the client sends.
    pub receives: Option<Messages>,
    /// The messages that the server sends.
    pub sends: Option<Messages>,
    /// The subprotocols, the preferred one first.
    pub subprotocols: Vec<String>,
    /// The largest message in bytes, if it differs from the application's.
    pub message_limit: Option<usize>,
    /// The origins that may connect, if they differ from the application's.
    pub origins: Option<Origins>,
}

/// The format of the messages in one direction.
///
/// ```
/// use avocet::operation::Messages;
///
/// assert_ne!(Messages::Text, Messages::Binary);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Messages {
    /// Text that contains JSON.
    Json(Schema),
    /// Any text.
    Text,
    /// Bytes.
    Binary,
    /// Text or bytes.
    Any,
}

impl WebSocketContract {
    /// Returns its mistakes.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let wrong = |name: &&String| name.is_empty() || !name.bytes().all(is_token);
        let names = self.subprotocols.iter().filter(wrong).map(|name| {
            format!("`{name}` is not the name of a subprotocol; write letters, digits and `-._`")
        });
        let limit = (self.message_limit == Some(0))
            .then(|| "the message limit is 0, but must be at least 1".to_owned());
        let origins = self.origins.iter().flat_map(Origins::mistakes);
        names.chain(limit).chain(origins).collect()
    }
}

/// Returns whether a byte may be part of an HTTP token (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

impl Operation {
    /// Creates an operation that is a WebSocket on a path. With the feature `websocket`, `handle_websocket` completes it.
    ///
    /// ```
    /// use avocet::operation::Operation;
    ///
    /// assert_eq!(Operation::websocket("/ws").method, http::Method::GET);
    /// ```
    #[track_caller]
    pub fn websocket(path: impl Into<String>) -> Self {
        let mut operation = Self::get(path);
        operation.websocket = Some(WebSocketContract::default());
        operation
    }

    /// Adds a supported subprotocol. The first one that the client offers too is selected.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// let operation = Operation::websocket("/ws").subprotocol("chat.v2").subprotocol("chat.v1");
    /// assert_eq!(operation.websocket.unwrap().subprotocols, ["chat.v2", "chat.v1"]);
    /// ```
    pub fn subprotocol(mut self, name: impl Into<String>) -> Self {
        self.contract().subprotocols.push(name.into());
        self
    }

    /// Sets the largest message that a client may send, in bytes, in one frame or in several.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// let operation = Operation::websocket("/ws").message_limit(16 * 1024 * 1024);
    /// assert_eq!(operation.websocket.unwrap().message_limit, Some(16_777_216));
    /// ```
    pub fn message_limit(mut self, bytes: usize) -> Self {
        self.contract().message_limit = Some(bytes);
        self
    }

    /// Sets which origins may connect.
    ///
    /// ```
    /// use avocet::operation::{Operation, Origins};
    ///
    /// let operation = Operation::websocket("/ws").origins(Origins::same_host().allow("https://app.example.com"));
    /// ```
    pub fn origins(mut self, origins: Origins) -> Self {
        self.contract().origins = Some(origins);
        self
    }

    fn contract(&mut self) -> &mut WebSocketContract {
        self.websocket.get_or_insert_default()
    }
}
