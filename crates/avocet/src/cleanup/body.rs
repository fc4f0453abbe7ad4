//! The body of a response after which something runs.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::{Outcome, PendingCleanup};
use crate::body::{BodyError, ResponseBody};

/// A body that runs the clean-up when it was sent, or is dropped before.
pub(super) struct CleanedBody {
    body: ResponseBody,
    pending: Option<PendingCleanup>,
    outcome: Outcome,
}

impl CleanedBody {
    pub(super) fn wrap(
        body: ResponseBody,
        pending: PendingCleanup,
        outcome: Outcome,
    ) -> ResponseBody {
        if body.is_end_stream() {
            pending.end(outcome);
            return body;
        }
        ResponseBody::stream(Self {
            body,
            pending: Some(pending),
            outcome,
        })
    }

    fn end(&mut self, outcome: Outcome) {
        if let Some(pending) = self.pending.take() {
            pending.end(outcome);
        }
    }
}

impl Body for CleanedBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        match &frame {
            Poll::Ready(Some(Err(_))) => self.end(Outcome::StreamFailed),
            Poll::Ready(Some(Ok(_))) if !self.body.is_end_stream() => {}
            Poll::Ready(_) => {
                let outcome = self.outcome;
                self.end(outcome);
            }
            Poll::Pending => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
