//! The types that handlers return: one file for each kind of response, with its description and its format.

mod responder;
mod response_error;
mod stream;
mod stream_timing;

mod byte_stream;
mod cookies;
mod either;
mod empty;
mod error_pages;
mod event;
mod event_field;
mod headers;
mod json;
mod json_lines;
mod json_types;
mod mapped_errors;
mod opaque;
mod plain;
mod redirect;
mod replay;
mod response_parts;
mod result;
mod server_event;
mod sse;
mod with_headers;
mod with_status;

pub use byte_stream::{ByteStream, MediaType, OctetStream};
pub use cookies::{SameSite, SetCookie};
pub use either::Either;
pub use error_pages::ErrorPage;
pub(crate) use error_pages::{Audience, ErrorPages, RequestFacts};
pub use event::{Event, EventText};
pub(crate) use event::{event_schema, text_event_schema};
pub use event_field::{EventId, EventName, InvalidEventField};
pub use headers::{HeaderField, InvalidHeader, ResponseHeaders};
pub use json::{describe_json, response_json};
pub use json_lines::JsonLines;
pub(crate) use mapped_errors::MappedErrors;
pub use plain::{Html, PlainText};
pub use redirect::Redirect;
pub use replay::{Followed, Recorder, Replay, ReplayError, ReplayLimits};
pub use responder::{Responder, ResponseContext};
pub use response_error::ResponseError;
pub use response_parts::ResponseParts;
pub use server_event::{ServerEvent, TextData};
pub use sse::Sse;
pub use with_headers::WithHeaders;
pub use with_status::WithStatus;

pub(crate) use crate::body::BoxedBody;
pub use crate::body::{BodyError, Response, ResponseBody, empty_response, full_response};
pub use crate::error::{ErrorContent, ErrorDetail, ErrorFormat, FormatErrors, HttpError};
