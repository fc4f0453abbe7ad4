//! `ServerEvent`: an event with an id, a name, a comment or a reconnection time.

use std::time::Duration;

use super::event::{Event, EventText};
use super::{BodyError, EventId, EventName};
use crate::model::{Property, Schema, Schemas, Shape};

/// An event with data and optional fields: name, id, retry and comment.
///
/// The data is a `#[model]`, an `#[events]` enum or [`TextData`]. The document shows `event`, `id` and `retry` as
/// optional properties of an event; the variants of an enum keep their names.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use std::time::Duration;
///
/// #[model]
/// struct Token {
///     text: String,
/// }
///
/// #[get("/tokens")]
/// async fn tokens() -> Sse<ServerEvent<Token>> {
///     Sse::new(stream! {
///         yield ServerEvent::without_data().comment("warm").retry(Duration::from_secs(2));
///         for number in 1..=2_u64 {
///             yield ServerEvent::new(Token { text: "Hi".into() }).id(number);
///         }
///     })
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Chat", "1.0.0").routes(routes![tokens]).build()?);
/// let mut response = client.get("/tokens").send().await;
/// let event = response.next_event().await.unwrap();
/// assert_eq!((event.id.as_str(), event.retry), ("1", Some(2000)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerEvent<T> {
    data: Option<T>,
    name: Option<EventName>,
    id: Option<EventId>,
    retry: Option<Duration>,
    comment: Option<String>,
}

impl<T> ServerEvent<T> {
    /// Creates an event with data.
    ///
    /// ```
    /// use avocet::response::{ServerEvent, TextData};
    ///
    /// let done = ServerEvent::new(TextData::from("[DONE]"));
    /// ```
    pub fn new(data: T) -> Self {
        Self {
            data: Some(data),
            ..Self::without_data()
        }
    }

    /// Creates an event without data: a client stores the id and the reconnection time, and does not dispatch an event to its
    /// program.
    ///
    /// ```
    /// use avocet::response::{ServerEvent, TextData};
    ///
    /// let waiting: ServerEvent<TextData> = ServerEvent::without_data().comment("queued");
    /// ```
    pub const fn without_data() -> Self {
        Self {
            data: None,
            name: None,
            id: None,
            retry: None,
            comment: None,
        }
    }

    /// Sets the name. A variant of an `#[events]` enum keeps its name.
    ///
    /// ```
    /// use avocet::response::{EventName, InvalidEventField, ServerEvent, TextData};
    ///
    /// fn relayed(name: String, data: String) -> Result<ServerEvent<TextData>, InvalidEventField> {
    ///     Ok(ServerEvent::new(TextData(data)).name(EventName::new(name)?))
    /// }
    /// assert!(relayed("delta\ndata: forged".into(), String::new()).is_err());
    /// ```
    pub fn name(mut self, name: EventName) -> Self {
        self.name = Some(name);
        self
    }

    /// Sets the id, which a reconnecting client sends as `Last-Event-ID`.
    ///
    /// ```
    /// use avocet::response::{ServerEvent, TextData};
    ///
    /// let first = ServerEvent::new(TextData::from("Hello")).id(1);
    /// ```
    pub fn id(mut self, id: impl Into<EventId>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets how long a client that lost the connection waits before it reconnects; sent in whole milliseconds.
    ///
    /// ```
    /// use avocet::response::{ServerEvent, TextData};
    /// use std::time::Duration;
    ///
    /// let patient = ServerEvent::new(TextData::from("Hello")).retry(Duration::from_secs(30));
    /// ```
    pub fn retry(mut self, after: Duration) -> Self {
        self.retry = Some(after);
        self
    }

    /// Sets a comment, which clients ignore and people read. Each line is sent as a separate comment.
    ///
    /// ```
    /// use avocet::response::{ServerEvent, TextData};
    ///
    /// let event = ServerEvent::new(TextData::from("Hello")).comment("from the cache");
    /// ```
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }
}

impl<T> From<T> for ServerEvent<T> {
    fn from(data: T) -> Self {
        Self::new(data)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Event> Event for ServerEvent<T> {
    fn describe(schemas: &mut Schemas) -> Schema {
        let mut event = T::describe(schemas);
        add_fields(&mut event);
        event
    }

    fn write(&self, text: &mut EventText) -> Result<(), BodyError> {
        if let Some(comment) = &self.comment {
            text.comment(comment);
        }
        if let Some(name) = &self.name {
            text.line("event", name.as_str());
        }
        if let Some(data) = &self.data {
            // A second name, that of a variant, replaces the first.
            text.left_open(|text| data.write(text))?;
        }
        if let Some(id) = &self.id {
            text.line("id", id.as_str());
        }
        if let Some(retry) = self.retry {
            text.line("retry", &retry.as_millis().to_string());
        }
        text.close();
        Ok(())
    }
}

fn add_fields(event: &mut Schema) {
    match event.shape_mut() {
        Shape::Object { properties, .. } => {
            if !properties.iter().any(|property| property.name == "event") {
                properties.push(Property::new("event", Schema::string(), false));
            }
            let milliseconds = Schema::integer().with("minimum", 0);
            properties.push(Property::new("id", Schema::string(), false));
            properties.push(Property::new("retry", milliseconds, false));
        }
        Shape::OneOf { variants, .. } => variants.iter_mut().for_each(add_fields),
        _ => {}
    }
}

/// Data that is sent as plain text, where a `#[model]` would be JSON: a `[DONE]`, or forwarded events of another server.
///
/// A line end in it (CR, LF or CRLF) arrives as LF: the event format does not preserve the kind. JSON preserves all text.
///
/// ```
/// use avocet::response::{Event, EventText, TextData};
///
/// let mut text = EventText::default();
/// TextData::from("two\r\nlines").write(&mut text).unwrap();
/// assert_eq!(text.as_str(), "data: two\ndata: lines\n\n");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TextData(
    /// The text.
    pub String,
);

impl From<String> for TextData {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for TextData {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl Event for TextData {
    fn describe(_: &mut Schemas) -> Schema {
        Schema::object(vec![Property::new("data", Schema::string(), false)])
    }

    fn write(&self, text: &mut EventText) -> Result<(), BodyError> {
        text.data(&self.0);
        Ok(())
    }
}
