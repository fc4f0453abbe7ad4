//! The request body before it is received.

use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, LengthLimitError};

#[cfg(feature = "compression")]
use super::decoded_body::{DecodeError, DecodedBody, Decoding};
use crate::report::{self, RejectionReason};
use crate::response::{BodyError, BoxedBody, HttpError};
use crate::serve::ClientBodyError;

/// The body of a request that has not been received, from any server: what a layer or a mounted service reads.
///
/// ```
/// use avocet::extract::ReceivedBody;
/// use http_body::Body;
///
/// let body = ReceivedBody::new(avocet::response::ResponseBody::full("hello"));
/// assert_eq!(body.size_hint().exact(), Some(5));
/// ```
#[derive(Default)]
pub struct ReceivedBody {
    /// `None` if the request has no body.
    body: Option<BoxedBody>,
}

impl ReceivedBody {
    /// Wraps a body of any type.
    ///
    /// ```
    /// use avocet::extract::ReceivedBody;
    /// use http_body::Body;
    ///
    /// assert!(ReceivedBody::new(avocet::response::ResponseBody::empty()).is_end_stream());
    /// ```
    pub fn new<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BodyError>,
    {
        if body.is_end_stream() {
            return Self { body: None };
        }
        let mut body = Some(body);
        // A layer that leaves the body as it is does not add a box.
        let own = (&mut body as &mut dyn Any).downcast_mut::<Option<Self>>();
        if let Some(own) = own.and_then(Option::take) {
            return own;
        }
        let Some(body) = body else {
            return Self { body: None };
        };
        let body: BoxedBody = Box::pin(body.map_err(Into::into));
        Self { body: Some(body) }
    }

    /// Whether the request has no body.
    pub(super) const fn is_absent(&self) -> bool {
        self.body.is_none()
    }

    /// Whether the body has no more data.
    pub(crate) fn is_empty(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    /// Returns the decoded form of a compressed body, of at most `limit` bytes; at most `receivable` compressed bytes
    /// are read.
    #[cfg(feature = "compression")]
    pub(super) fn decoded(
        self,
        decoding: Decoding,
        receivable: usize,
        limit: usize,
    ) -> Result<Self, HttpError> {
        self.check_announced(receivable, "body_bytes")?;
        let body = self.body.map(|body| -> BoxedBody {
            Box::pin(DecodedBody::new(body, decoding, receivable, limit))
        });
        Ok(Self { body })
    }

    /// The announced minimum number of remaining bytes.
    fn announced(&self) -> u64 {
        let body = self.body.as_ref();
        body.map_or(0, |body| body.size_hint().lower())
    }

    /// Rejects a body that announces more than `limit` bytes.
    pub(super) fn check_announced(
        &self,
        limit: usize,
        name: &'static str,
    ) -> Result<(), HttpError> {
        if self.announced() > limit as u64 {
            return Err(too_large(limit, name));
        }
        Ok(())
    }

    /// Receives the whole body. A body over `limit` bytes is rejected: at once if its size is announced, otherwise while
    /// it arrives.
    pub(super) async fn receive(self, limit: usize) -> Result<Bytes, HttpError> {
        self.receive_under(limit, "body_bytes").await
    }

    /// Like [`receive`](Self::receive), for a form that is text as a whole and is subject to the limit on a form's text.
    pub(super) async fn receive_text(self, limit: usize) -> Result<Bytes, HttpError> {
        self.receive_under(limit, "form_text_bytes").await
    }

    async fn receive_under(self, limit: usize, name: &'static str) -> Result<Bytes, HttpError> {
        let mut pieces = self.pieces_under(limit, name)?;
        let Some(first) = pieces.next().await? else {
            return Ok(Bytes::new());
        };
        // Most bodies arrive in one piece, which is returned without a copy.
        if pieces.body.is_empty() {
            return Ok(first);
        }
        let announced = usize::try_from(pieces.body.announced()).unwrap_or(0);
        let mut gathered = BytesMut::with_capacity(first.len() + announced);
        gathered.extend_from_slice(&first);
        while let Some(piece) = pieces.next().await? {
            gathered.extend_from_slice(&piece);
        }
        Ok(gathered.freeze())
    }

    /// Returns the body piece by piece as it arrives, with the same limit.
    pub(super) fn pieces(self, limit: usize) -> Result<Pieces, HttpError> {
        self.pieces_under(limit, "body_bytes")
    }

    fn pieces_under(self, limit: usize, name: &'static str) -> Result<Pieces, HttpError> {
        self.check_announced(limit, name)?;
        Ok(Pieces {
            body: self,
            limit,
            name,
            received: 0,
        })
    }
}

/// A body that is being received.
pub(super) struct Pieces {
    body: ReceivedBody,
    limit: usize,
    /// The name of the limit in [`Limits`](crate::serve::Limits).
    name: &'static str,
    received: usize,
}

impl Pieces {
    /// Returns the next piece, or `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, HttpError> {
        poll_fn(|context| self.poll_next(context)).await.transpose()
    }

