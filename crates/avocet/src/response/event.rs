//! Server-sent events: the trait of event types, and their text format (HTML Living Standard, section 9.2).

use serde::Serialize;

use super::BodyError;
use crate::model::{Property, Schema, Schemas};
use crate::write;

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
/// fn stream_of<E: avocet::response::Event>() {}
/// stream_of::<Token>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an event of a stream",
    label = "not an event",
    note = "write `#[model]` above a type whose JSON is the event's data, or `#[events]` above an enum of named events"
)]
pub trait Event: Send + 'static {
    /// Describes an event: an object with `data`, and `event`, `id`, `retry` where it has them.
    fn describe(schemas: &mut Schemas) -> Schema;

    /// Writes the event.
    ///
    /// # Errors
    /// When the data cannot be serialized; this ends the stream.
    fn write(&self, text: &mut EventText) -> Result<(), BodyError>;
}

/// The text of one or more events.
///
/// ```
/// use avocet::response::EventText;
///
/// let mut text = EventText::default();
/// text.json(Some("token"), &"two\nlines").unwrap();
/// assert_eq!(text.as_str(), "event: token\ndata: \"two\\nlines\"\n\n");
/// ```
#[derive(Debug, Default)]
pub struct EventText {
    text: Vec<u8>,
    /// Where the lines begin that are not yet ended by a blank line.
    open: usize,
}

impl EventText {
    /// Writes an event whose data is JSON, which never contains a line end.
    ///
    /// # Errors
    /// When `data` cannot be serialized or holds a float that is not finite; nothing is written then.
    ///
    /// ```
    /// # use avocet::response::EventText;
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
            // A name with a line end cannot begin another field.
            self.lines("event", name);
        }
        self.text.extend_from_slice(b"data: ");
        if let Err(error) = write::json(&mut self.text, data) {
            self.text.truncate(start);
            return Err(error.into());
        }
        self.text.push(b'\n');
        self.close();
        Ok(())
    }

    /// Writes an event whose data is text, with a `data` field for each line.
    ///
    /// ```
    /// # use avocet::response::EventText;
    /// let mut text = EventText::default();
    /// text.data("two\rlines");
    /// assert_eq!(text.as_str(), "data: two\ndata: lines\n\n");
    /// ```
    pub fn data(&mut self, data: &str) {
        self.lines("data", data);
        self.close();
    }

    /// Writes an event whose data is text, with its name where it has one.
    ///
    /// ```
    /// # use avocet::response::EventText;
    /// let mut text = EventText::default();
    /// text.text(Some("end"), "[DONE]");
    /// assert_eq!(text.as_str(), "event: end\ndata: [DONE]\n\n");
    /// ```
    pub fn text(&mut self, name: Option<&'static str>, data: &str) {
        if let Some(name) = name {
            // A name with a line end cannot begin another field.
            self.lines("event", name);
        }
        self.data(data);
    }

    /// Writes a comment, which clients ignore; it precedes the next event or is sent alone.
    ///
    /// ```
    /// # use avocet::response::EventText;
    /// let mut text = EventText::default();
    /// text.comment("warm");
    /// text.data("Hello");
    /// assert_eq!(text.as_str(), ": warm\ndata: Hello\n\n");
    /// ```
    pub fn comment(&mut self, comment: &str) {
        self.lines("", comment);
    }

    /// Returns the text so far.
    ///
    /// ```
    /// assert_eq!(avocet::response::EventText::default().as_str(), "");
    /// ```
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// Appends to the existing text, and closes an event that is left open.
    pub(super) fn on(
        written: &mut Vec<u8>,
        write: impl FnOnce(&mut Self) -> Result<(), BodyError>,
    ) -> Result<(), BodyError> {
        let mut text = Self {
            open: written.len(),
            text: std::mem::take(written),
        };
        let outcome = write(&mut text);
        text.close();
        *written = text.text;
        outcome
    }

    /// Writes a field whose value has only one line.
    pub(super) fn line(&mut self, field: &str, value: &str) {
        self.text.extend_from_slice(field.as_bytes());
        self.text.extend_from_slice(b": ");
        self.text.extend_from_slice(value.as_bytes());
        self.text.push(b'\n');
    }

    /// Writes a field for each line of a value. A line ends with CR, LF or CRLF (HTML, section 9.2.5).
    fn lines(&mut self, field: &str, value: &str) {
        let mut rest = value;
        while let Some(end) = memchr::memchr2(b'\r', b'\n', rest.as_bytes()) {
            let (line, behind) = rest.split_at(end);
            self.line(field, line);
            rest = behind.strip_prefix("\r\n").unwrap_or(&behind[1..]);
        }
        self.line(field, rest);
    }

    /// Ends the current event with a blank line, if there is one.
    pub(super) fn close(&mut self) {
        if self.text.len() > self.open {
            self.text.push(b'\n');
        }
        self.open = self.text.len();
    }

    /// Lets `write` write an event, and removes the blank line at its end, so that more fields can follow.
    pub(super) fn left_open(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), BodyError>,
    ) -> Result<(), BodyError> {
        let start = self.text.len();
        write(self)?;
        if self.text.len() > start && self.open == self.text.len() {
            self.text.pop();
            self.open = start;
        }
        Ok(())
    }
}

/// Returns the schema of an event whose data is JSON with the schema `data`.
pub(crate) fn event_schema(name: Option<&str>, data: Schema) -> Schema {
    text_event_schema(name, Schema::encoded_json(data))
}

/// Returns the schema of an event whose data is text with the schema `data`.
pub(crate) fn text_event_schema(name: Option<&str>, data: Schema) -> Schema {
    let mut properties = Vec::new();
    if let Some(name) = name {
        properties.push(Property::new("event", Schema::one_of_values([name]), true));
    }
    properties.push(Property::new("data", data, true));
    Schema::object(properties)
}
