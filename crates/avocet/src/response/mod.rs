//! The types that handlers return: one file for each kind of response, with its description and its format.

mod error_format;
mod format_errors;
mod http_error;
mod responder;
mod response_body;
mod response_error;
mod stream;
mod stream_timing;

mod byte_stream;
mod empty;
mod event;
mod event_field;
mod headers;
mod json;
mod json_lines;
mod opaque;
mod plain;
mod replay;
mod result;
mod server_event;
mod sse;
mod with_headers;

pub use byte_stream::{ByteStream, MediaType, OctetStream};
pub use error_format::ErrorFormat;
pub use event::{Event, EventText};
pub(crate) use event::{event_schema, text_event_schema};
pub use event_field::{EventId, EventName, InvalidEventField};
pub use format_errors::{ErrorContent, ErrorDetail, FormatErrors};
pub use headers::{HeaderField, InvalidHeader, ResponseHeaders, SameSite, SetCookie};
pub use http_error::HttpError;
pub(crate) use json::responses;
pub use json::{describe_json, response_json};
pub use json_lines::JsonLines;
pub use plain::{Html, PlainText};
pub use replay::{Followed, Recorder, Replay, ReplayError, ReplayLimits};
pub use responder::{Responder, Response, ResponseContext};
pub(crate) use response_body::BoxedBody;
pub use response_body::{BodyError, ResponseBody, empty_response, full_response};
pub use response_error::ResponseError;
pub use server_event::{ServerEvent, TextData};
pub use sse::Sse;
pub use with_headers::WithHeaders;
