//! The shared parts of all streams: waiting for the first item, writing items that are ready together, heartbeats and
//! the end.
//!
//! A stream buffers one write of about [`ENOUGH`] bytes, in addition to the handler's stream, and polls the handler's stream
//! for the next item only after the last write was taken. So a client that reads slowly pauses the producer.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderValue, StatusCode, header};
use http_body::{Body, Frame};
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep};

use super::stream_timing::StreamTiming;
use super::{
    BodyError, ErrorFormat, HttpError, Response, ResponseBody, ResponseContext, ResponseError,
};
use crate::model::OrderedJson;
use crate::operation::{Content, DocumentedError, DocumentedResponse, Operation, add_sentence};
use crate::report::ItemCount;
use avocet_server::HeartbeatBytes;

/// The wire format of one kind of stream.
pub(super) trait StreamFormat: Send + 'static {
    type Item: Send + 'static;

    /// How an error after the first item is sent: a sentence for the document.
    const LATE_ERROR: &'static str;

    /// The heartbeat; empty where every byte belongs to an item.
    const SIGN_OF_LIFE: &'static [u8];

    fn content_type() -> HeaderValue;

    /// Writes an item, or returns it as a separate write.
    ///
    /// # Errors
    /// If the item cannot be serialized; the caller removes the incomplete text.
    fn item(item: Self::Item, text: &mut Vec<u8>) -> Result<Option<Bytes>, BodyError>;

    /// Writes the error that ends the stream, so that a client can distinguish it from an item.
    fn error(error: &OrderedJson, text: &mut Vec<u8>);
}

/// The handler's stream.
pub(super) type Items<T, E> = Pin<Box<dyn Stream<Item = Result<T, E>> + Send>>;

/// Items that are ready together share a write, up to about this many bytes.
const ENOUGH: usize = 16 * 1024;

/// After this many bytes without a pause the task yields: a stream whose items are always ready would keep its thread
/// for as long as the connection accepts them, and on a fast network that is megabytes.
const TURN: usize = ENOUGH;

/// A token of a language model with its framing fits.
const USUAL_ITEM: usize = 128;

/// Describes a stream and its errors.
pub(super) fn describe<F: StreamFormat, E: ResponseError>(
    operation: &mut Operation,
    content: Content,
) {
    let status = operation.status_or(StatusCode::OK);
    operation
        .responses
        .push(DocumentedResponse::new(status).with_content(content));
    let before = operation.errors.len();
    E::describe(operation);
    let errors = &mut operation.errors[before..];
    for index in 0..errors.len() {
        let status = errors[index].status;
        let of_status = |error: &DocumentedError| error.status == status;
        // The document shows the errors of one status together, so the last one has the sentence for all of them.
        if errors[index + 1..].iter().any(of_status) {
            continue;
        }
        let is_only_one = !errors[..index].iter().any(of_status);
        let description = &mut errors[index].description;
        if is_only_one {
            add_sentence(description, F::LATE_ERROR);
        } else {
            *description = format!("{description}\n\n{}", F::LATE_ERROR);
        }
    }
}

