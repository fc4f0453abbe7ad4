//! What an operation answers.

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
    /// What the whole value looks like.
    pub schema: Option<Schema>,
    /// What each item of a stream looks like.
    pub items: Option<Schema>,
}

impl Content {
    /// A JSON value.
    ///
    /// ```
    /// # use avocet::{model::Schema, operation::Content};
    /// assert!(Content::json(Schema::any()).items.is_none());
    /// ```
    pub fn json(schema: Schema) -> Self {
        Self::new("application/json", schema)
    }

    /// A value of any media type.
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

    /// A stream whose items look like this. Those of `text/event-stream` are objects with the member `data`.
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

    /// Whether the items are server-sent events.
    pub(crate) fn is_event_stream(&self) -> bool {
        self.media_type == "text/event-stream"
    }
}

/// A good answer.
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
    /// Its status.
    pub status: StatusCode,
    /// What it means; the status' own words where nothing is said.
    pub description: String,
    /// The headers that it carries.
    pub headers: Vec<ResponseHeader>,
    /// What it holds; nothing for an empty body.
    pub content: Vec<Content>,
}

impl DocumentedResponse {
    /// An answer without a body.
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

    /// Adds what it holds.
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

/// A header of an answer.
///
/// ```
/// use avocet::model::Schema;
/// use avocet::operation::ResponseHeader;
///
/// let header = ResponseHeader { name: "x-cost".into(), description: String::new(), required: true, schema: Schema::integer() };
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseHeader {
    /// Its name, in lower case.
    pub name: String,
    /// What it means, in Markdown.
    pub description: String,
    /// Whether every answer carries it.
    pub required: bool,
    /// What its value looks like.
    pub schema: Schema,
}

/// An error that an operation can answer. Its shape on the wire is the application's choice, so only what it says is
/// kept here.
///
/// ```
/// use avocet::operation::{DocumentedError, ErrorBody};
///
/// let missing = DocumentedError { status: Some(http::StatusCode::NOT_FOUND), description: "No such item".into(), body: ErrorBody::Message };
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentedError {
    /// Its status; `None` stands for any other than those named.
    pub status: Option<StatusCode>,
    /// What it means.
    pub description: String,
    /// What it says.
    pub body: ErrorBody,
}

/// What an error says beside its status.
///
/// ```
/// assert_ne!(avocet::operation::ErrorBody::Message, avocet::operation::ErrorBody::ValidationErrors);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum ErrorBody {
    /// A sentence, or whatever the handler put there.
    Message,
    /// A list of problems with their places.
    ValidationErrors,
    /// A sentence, a code of its own, and members of its own.
    Typed {
        /// The code.
        code: String,
        /// The members beside sentence and code.
        members: Vec<crate::model::Property>,
    },
}