    /// Polls for the next piece. After an error the body has ended.
    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, HttpError>>> {
        let Some(body) = &mut self.body.body else {
            return Poll::Ready(None);
        };
        let error = loop {
            match ready!(body.as_mut().poll_frame(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => break broken_off(&error),
                // Trailers are not part of the body.
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.received = self.received.saturating_add(data.len());
                        if self.received > self.limit {
                            break too_large(self.limit, self.name);
                        }
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
        };
        self.body.body = None;
        Poll::Ready(Some(Err(error)))
    }
}

fn broken_off(error: &BodyError) -> HttpError {
    #[cfg(feature = "compression")]
    match error.downcast_ref::<DecodeError>() {
        Some(DecodeError::TooLong(limit)) => return too_large(*limit, "body_bytes"),
        Some(DecodeError::TooLarge(limit)) => return too_large_decoded(*limit),
        Some(DecodeError::TooDense(ratio)) => {
            report::limit_hit("decoded_body_bytes");
            let sentence =
                format!("The decoded body is over {ratio} times as large as the received one");
            return HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
                .rejecting(RejectionReason::TooLarge);
        }
        Some(DecodeError::Malformed) => {
            let sentence = "The body does not match the request's content coding";
            return HttpError::new(StatusCode::BAD_REQUEST, sentence)
                .rejecting(RejectionReason::Malformed);
        }
        None => {}
    }
    if error.is::<LengthLimitError>() {
        let sentence = "The body is over the limit of a layer";
        return HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
            .rejecting(RejectionReason::TooLarge);
    }
    match error.downcast_ref::<ClientBodyError>() {
        Some(error) if error.is_too_slow() => {
            report::limit_hit("body_rate");
            HttpError::new(StatusCode::REQUEST_TIMEOUT, "The body arrived too slowly")
                .rejecting(RejectionReason::TooSlow)
        }
        _ => HttpError::new(
            StatusCode::BAD_REQUEST,
            "Unexpected end of the request body",
        )
        .rejecting(RejectionReason::Malformed),
    }
}

#[cfg(feature = "compression")]
fn too_large_decoded(limit: usize) -> HttpError {
    report::limit_hit("decoded_body_bytes");
    HttpError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("The decoded body is over the limit of {limit} bytes"),
    )
    .rejecting(RejectionReason::TooLarge)
}

fn too_large(limit: usize, name: &'static str) -> HttpError {
    report::limit_hit(name);
    HttpError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("The body is over the limit of {limit} bytes"),
    )
    .rejecting(RejectionReason::TooLarge)
}

impl Body for ReceivedBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.body {
            Some(body) => body.as_mut().poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let body = self.body.as_ref();
        body.map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl fmt::Debug for ReceivedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedBody").finish_non_exhaustive()
    }
}
