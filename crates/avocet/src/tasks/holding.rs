//! A body that keeps a value alive while it is sent.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::response::{BodyError, ResponseBody};

/// A body, and the value that is dropped with it.
pub(crate) struct Holding<G> {
    body: ResponseBody,
    _guard: G,
}

impl<G: Send + Unpin + 'static> Holding<G> {
    pub(crate) fn body(body: ResponseBody, guard: G) -> ResponseBody {
        ResponseBody::stream(Self {
            body,
            _guard: guard,
        })
    }
}

impl<G: Unpin> Body for Holding<G> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
