//! `Sse`: a stream of server-sent events.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderValue;

use super::event::EventText;
use super::stream::{self, Items, StreamFormat};
use super::stream_timing::{StreamTiming, first_item_methods, heartbeat_method};
use super::{BodyError, Event, HttpError, Responder, Response, ResponseContext, ResponseError};
use crate::model::{OrderedJson, Side};
use crate::operation::{Content, Operation};

/// A stream of server-sent events, each a `T`; the stream itself can fail with an `E`.
///
/// - **Headers**: `content-type: text/event-stream; charset=utf-8`, `cache-control: no-cache` (a cache does not serve an old stream) and
///   `x-accel-buffering: no` (nginx forwards each event at once). The document lists the media type, but not these headers.
/// - The response head waits for the first event, but no longer than the heartbeat interval and than 1 second, unless
///   [`App::first_item_wait`](crate::App::first_item_wait), [`Sse::first_item_wait`] or [`Sse::open_at_once`] sets otherwise. An
///   error within this time is sent with its own status.
/// - A later error becomes an `error` event with the error's JSON as data, and the response is aborted (HTTP/1.1: without
///   its last chunk; HTTP/2: a reset), so that a client can distinguish an incomplete response from a complete one.
/// - While the stream is idle, the comment `: ping` is sent after every heartbeat interval: 15 seconds unless
///   [`App::heartbeat`](crate::App::heartbeat) or [`Sse::heartbeat`] sets another.
/// - Events that are ready together share a write; the first one is sent without waiting for others. A client that reads slowly
///   pauses the stream.
/// - When the client disconnects, the stream is dropped.
/// - Memory: for a slow client at most [`Limits::buffer_bytes`](crate::serve::Limits::buffer_bytes) plus one write (up to 16 KiB plus
///   one event) is buffered. While the client keeps up, an open stream takes about 14 KiB on HTTP/1.1, mostly hyper's buffers, plus the
///   handler's own stream.
/// - Do not add a layer that compresses events: if it buffers its output, it delays every event.
///
/// A `T` is a `#[model]`, whose JSON is the event's data, or an `#[events]` enum of named events;
/// [`ServerEvent`](super::ServerEvent) adds an id and other fields to either.
///
/// ```
/// use avocet::prelude::*;
///
/// #[model]
/// struct Count {
///     number: u32,
/// }
///
/// /// Count to a number.
/// #[get("/count/{to}")]
/// async fn count(to: u32) -> Sse<Count> {
///     Sse::new(stream! {
///         for number in 1..=to {
///             yield Count { number };
///         }
///     })
/// }
/// ```
pub struct Sse<T, E = HttpError> {
    items: Items<T, E>,
    timing: StreamTiming,
}

impl<T, E> Sse<T, E> {
    /// Creates the response from a stream of events, usually one that `stream!` makes.
    ///
    /// ```
    /// use avocet::prelude::*;
    ///
    /// #[model]
    /// struct Tick {}
    ///
    /// let ticks: Sse<Tick> = Sse::new(stream! { yield Tick {}; });
    /// ```
    pub fn new(stream: impl Stream<Item = Result<T, E>> + Send + 'static) -> Self {
        Self {
            items: Box::pin(stream),
            timing: StreamTiming::default(),
        }
    }

    heartbeat_method!("a comment": "Sse<avocet::response::TextData>", "Sse::new(stream! { yield avocet::response::TextData(\"tick\".to_owned()); })");

    first_item_methods!("event": "Sse<avocet::response::TextData>", "Sse::new(stream! { yield avocet::response::TextData(\"tick\".to_owned()); })");
}

impl<T, E> fmt::Debug for Sse<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sse").finish_non_exhaustive()
    }
}

impl<T: Event, E: ResponseError + 'static> Responder for Sse<T, E> {
    fn describe(operation: &mut Operation) {
        let event = operation.schemas.on(Side::Output, T::describe);
        let content = Content::stream("text/event-stream", event);
        stream::describe::<Events<T>, E>(operation, content);
    }

    async fn respond(self, response_context: &ResponseContext) -> Response {
        stream::respond::<Events<T>, E>(self.items, self.timing, response_context).await
    }
}

/// The stream format of events.
pub(super) struct Events<T>(PhantomData<T>);

impl<T: Event> StreamFormat for Events<T> {
    type Item = T;

    const LATE_ERROR: &'static str = "After the first event, the error is sent as an `error` event with the same JSON as its data, and the response ends early.";

    const SIGN_OF_LIFE: &'static [u8] = b": ping\n\n";

    fn content_type() -> HeaderValue {
        HeaderValue::from_static("text/event-stream; charset=utf-8")
    }

    fn item(item: T, text: &mut Vec<u8>) -> Result<Option<Bytes>, BodyError> {
        EventText::on(text, |text| item.write(text)).map(|()| None)
    }

    fn error(error: &OrderedJson, text: &mut Vec<u8>) {
        // Serializing a JSON value cannot fail.
        let _ = EventText::on(text, |text| text.json(Some("error"), error));
    }
}
