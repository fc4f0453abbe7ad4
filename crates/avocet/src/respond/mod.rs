//! What handlers return: one file for each kind of answer, each with how it describes itself and how it is written.

mod answering;
mod error_shape;
mod fail;
mod http_error;
mod response_body;
mod stream;

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
mod reply;
mod result;
mod server_event;
mod sse;

pub use answering::{Answering, Respond, Response};
pub use byte_stream::{ByteStream, MediaType, OctetStream};
pub use error_shape::ErrorShape;
pub(crate) use event::event_schema;
pub use event::{Event, EventText};
pub use event_field::{EventId, EventName, InvalidEventField};
pub use fail::Fail;
pub use headers::{Cookie, HeaderField, ReplyHeaders};
pub use http_error::HttpError;
pub(crate) use json::answers;
pub use json::{answer_json, describe_json};
pub use json_lines::JsonLines;
pub use plain::{Html, PlainText};
pub use replay::{Followed, Recorder, Replay, ReplayError, ReplayLimits};
pub use reply::Reply;
pub(crate) use response_body::BoxedBody;
pub use response_body::{BodyError, ResponseBody};
pub use server_event::{ServerEvent, TextData};
pub use sse::Sse;
