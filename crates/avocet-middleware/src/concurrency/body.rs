//! `Held`: a body that holds the place of its request.

use std::pin::Pin;
use std::task::{Context, Poll};

use avocet::response::{BodyError, ResponseBody};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::slots::Place;

/// A body that holds the place of its request until its last byte, or until it is dropped.
pub(super) struct Held {
    body: ResponseBody,
    place: Option<Place>,
}

impl Held {
    pub(super) fn new(body: ResponseBody, place: Place) -> Self {
        let place = (!body.is_end_stream()).then_some(place);
        Self { body, place }
    }
}

impl Body for Held {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        let polled = Pin::new(&mut this.body).poll_frame(context);
        // A server does not poll a body again that reports its end.
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) || this.body.is_end_stream() {
            this.place = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
