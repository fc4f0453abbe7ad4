//! The errors that an operation documents.

use http::StatusCode;

use crate::model::Property;

/// An error response of an operation. The application chooses its format on the wire, so only its content is
/// stored here.
///
/// ```
/// use avocet::operation::{DocumentedError, ErrorBody};
///
/// let missing = DocumentedError { status: Some(http::StatusCode::NOT_FOUND), description: "No such item".into(), body: ErrorBody::Message };
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentedError {
    /// The status; `None` means all other statuses.
    pub status: Option<StatusCode>,
    /// The description.
    pub description: String,
    /// The content.
    pub body: ErrorBody,
}

/// The content of an error beside its status.
///
/// ```
/// assert_ne!(avocet::operation::ErrorBody::Message, avocet::operation::ErrorBody::ValidationErrors);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum ErrorBody {
    /// A message, or any JSON value from the handler.
    Message,
    /// A list of validation errors with their locations.
    ValidationErrors,
    /// A message, a code, and additional members.
    Typed {
        /// The code.
        code: String,
        /// The members beside message and code.
        members: Vec<Property>,
    },
}
