//! `Tee`: a body that is sent and stored.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use avocet::response::{BodyError, ResponseBody};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use http_body::{Body, Frame, SizeHint};

use super::lease::{Lease, not_stored};
use super::record::{State, Stored};

/// A stream that is sent piece by piece, and stored at its clean end. If it breaks or its client leaves, the key is released.
pub(super) struct Tee {
    body: ResponseBody,
    /// `None` after the end.
    lease: Option<Lease>,
    status: StatusCode,
    headers: HeaderMap,
    /// What was sent; `None` once it is over the limit.
    sent: Option<BytesMut>,
    limit: usize,
    expiry: Duration,
}

impl Tee {
    pub(super) fn new(
        body: ResponseBody,
        lease: Lease,
        (status, headers): (StatusCode, HeaderMap),
        limit: usize,
        expiry: Duration,
    ) -> Self {
        Self {
            body,
            lease: Some(lease),
            status,
            headers,
            sent: Some(BytesMut::new()),
            limit,
            expiry,
        }
    }

    fn keep(&mut self, frame: &Frame<Bytes>) {
        // Trailers are not stored, so neither is a response with them.
        let piece = frame.data_ref();
        self.sent = match (self.sent.take(), piece) {
            (Some(mut sent), Some(piece)) if sent.len() + piece.len() <= self.limit => {
                sent.extend_from_slice(piece);
                Some(sent)
            }
            _ => None,
        };
    }

    fn finish(&mut self) {
        let Some(lease) = self.lease.take() else {
            return;
        };
        let state = match self.sent.take() {
            Some(sent) => State::Done(Stored::new(self.status, &self.headers, sent.freeze())),
            None => State::Unstored,
        };
        let expiry = self.expiry;
        tokio::spawn(async move {
            if let Err(error) = lease.complete(state, expiry).await {
                not_stored(&error);
            }
        });
    }
}

impl Body for Tee {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        let polled = ready!(Pin::new(&mut this.body).poll_frame(context));
        match &polled {
            Some(Ok(frame)) => {
                this.keep(frame);
                // A server does not poll a body again that reports its end.
                if this.body.is_end_stream() {
                    this.finish();
                }
            }
            Some(Err(_)) => this.lease = None,
            None => this.finish(),
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
