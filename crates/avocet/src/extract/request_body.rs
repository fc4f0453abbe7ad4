//! The body of a request until somebody receives it.

use std::fmt;
use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body::Body;
use http_body_util::BodyExt;

use crate::respond::{BodyError, HttpError};
use crate::serve::ClientBodyError;

/// A body that has not been received, from whatever server it comes.
pub(crate) struct RequestBody {
    body: Pin<Box<dyn Body<Data = Bytes, Error = BodyError> + Send>>,
}

impl RequestBody {
    pub(crate) fn new<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BodyError>,
    {
        Self {
            body: Box::pin(body.map_err(Into::into)),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.body.is_end_stream()
    }

    /// All of it, unless it is over `limit` bytes: announced so, which costs nothing, or found so on the way.
    pub(super) async fn receive(mut self, limit: usize) -> Result<Bytes, HttpError> {
        let announced = self.body.size_hint().lower();
        if announced > limit as u64 {
            return Err(too_large(limit));
        }
        let Some(first) = self.next().await? else {
            return Ok(Bytes::new());
        };
        if first.len() > limit {
            return Err(too_large(limit));
        }
        // Most bodies arrive in one piece, which is passed on as it is.
        if self.body.is_end_stream() {
            return Ok(first);
        }
        let mut gathered = BytesMut::with_capacity(
            first.len() + usize::try_from(self.body.size_hint().lower()).unwrap_or(0),
        );
        gathered.extend_from_slice(&first);
        while let Some(piece) = self.next().await? {
            if gathered.len() + piece.len() > limit {
                return Err(too_large(limit));
            }
            gathered.extend_from_slice(&piece);
        }
        Ok(gathered.freeze())
    }

    async fn next(&mut self) -> Result<Option<Bytes>, HttpError> {
        while let Some(frame) = self.body.frame().await {
            let frame = frame.map_err(|error| broken_off(&error))?;
            // Trailers carry no body.
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
}

fn broken_off(error: &BodyError) -> HttpError {
    match error.downcast_ref::<ClientBodyError>() {
        Some(error) if error.is_too_slow() => {
            HttpError::new(StatusCode::REQUEST_TIMEOUT, "The body came too slowly")
        }
        _ => HttpError::new(StatusCode::BAD_REQUEST, "The body ended before its end"),
    }
}

fn too_large(limit: usize) -> HttpError {
    HttpError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("The body is over the limit of {limit} bytes"),
    )
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBody").finish_non_exhaustive()
    }
}
