//! A streamed response body, observed to its end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::StatusCode;
use http_body::{Body, Frame, SizeHint};

use super::Exchange;
use crate::report;
use crate::response::{BodyError, BoxedBody};

/// A body whose producer runs inside its request, and whose panic ends only this response.
pub(super) struct ObservedBody {
    /// `None` after its end.
    body: Option<BoxedBody>,
    /// The length, if it was declared. A server does not poll after it.
    length: Option<u64>,
    /// The message of a panic. The error is delayed by one poll, because the server would drop the bytes that it has not sent.
    panic: Option<String>,
    exchange: Exchange,
}

impl ObservedBody {
    pub(super) fn new(body: BoxedBody, exchange: Exchange) -> Self {
        Self {
            length: body.size_hint().exact(),
            body: Some(body),
            panic: None,
            exchange,
        }
    }

    fn is_whole(&self) -> bool {
        self.length == Some(self.exchange.bytes_sent())
            || self.body.as_ref().is_some_and(Body::is_end_stream)
    }
}

impl Body for ObservedBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        let Some(body) = &mut this.body else {
            return Poll::Ready(this.panic.take().map(|panic| Err(panic.into())));
        };
        let inside = this.exchange.enter();
        // The body is dropped after a panic, so its broken state is not observed.
        let poll = AssertUnwindSafe(|| body.as_mut().poll_frame(context));
        let (outcome, items) = report::counting_items(|| catch_unwind(poll));
        let outcome = outcome.unwrap_or_else(|payload| {
            let panic = report::panicked("the body of the response", &*payload);
            report::failure(StatusCode::INTERNAL_SERVER_ERROR, &panic);
            this.body = None;
            this.panic = Some(panic);
            context.waker().wake_by_ref();
            Poll::Pending
        });
        drop(inside);
        if this.panic.is_some() {
            this.exchange.failed();
        }
        this.exchange.gave(items);
        match &outcome {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                this.exchange.sent(bytes as u64);
            }
            Poll::Ready(Some(Err(_))) => this.exchange.failed(),
            Poll::Ready(None) => this.exchange.ended(),
            Poll::Pending => {}
        }
        outcome
    }

    fn is_end_stream(&self) -> bool {
        match &self.body {
            Some(body) => body.is_end_stream(),
            None => self.panic.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(SizeHint::new, Body::size_hint)
    }
}

impl Drop for ObservedBody {
    fn drop(&mut self) {
        if self.is_whole() {
            self.exchange.ended();
        }
        let _inside = self.exchange.enter();
        self.body = None;
    }
}
