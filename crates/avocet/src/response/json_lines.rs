//! `JsonLines`: a stream of JSON values, one per line.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderValue;
use serde::Serialize;

use super::stream::{self, Items, StreamFormat};
use super::stream_timing::{StreamTiming, first_item_methods, heartbeat_method};
use super::{BodyError, HttpError, Responder, Response, ResponseContext, ResponseError};
use crate::model::{OrderedJson, Output, Schema, Schemas, Shape, Side};
use crate::operation::{Content, Operation};
use crate::write;

/// A stream of JSON values of type `T`, one per line; the stream itself can fail with an `E`.
///
/// The media type is `application/jsonl`: the one that [jsonlines.org](https://jsonlines.org) and the [media types of
/// OpenAPI](https://spec.openapis.org/registry/media-type/sequential_json) name, and that `FastAPI` sends. Clients of
/// `application/x-ndjson` read it the same way. Every line ends with LF and contains a value.
///
/// - **Headers**: `content-type: application/jsonl`, `cache-control: no-cache` (a cache does not serve an old stream) and
///   `x-accel-buffering: no` (nginx forwards each line at once). The document lists none of them.
/// - The response head waits for the first item, but no longer than 1 second unless
///   [`App::first_item_wait`](crate::App::first_item_wait), [`JsonLines::first_item_wait`] or [`JsonLines::open_at_once`] sets
///   otherwise. An error within this time is sent with its own status.
/// - A later error becomes a last line with the one member `error`, which holds the error's JSON, and the response is aborted
///   (HTTP/1.1: without its last chunk; HTTP/2: a reset). To keep it distinct from items, an application whose items
///   have a member `error` does not build. (This cannot be checked for items that are maps or any JSON; there only the abort marks the
///   error.)
/// - While the stream is idle, a single space is sent after every heartbeat interval (15 seconds unless
///   [`App::heartbeat`](crate::App::heartbeat) or [`JsonLines::heartbeat`] sets another). It precedes the JSON of the next
///   line, where JSON ignores white space; the alternative, an empty line, is an error to strict readers.
/// - Items that are ready together share a write; the first one is sent without waiting for others. A client that reads slowly
///   pauses the stream.
/// - When the client disconnects, the stream is dropped.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// #[model]
/// struct Row {
///     id: u32,
/// }
///
/// /// Export all rows.
/// #[get("/rows")]
/// async fn rows() -> JsonLines<Row> {
///     JsonLines::new(stream! {
///         for id in 1..=2 {
///             yield Row { id };
///         }
///     })
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Rows", "1.0.0").routes(routes![rows]).build()?);
/// let response = client.get("/rows").send().await;
/// assert_eq!(response.header("content-type"), "application/jsonl");
/// assert_eq!(response.text().await, "{\"id\":1}\n{\"id\":2}\n");
/// # Ok(())
/// # }
/// ```
pub struct JsonLines<T, E = HttpError> {
    items: Items<T, E>,
    timing: StreamTiming,
}

impl<T, E> JsonLines<T, E> {
    /// Creates the response from a stream of items, usually one that `stream!` makes.
    ///
    /// ```
    /// use avocet::prelude::*;
    ///
    /// let numbers: JsonLines<u32> = JsonLines::new(stream! { yield 1; });
    /// ```
    pub fn new(stream: impl Stream<Item = Result<T, E>> + Send + 'static) -> Self {
        Self {
            items: Box::pin(stream),
            timing: StreamTiming::default(),
        }
    }

    heartbeat_method!("a space": "JsonLines<u32>", "JsonLines::new(stream! { yield 1; })");

    first_item_methods!("item": "JsonLines<u32>", "JsonLines::new(stream! { yield 1; })");
}

impl<T, E> fmt::Debug for JsonLines<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").finish_non_exhaustive()
    }
}

const MEDIA_TYPE: &str = "application/jsonl";

/// The member that marks a line as the error.
const ERROR: &str = "error";

impl<T: Output + Send + 'static, E: ResponseError + 'static> Responder for JsonLines<T, E> {
    fn describe(operation: &mut Operation) {
        let item = operation.schemas.on(Side::Output, T::schema);
        if may_be_taken_for_an_error(&item, &operation.schemas) {
            operation.schemas.mistake(format!(
                "the items of a `JsonLines` have a member `{ERROR}`, which marks the last line of a stream that failed; rename the member or stream events with `Sse`"
            ));
        }
        let content = Content::stream(MEDIA_TYPE, item);
        stream::describe::<Lines<T>, E>(operation, content);
    }

    async fn respond(self, response_context: &ResponseContext) -> Response {
        stream::respond::<Lines<T>, E>(self.items, self.timing, response_context).await
    }
}

fn may_be_taken_for_an_error(item: &Schema, schemas: &Schemas) -> bool {
    match schemas.resolve(item).shape() {
        Shape::Object { properties, .. } => {
            properties.iter().any(|property| property.name == ERROR)
        }
        Shape::OneOf { variants, .. } | Shape::AnyOf(variants) => variants
            .iter()
            .any(|variant| may_be_taken_for_an_error(variant, schemas)),
        Shape::Nullable(value) => may_be_taken_for_an_error(value, schemas),
        _ => false,
    }
}

/// The stream format of lines.
struct Lines<T>(PhantomData<T>);

impl<T: Serialize + Send + 'static> StreamFormat for Lines<T> {
    type Item = T;

    const LATE_ERROR: &'static str = "After the first item, the error is sent as a last line `{\"error\": …}` with the same JSON, and the response ends early.";

    const SIGN_OF_LIFE: &'static [u8] = b" ";

    fn content_type() -> HeaderValue {
        HeaderValue::from_static(MEDIA_TYPE)
    }

    fn item(item: T, text: &mut Vec<u8>) -> Result<Option<Bytes>, BodyError> {
        write::json(text, &item)?;
        text.push(b'\n');
        Ok(None)
    }

    fn error(error: &OrderedJson, text: &mut Vec<u8>) {
        text.extend_from_slice(format!("{{\"{ERROR}\":{error}}}\n").as_bytes());
    }
}
