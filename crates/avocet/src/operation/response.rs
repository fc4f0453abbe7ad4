//! The responses of an operation.

use http::StatusCode;

use crate::model::Schema;

/// A value in one media type, or a stream of such values.
///
/// ```
/// use avocet::model::Schema;
/// use avocet::operation::Content;
///
/// assert_eq!(Content::json(Schema::string()).media_type, "application/json");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Content {
    /// The media type.
    pub media_type: String,
    /// The schema of the whole value.
    pub schema: Option<Schema>,
    /// The schema of each item of a stream.
    pub items: Option<Schema>,
}

impl Content {
    /// Creates a JSON value.
    ///
    /// ```
    /// # use avocet::{model::Schema, operation::Content};
    /// assert!(Content::json(Schema::any()).items.is_none());
    /// ```
    pub fn json(schema: Schema) -> Self {
        Self::new("application/json", schema)
    }

    /// Creates a value with any media type.
    ///
    /// ```
    /// # use avocet::{model::Schema, operation::Content};
    /// assert_eq!(Content::new("text/html", Schema::string()).media_type, "text/html");
    /// ```
    pub fn new(media_type: impl Into<String>, schema: Schema) -> Self {
        Self {
            media_type: media_type.into(),
            schema: Some(schema),
            items: None,
        }
    }

    /// Creates a stream with this schema for its items. Those of `text/event-stream` are objects with the member `data`.
    ///
    /// ```
    /// # use avocet::{model::Schema, operation::Content};
    /// assert!(Content::stream("application/jsonl", Schema::any()).items.is_some());
    /// ```
    pub fn stream(media_type: impl Into<String>, items: Schema) -> Self {
        Self {
            media_type: media_type.into(),
            schema: None,
            items: Some(items),
        }
    }

    /// Returns whether the items are server-sent events.
    pub(crate) fn is_event_stream(&self) -> bool {
        self.media_type == "text/event-stream"
    }
}

/// A successful response.
///
/// ```
/// use avocet::operation::DocumentedResponse;
/// use http::StatusCode;
///
/// assert!(DocumentedResponse::new(StatusCode::NO_CONTENT).content.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DocumentedResponse {
    /// The status.
    pub status: StatusCode,
    /// The description; if empty, the reason phrase of the status.
    pub description: String,
    /// The headers.
    pub headers: Vec<ResponseHeader>,
    /// The content; empty for a response without a body.
    pub content: Vec<Content>,
}

impl DocumentedResponse {
    /// Creates a response without a body.
    ///
    /// ```
    /// # use avocet::operation::DocumentedResponse;
    /// assert_eq!(DocumentedResponse::new(http::StatusCode::OK).status, 200);
    /// ```
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            description: String::new(),
            headers: Vec::new(),
            content: Vec::new(),
        }
    }

    /// Adds a content.
    ///
    /// ```
    /// use avocet::model::Schema;
    /// use avocet::operation::{DocumentedResponse, Content};
    ///
    /// let response = DocumentedResponse::new(http::StatusCode::OK).with_content(Content::json(Schema::string()));
    /// assert_eq!(response.content.len(), 1);
    /// ```
    pub fn with_content(mut self, content: Content) -> Self {
        self.content.push(content);
        self
    }
}

/// A header of a response.
///
/// ```
/// use avocet::model::Schema;
/// use avocet::operation::ResponseHeader;
///
/// let header = ResponseHeader { name: "x-cost".into(), description: String::new(), required: true, schema: Schema::integer() };
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseHeader {
    /// The name, in lower case.
    pub name: String,
    /// The description, in Markdown.
    pub description: String,
    /// Whether every response carries it.
    pub required: bool,
    /// The schema of its value.
    pub schema: Schema,
}
