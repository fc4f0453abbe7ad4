//! The response that follows a recorded stream.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderValue, StatusCode};

use super::ReplayError;
use super::recording::{Behind, End, Recording};
use crate::model::{OrderedJson, Side};
use crate::operation::{Content, DocumentedResponse, Operation};
use crate::response::sse::Events;
use crate::response::stream::{self, StreamFormat};
use crate::response::stream_timing::{StreamTiming, first_item_methods, heartbeat_method};
use crate::response::{
    BodyError, Event, Responder, Response, ResponseBody, ResponseContext, ResponseError,
    ServerEvent,
};

/// The response to a client that follows a recorded stream: events with their ids, as [`Sse`](crate::response::Sse) sends them.
///
/// - 204 when the stream has ended and the client has received all of it: a browser's `EventSource` reconnects after every
///   end, and 204 stops it (HTML Living Standard, section 9.2).
/// - 404, 410 or 400 if the stream cannot be followed, as documented for [`ReplayError`].
///
/// [`Replay::follow`](super::Replay::follow) returns it and has an example.
pub struct Followed<T> {
    outcome: Result<Start, ReplayError>,
    timing: StreamTiming,
    events: PhantomData<fn() -> T>,
}

enum Start {
    From(Arc<Recording>, u64),
    AllSeen,
}

impl<T> Followed<T> {
    pub(super) fn new(recording: Option<Arc<Recording>>, last: Option<&str>) -> Self {
        Self {
            outcome: start(recording, last.filter(|last| !last.is_empty())),
            timing: StreamTiming::default(),
            events: PhantomData,
        }
    }

    heartbeat_method!(
        "a comment": "avocet::response::Followed<avocet::response::TextData>",
        "avocet::response::Replay::default().follow(\"run\", None)"
    );

    first_item_methods!(
        "event": "avocet::response::Followed<avocet::response::TextData>",
        "avocet::response::Replay::default().follow(\"run\", None)"
    );
}

fn start(recording: Option<Arc<Recording>>, last: Option<&str>) -> Result<Start, ReplayError> {
    let recording = recording.ok_or(ReplayError::UnknownStream)?;
    let last = match last {
        Some(last) => last.parse().map_err(|_| ReplayError::UnknownEvent)?,
        None => 0,
    };
    match recording.behind(last)? {
        Behind::End(End::Whole) => Ok(Start::AllSeen),
        Behind::End(End::Abandoned) => Err(ReplayError::Abandoned),
        Behind::Events(_) | Behind::Nothing => Ok(Start::From(recording, last)),
    }
}

fn follow(
    recording: Arc<Recording>,
    mut last: u64,
) -> impl Stream<Item = Result<Bytes, ReplayError>> {
    crate::stream! {
        let mut changes = recording.changes();
        loop {
            match recording.behind(last)? {
                Behind::Events(events) => {
                    for event in events {
                        last += 1;
                        yield event;
                    }
                }
                Behind::Nothing => {
                    // The sender lives as long as the recording.
                    let _ = changes.changed().await;
                }
                Behind::End(End::Whole) => return,
                Behind::End(End::Abandoned) => Err(ReplayError::Abandoned)?,
            }
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Event> Responder for Followed<T> {
    fn describe(operation: &mut Operation) {
        let event = operation
            .schemas
            .on(Side::Output, ServerEvent::<T>::describe);
        let content = Content::stream("text/event-stream", event);
        stream::describe::<Recorded<T>, ReplayError>(operation, content);
        let mut seen = DocumentedResponse::new(StatusCode::NO_CONTENT);
        "The stream has ended, and the client has received all of its events"
            .clone_into(&mut seen.description);
        operation.responses.push(seen);
    }

    async fn respond(self, response_context: &ResponseContext) -> Response {
        match self.outcome {
            Ok(Start::From(recording, last)) => {
                let items = Box::pin(follow(recording, last));
                stream::respond::<Recorded<T>, ReplayError>(items, self.timing, response_context)
                    .await
            }
            Ok(Start::AllSeen) => {
                let mut response = Response::new(ResponseBody::empty());
                *response.status_mut() = StatusCode::NO_CONTENT;
                response
            }
            Err(error) => error
                .into_error()
                .into_response(response_context.error_format()),
        }
    }
}

impl<T> fmt::Debug for Followed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Followed").finish_non_exhaustive()
    }
}

/// The stream format of recorded events, whose text is already written.
struct Recorded<T>(PhantomData<T>);

impl<T: Event> StreamFormat for Recorded<T> {
    type Item = Bytes;

    const LATE_ERROR: &'static str = Events::<T>::LATE_ERROR;

    const SIGN_OF_LIFE: &'static [u8] = Events::<T>::SIGN_OF_LIFE;

    fn content_type() -> HeaderValue {
        Events::<T>::content_type()
    }

    fn item(item: Bytes, text: &mut Vec<u8>) -> Result<Option<Bytes>, BodyError> {
        text.extend_from_slice(&item);
        Ok(None)
    }

    fn error(error: &OrderedJson, text: &mut Vec<u8>) {
        Events::<T>::error(error, text);
    }
}
