//! `Sse`: a stream of server-sent events.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderValue, StatusCode, header};
use http_body::{Body, Frame};
use tokio::time::{Instant, Sleep, sleep};

use super::event::EventText;
use super::{
    Answering, BodyError, ErrorShape, Event, Fail, HttpError, Respond, Response, ResponseBody,
};
use crate::model::Side;
use crate::operation::{Answer, Content, Operation};

/// A stream of events, each a `T`; the stream itself can fail with an `E`.
///
/// - The status waits for the first event or the heart-beat interval (15 s), whichever comes first: an error by then
///   is answered with its own status.
/// - A later error becomes an `error` event with the error's JSON as data, and the connection breaks off, so that a client
///   can tell an answer cut short from a whole one.
/// - While nothing comes, a comment is sent after every heart-beat interval.
/// - When the client leaves, the stream is dropped.
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
    stream: Pin<Box<dyn Stream<Item = Result<T, E>> + Send>>,
}

impl<T, E> Sse<T, E> {
    /// The events of a stream, usually one that `stream!` makes.
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
            stream: Box::pin(stream),
        }
    }
}

impl<T, E> fmt::Debug for Sse<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sse").finish_non_exhaustive()
    }
}

const MEDIA_TYPE: &str = "text/event-stream";

impl<T: Event, E: Fail + 'static> Respond for Sse<T, E> {
    fn describe(operation: &mut Operation) {
        let event = operation.schemas.on(Side::Output, T::describe);
        let status = operation.status_or(StatusCode::OK);
        operation
            .answers
            .push(Answer::new(status).holding(Content::stream(MEDIA_TYPE, event)));
        E::describe(operation);
    }

    async fn respond(self, answering: &Answering) -> Response {
        let mut events = Events {
            stream: self.stream,
            first: None,
            failed: None,
            silence: Box::pin(sleep(answering.heartbeat())),
            heartbeat: answering.heartbeat(),
            errors: answering.errors(),
        };
        match events.first_event().await {
            Some(Err(error)) => return error.into_error().into_response(answering.errors()),
            Some(Ok(event)) => events.first = Some(First::Event(event)),
            None => {}
        }
        let mut answer = Response::new(ResponseBody::stream(events));
        *answer.status_mut() = answering.status_or(StatusCode::OK);
        let headers = answer.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream; charset=utf-8"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        // Nginx would gather events before it passes them on.
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        answer
    }
}

/// The stream on its way out.
struct Events<T, E> {
    stream: Pin<Box<dyn Stream<Item = Result<T, E>> + Send>>,
    first: Option<First<T>>,
    failed: Option<Failed>,
    silence: Pin<Box<Sleep>>,
    heartbeat: Duration,
    errors: ErrorShape,
}

/// What the wait for the status brought.
enum First<T> {
    Event(T),
    /// The heart-beat interval went by.
    Silence,
    /// The stream ended without an event.
    End,
}

/// The error that ends the body, after its event.
struct Failed {
    reason: String,
    /// Whether the server had a turn to send the event: a body's error makes it drop what it has not sent.
    had_a_turn: bool,
}

/// Events that are ready together share a write, up to about this many bytes.
const ENOUGH: usize = 16 * 1024;

impl<T: Event, E: Fail> Events<T, E> {
    /// The first event, or `None` when there was none within the heart-beat interval or at all.
    async fn first_event(&mut self) -> Option<Result<T, E>> {
        std::future::poll_fn(|context| match self.stream.as_mut().poll_next(context) {
            Poll::Ready(Some(event)) => Poll::Ready(Some(event)),
            Poll::Ready(None) => {
                self.first = Some(First::End);
                Poll::Ready(None)
            }
            Poll::Pending => self.silence.as_mut().poll(context).map(|()| {
                self.first = Some(First::Silence);
                None
            }),
        })
        .await
    }

    /// Writes the event that is there, and every further one that is ready; `None` at the end of the stream.
    fn poll_text(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        if let Some(failed) = &mut self.failed {
            if failed.had_a_turn {
                return Poll::Ready(Some(Err(std::mem::take(&mut failed.reason).into())));
            }
            failed.had_a_turn = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let mut text = EventText::default();
        match self.first.take() {
            Some(First::Event(event)) => event.write(&mut text)?,
            Some(First::Silence) => {
                text.comment("ping");
                self.wait_again();
                return Poll::Ready(Some(Ok(text.take().into())));
            }
            Some(First::End) => {
                self.first = Some(First::End);
                return Poll::Ready(None);
            }
            None => {}
        }
        while text.len() < ENOUGH {
            match self.stream.as_mut().poll_next(context) {
                Poll::Ready(Some(Ok(event))) => event.write(&mut text)?,
                Poll::Ready(Some(Err(error))) => {
                    let error = error.into_error();
                    error.report();
                    text.json(Some("error"), &error.to_json(self.errors))?;
                    self.failed = Some(Failed {
                        reason: error.to_string(),
                        had_a_turn: false,
                    });
                    break;
                }
                Poll::Ready(None) => {
                    self.first = Some(First::End);
                    break;
                }
                Poll::Pending => break,
            }
        }
        if text.len() > 0 {
            self.wait_again();
            return Poll::Ready(Some(Ok(text.take().into())));
        }
        if matches!(self.first, Some(First::End)) {
            return Poll::Ready(None);
        }
        std::task::ready!(self.silence.as_mut().poll(context));
        text.comment("ping");
        self.wait_again();
        Poll::Ready(Some(Ok(text.take().into())))
    }

    fn wait_again(&mut self) {
        self.silence.as_mut().reset(Instant::now() + self.heartbeat);
    }
}

/// What is pinned is pinned on the heap.
impl<T, E> Unpin for Events<T, E> {}

impl<T: Event, E: Fail> Body for Events<T, E> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.poll_text(context)
            .map(|text| text.map(|text| text.map(Frame::data)))
    }
}