/// Waits for the first item, the first error, the end or the time limit of the head, whichever comes first, and responds.
pub(super) async fn respond<F: StreamFormat, E: ResponseError + 'static>(
    items: Items<F::Item, E>,
    timing: StreamTiming,
    response_context: &ResponseContext,
) -> Response {
    let heartbeat = timing.heartbeat(response_context);
    let wait = timing.first_item_wait(response_context);
    let mut body = Box::pin(StreamBody::<F, E> {
        stream: items,
        first: None,
        state: State::Open,
        silence: sleep(wait),
        spoke: Instant::now(),
        turn: 0,
        heartbeat,
        errors: response_context.error_format(),
    });
    if let Err(error) = poll_fn(|context| body.as_mut().poll_first(wait, context)).await {
        return response_context.error_response(error.into_error()).await;
    }
    let mut response = Response::new(ResponseBody::boxed(body));
    *response.status_mut() = response_context.status_or(StatusCode::OK);
    if !F::SIGN_OF_LIFE.is_empty() {
        response
            .extensions_mut()
            .insert(HeartbeatBytes(F::SIGN_OF_LIFE));
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, F::content_type());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // Nginx would buffer items before it forwards them.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

pin_project! {
    /// The body of a stream.
    struct StreamBody<F: StreamFormat, E> {
        stream: Items<F::Item, E>,
        first: Option<F::Item>,
        state: State,
        #[pin]
        silence: Sleep,
        // When the last bytes were sent.
        spoke: Instant,
        // The number of bytes sent in this turn.
        turn: usize,
        heartbeat: Duration,
        errors: ErrorFormat,
    }
}

enum State {
    Open,
    Ended,
    /// The error that ends the body, after the text that is written already.
    Failed {
        reason: String,
        /// Whether the server had a turn to send the written text: when a body returns an error, the server drops the unsent text.
        had_a_turn: bool,
    },
}

impl State {
    fn failed(error: &HttpError) -> Self {
        error.report();
        Self::Failed {
            reason: error.to_string(),
            had_a_turn: false,
        }
    }
}

impl<F: StreamFormat, E: ResponseError> StreamBody<F, E> {
    fn poll_first(
        self: Pin<&mut Self>,
        wait: Duration,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), E>> {
        let this = self.project();
        match this.stream.as_mut().poll_next(context) {
            Poll::Ready(Some(Ok(item))) => *this.first = Some(item),
            Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
            Poll::Ready(None) => *this.state = State::Ended,
            Poll::Pending => {
                // The timer would take a millisecond even for zero.
                if !wait.is_zero() {
                    std::task::ready!(this.silence.poll(context));
                }
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Writes the current item and all further ones that are ready; `None` at the end.
    fn poll_bytes(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, BodyError>>> {
        let mut this = self.project();
        match this.state {
            State::Open
            | State::Failed {
                had_a_turn: false, ..
            } => {}
            State::Ended => return Poll::Ready(None),
            State::Failed { reason, .. } => {
                return Poll::Ready(Some(Err(std::mem::take(reason).into())));
            }
        }
        let mut text = Vec::new();
        let mut items = ItemCount::default();
        let mut first = this.first.take().map(Ok);
        while text.len() < ENOUGH && matches!(this.state, State::Open) {
            let next = match first.take() {
                None => this.stream.as_mut().poll_next(context),
                first => Poll::Ready(first),
            };
            match next {
                Poll::Ready(Some(Ok(item))) => {
                    items.0 += 1;
                    let start = text.len();
                    if start == 0 {
                        text.reserve(USUAL_ITEM);
                    }
                    match F::item(item, &mut text) {
                        Ok(None) => {}
                        Ok(Some(whole)) => return Poll::Ready(Some(Ok(whole))),
                        Err(error) => {
                            text.truncate(start);
                            let error = HttpError::internal(error);
                            F::error(&error.to_json(*this.errors), &mut text);
                            *this.state = State::failed(&error);
                        }
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    let error = error.into_error();
                    F::error(&error.to_json(*this.errors), &mut text);
                    *this.state = State::failed(&error);
                }
                Poll::Ready(None) => *this.state = State::Ended,
                Poll::Pending => break,
            }
        }
        if !text.is_empty() {
            *this.spoke = Instant::now();
            return Poll::Ready(Some(Ok(text.into())));
        }
        match this.state {
            State::Ended => Poll::Ready(None),
            State::Failed { had_a_turn, .. } => {
                *had_a_turn = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            State::Open if F::SIGN_OF_LIFE.is_empty() => Poll::Pending,
            State::Open => loop {
                std::task::ready!(this.silence.as_mut().poll(context));
                // Setting the timer costs more than an item, so it is not reset for each item and may expire although the stream was not
                // idle.
                let due = *this.spoke + *this.heartbeat;
                if due > Instant::now() {
                    this.silence.as_mut().reset(due);
                    continue;
                }
                *this.spoke = Instant::now();
                this.silence.as_mut().reset(*this.spoke + *this.heartbeat);
                return Poll::Ready(Some(Ok(Bytes::from_static(F::SIGN_OF_LIFE))));
            },
        }
    }
}

impl<F: StreamFormat, E: ResponseError> Body for StreamBody<F, E> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.as_mut().project();
        if *this.turn >= TURN {
            *this.turn = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let outcome = self.as_mut().poll_bytes(context);
        let this = self.project();
        match &outcome {
            Poll::Ready(Some(Ok(bytes))) => *this.turn += bytes.len(),
            _ => *this.turn = 0,
        }
        outcome.map(|bytes| bytes.map(|bytes| bytes.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.state, State::Ended)
    }
}
