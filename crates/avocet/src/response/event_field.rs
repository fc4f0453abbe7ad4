//! Single-line fields of a server-sent event: a value with a line end would begin a new field.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// The error of a text that cannot be the name or the id of an event.
///
/// ```
/// use avocet::response::EventName;
///
/// let error = EventName::new("a\nb").unwrap_err();
/// assert_eq!(error.to_string(), "the name of an event cannot hold '\\n'");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidEventField {
    field: &'static str,
    character: char,
}

impl fmt::Display for InvalidEventField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, character } = self;
        write!(f, "the {field} of an event cannot hold {character:?}")
    }
}

impl Error for InvalidEventField {}

fn line(
    field: &'static str,
    text: impl Into<Cow<'static, str>>,
) -> Result<Cow<'static, str>, InvalidEventField> {
    let text = text.into();
    // Clients ignore an id with a NUL, so it would not be sent back; a name with one is not valid either.
    match text.chars().find(|c| matches!(c, '\r' | '\n' | '\0')) {
        Some(character) => Err(InvalidEventField { field, character }),
        None => Ok(text),
    }
}

/// The name of an event: one line without NUL.
///
/// ```
/// use avocet::response::EventName;
///
/// assert_eq!(EventName::new("token").unwrap().as_str(), "token");
/// assert!(EventName::new("token\r").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EventName(Cow<'static, str>);

impl EventName {
    /// Creates a name.
    ///
    /// # Errors
    /// If it contains CR, LF or NUL.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Result<Self, InvalidEventField> {
        line("name", name).map(Self)
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id of an event, which a reconnecting client sends as `Last-Event-ID`: one line without NUL.
///
/// ```
/// use avocet::response::EventId;
///
/// assert_eq!(EventId::from(7).as_str(), "7");
/// assert_eq!(EventId::new("run-1:7").unwrap().as_str(), "run-1:7");
/// assert!(EventId::new("7\n").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EventId(Cow<'static, str>);

impl EventId {
    /// Creates an id.
    ///
    /// # Errors
    /// If it contains CR, LF or NUL.
    pub fn new(id: impl Into<Cow<'static, str>>) -> Result<Self, InvalidEventField> {
        line("id", id).map(Self)
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<u64> for EventId {
    fn from(number: u64) -> Self {
        Self(number.to_string().into())
    }
}
