//! What an operation says about its WebSocket.

use super::{Operation, Origins};
use crate::model::Schema;

/// The contract of a WebSocket: what either side says, and who may begin.
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
    /// What the client sends.
    pub receives: Option<Messages>,
    /// What the server sends.
    pub sends: Option<Messages>,
    /// The subprotocols, the preferred one first.
    pub subprotocols: Vec<String>,
    /// The largest message in bytes, where it differs from the application's.
    pub message_limit: Option<usize>,
    /// The pages that may connect, where they differ from the application's.
    pub origins: Option<Origins>,
}

/// What the messages of one direction look like.
///
/// ```
/// use avocet::operation::Messages;
///
/// assert_ne!(Messages::Text, Messages::Binary);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Messages {
    /// Text that holds JSON.
    Json(Schema),
    /// Any text.
    Text,
    /// Bytes.
    Binary,
    /// Text or bytes.
    Any,
}

impl WebSocketContract {
    /// What is wrong with it.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let wrong = |name: &&String| name.is_empty() || !name.bytes().all(is_token);
        let names = self.subprotocols.iter().filter(wrong).map(|name| {
            format!("`{name}` is no name of a subprotocol; write letters, digits and `-._`")
        });
        let limit = (self.message_limit == Some(0))
            .then(|| "the message limit is 0, but must be at least 1".to_owned());
        let origins = self.origins.iter().flat_map(Origins::mistakes);
        names.chain(limit).chain(origins).collect()
    }
}

/// What a token of HTTP consists of (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

impl Operation {
    /// An operation that is a WebSocket on a path. With the feature `websocket`, `handle_websocket` completes it.
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

    /// Adds a subprotocol that is spoken. The first one that the client offers too is chosen.
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

    /// Sets the largest message that a client may send, in bytes, in one frame or in many.
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

    /// Sets which pages may connect.
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
