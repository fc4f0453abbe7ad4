//! Server-sent events: what one is, and how it is written (HTML Living Standard, section 9.2).

use serde::Serialize;

use super::BodyError;
use crate::model::{Property, Schema, Schemas};

/// A type whose values are events: `#[model]` types, whose JSON is the event's data, and `#[events]` enums, whose
/// variants are named events.
///
/// ```
/// use avocet::prelude::*;
///
/// #[model]
/// struct Token {
///     text: String,
/// }
///
/// fn stream_of<E: avocet::respond::Event>() {}
/// stream_of::<Token>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an event of a stream",
    label = "not an event",
    note = "write `#[model]` above a type whose JSON is the event's data, or `#[events]` above an enum of named events"
)]
pub trait Event: Send + 'static {
    /// What an event looks like: an object with `data`, and `event`, `id`, `retry` where it has them.
    fn describe(schemas: &mut Schemas) -> Schema;

    /// Writes the event.
    ///
    /// # Errors
    /// When the data cannot be serialized; the stream ends there.
    fn write(&self, text: &mut EventText) -> Result<(), BodyError>;
}

/// The text of one or more events.
///
/// ```
/// use avocet::respond::EventText;
///
/// let mut text = EventText::default();
/// text.json(Some("token"), &"two\nlines").unwrap();
/// assert_eq!(text.as_str(), "event: token\ndata: \"two\\nlines\"\n\n");
/// ```
#[derive(Debug, Default)]
pub struct EventText {
    text: Vec<u8>,
}

impl EventText {
    /// Writes an event whose data is JSON, which never contains a line end.
    ///
    /// # Errors
    /// When `data` cannot be serialized; nothing is written then.
    ///
    /// ```
    /// # use avocet::respond::EventText;
    /// let mut text = EventText::default();
    /// text.json(None, &1).unwrap();
    /// assert_eq!(text.as_str(), "data: 1\n\n");
    /// ```
    pub fn json(
        &mut self,
        name: Option<&'static str>,
        data: &impl Serialize,
    ) -> Result<(), BodyError> {
        let start = self.text.len();
        if let Some(name) = name {
            self.line("event", name.as_bytes());
        }
        self.text.extend_from_slice(b"data: ");
        if let Err(error) = serde_json::to_writer(&mut self.text, data) {
            self.text.truncate(start);
            return Err(error.into());
        }
        self.text.extend_from_slice(b"\n\n");
        Ok(())
    }

    /// Writes behind what is there already.
    pub(super) fn on<R>(written: &mut Vec<u8>, write: impl FnOnce(&mut Self) -> R) -> R {
        let mut text = Self {
            text: std::mem::take(written),
        };
        let outcome = write(&mut text);
        *written = text.text;
        outcome
    }

    fn line(&mut self, field: &str, value: &[u8]) {
        self.text.extend_from_slice(field.as_bytes());
        self.text.extend_from_slice(b": ");
        self.text.extend_from_slice(value);
        self.text.push(b'\n');
    }

    /// The text so far.
    ///
    /// ```
    /// assert_eq!(avocet::respond::EventText::default().as_str(), "");
    /// ```
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default()
    }
}

/// The description of an event whose data is `data`.
pub(crate) fn event_schema(name: Option<&str>, data: Schema) -> Schema {
    let mut properties = Vec::new();
    if let Some(name) = name {
        properties.push(Property::new("event", Schema::one_of_values([name]), true));
    }
    properties.push(Property::new("data", Schema::encoded_json(data), true));
    Schema::object(properties)
}
