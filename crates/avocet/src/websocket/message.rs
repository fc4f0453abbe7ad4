//! The messages of a WebSocket: models as JSON, text, bytes, or any of them.

use std::any::Any;

use bytes::Bytes;
use serde::Serialize;

use crate::input::Input;
use crate::model::{Model, Output, Schemas, Side};
use crate::operation::Messages;
use crate::read::{Location, ValidationError, ValidationErrors, whole};
use crate::rules::Rules;
use crate::write;

/// A raw message, text or bytes: the message type of a `WebSocket<Message>`.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::websocket::Message;
///
/// /// Says everything once more.
/// #[websocket("/echo")]
/// async fn echo(mut socket: WebSocket<Message>) -> Result<(), HttpError> {
///     while let Some(message) = socket.recv().await {
///         socket.send(message).await?;
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Bytes),
}

impl Message {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

/// A type that a client can send over a WebSocket.
///
/// | type | message |
/// |---|---|
/// | any [`Input`], such as a `#[model]` | text that holds its JSON, parsed and validated like a body |
/// | `String` | unchanged text |
/// | [`Bytes`] | unchanged bytes |
/// | [`Message`] | either |
///
/// ```
/// fn received<T: avocet::websocket::Incoming>() {}
/// received::<Vec<f32>>();
/// received::<bytes::Bytes>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be received over a WebSocket",
    label = "not a message that can be read",
    note = "messages are `#[model]` types, which travel as JSON, `String`, `Bytes`, or `avocet::websocket::Message` for either"
)]
pub trait Incoming: Sized + Send + 'static {
    /// Describes these messages for the document.
    fn describe(schemas: &mut Schemas) -> Messages;

    /// Parses one message; JSON at most `depth` levels deep.
    ///
    /// # Errors
    /// All validation errors, with locations below `message`.
    fn from_message(message: Message, depth: usize) -> Result<Self, ValidationErrors>;
}

/// A type that can be sent to a client over a WebSocket: any [`Output`], such as a `#[model]`, as JSON in text; `String` as
/// text, [`Bytes`] as bytes, [`Message`] as either.
///
/// ```
/// fn sent<T: avocet::websocket::Outgoing>() {}
/// sent::<Vec<f32>>();
/// sent::<String>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent over a WebSocket",
    label = "not a message that can be written",
    note = "messages are `#[model]` types, which travel as JSON, `String`, `Bytes`, or `avocet::websocket::Message` for either"
)]
pub trait Outgoing: Sized + Send + 'static {
    /// Describes these messages for the document.
    fn describe(schemas: &mut Schemas) -> Messages;

    /// Serializes one message.
    ///
    /// # Errors
    /// If the value cannot be serialized or contains a float that is not finite.
    fn into_message(self) -> Result<Message, serde_json::Error>;
}

// A `String` is an `Input` and an `Output`, whose JSON is a quoted string. Here it is the text itself, as users expect. It is
// the only type that needs this check, so the check is made here, and the compiler resolves it.

#[diagnostic::do_not_recommend]
impl<T: Input> Incoming for T {
    fn describe(schemas: &mut Schemas) -> Messages {
        if is_string::<T>() {
            return Messages::Text;
        }
        Messages::Json(schemas.on(Side::Input, T::schema))
    }

    fn from_message(message: Message, depth: usize) -> Result<Self, ValidationErrors> {
        let at = Location::root("message");
        let Message::Text(text) = message else {
            return Err(of_another_kind("text"));
        };
        if is_string::<T>() {
            return cast(text).ok_or_else(|| of_another_kind("text"));
        }
        whole(text.as_bytes(), &at, depth, |reader| {
            T::read(reader, &at, &Rules::NONE)
        })
    }
}

#[diagnostic::do_not_recommend]
impl<T: Output + Send> Outgoing for T {
    fn describe(schemas: &mut Schemas) -> Messages {
        if is_string::<T>() {
            return Messages::Text;
        }
        Messages::Json(schemas.on(Side::Output, T::schema))
    }

    fn into_message(self) -> Result<Message, serde_json::Error> {
        if !is_string::<T>() {
            return json(&self);
        }
        match cast(self) {
            Some(text) => Ok(Message::Text(text)),
            None => Ok(Message::Text(String::new())),
        }
    }
}

fn json(value: &impl Serialize) -> Result<Message, serde_json::Error> {
    write::to_string(value).map(Message::Text)
}

fn is_string<T: Model>() -> bool {
    std::any::TypeId::of::<T>() == std::any::TypeId::of::<String>()
}

/// Converts a value to another type if the two types are the same.
fn cast<A: 'static, B: 'static>(value: A) -> Option<B> {
    let mut value = Some(value);
    let value: &mut dyn Any = &mut value;
    value.downcast_mut::<Option<B>>().and_then(Option::take)
}

/// The validation error of a binary message where text is expected, or of a text message where bytes are expected.
fn of_another_kind(due: &'static str) -> ValidationErrors {
    let (kind, sentence) = match due {
        "text" => ("text_message", "Message should be text"),
        _ => ("binary_message", "Message should be binary"),
    };
    ValidationError::new(kind, sentence)
        .at(&Location::root("message"))
        .into()
}

/// Returns whether the only error is that a message is of the other kind.
pub(super) fn is_of_another_kind(errors: &ValidationErrors) -> bool {
    let mut kinds = errors.iter().map(ValidationError::kind);
    kinds.all(|kind| kind == "text_message" || kind == "binary_message")
}

impl Incoming for Bytes {
    fn describe(_: &mut Schemas) -> Messages {
        Messages::Binary
    }

    fn from_message(message: Message, _: usize) -> Result<Self, ValidationErrors> {
        match message {
            Message::Binary(bytes) => Ok(bytes),
            Message::Text(_) => Err(of_another_kind("binary")),
        }
    }
}

impl Outgoing for Bytes {
    fn describe(_: &mut Schemas) -> Messages {
        Messages::Binary
    }

    fn into_message(self) -> Result<Message, serde_json::Error> {
        Ok(Message::Binary(self))
    }
}

impl Incoming for Message {
    fn describe(_: &mut Schemas) -> Messages {
        Messages::Any
    }

    fn from_message(message: Message, _: usize) -> Result<Self, ValidationErrors> {
        Ok(message)
    }
}

impl Outgoing for Message {
    fn describe(_: &mut Schemas) -> Messages {
        Messages::Any
    }

    fn into_message(self) -> Result<Message, serde_json::Error> {
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_its_text_and_a_list_of_strings_is_json() {
        let text = || Message::Text("\"a\" b".to_owned());
        assert_eq!(String::from_message(text(), 8).expect("text"), "\"a\" b");
        assert_eq!("\"a\" b".to_owned().into_message().expect("text"), text());
        let list = Message::Text(r#"["a"]"#.to_owned());
        assert_eq!(
            Vec::<String>::from_message(list.clone(), 8).expect("a list"),
            ["a"]
        );
        assert_eq!(vec!["a".to_owned()].into_message().expect("a list"), list);
    }

    #[test]
    fn the_other_kind_is_a_error() {
        let bytes = Message::Binary(Bytes::from_static(b"1"));
        let errors = u32::from_message(bytes, 8).expect_err("bytes are no JSON");
        assert!(is_of_another_kind(&errors));
        let errors =
            Bytes::from_message(Message::Text(String::new()), 8).expect_err("text is no bytes");
        assert!(is_of_another_kind(&errors));
        let errors =
            u32::from_message(Message::Text("-1".to_owned()), 8).expect_err("a negative number");
        assert!(!is_of_another_kind(&errors));
    }
}
