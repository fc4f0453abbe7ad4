//! The body of a response: empty, complete bytes, or a stream of bytes.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{Entry, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

/// An HTTP response.
///
/// ```
/// use avocet::response::{Response, ResponseBody};
///
/// let response: Response = http::Response::new(ResponseBody::full("hello"));
/// ```
pub type Response = http::Response<ResponseBody>;

/// Returns a response with a complete body: its status, its media type and its bytes.
///
/// ```
/// use avocet::response::full_response;
/// use http::{HeaderValue, StatusCode};
///
/// let csv = HeaderValue::from_static("text/csv; charset=utf-8");
/// let response = full_response(StatusCode::OK, csv, "name,size\n");
/// assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8");
/// ```
#[inline]
pub fn full_response(
    status: StatusCode,
    media_type: HeaderValue,
    body: impl Into<Bytes>,
) -> Response {
    let mut response = Response::new(ResponseBody::full(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media_type);
    response
}

/// Returns a response without a body.
///
/// ```
/// use avocet::response::empty_response;
///
/// assert_eq!(empty_response(http::StatusCode::ACCEPTED).status(), 202);
/// ```
pub fn empty_response(status: StatusCode) -> Response {
    let mut response = Response::new(ResponseBody::empty());
    *response.status_mut() = status;
    response
}

/// The body of a response.
///
/// ```
/// use avocet::response::ResponseBody;
/// use http_body::Body;
///
/// assert_eq!(ResponseBody::full("hello").size_hint().exact(), Some(5));
/// assert!(ResponseBody::empty().is_end_stream());
/// ```
#[derive(Default)]
pub struct ResponseBody {
    inner: Inner,
}

#[derive(Default)]
enum Inner {
    #[default]
    Empty,
    Full(Bytes),
    Stream(BoxedBody),
}

/// A body of any kind, on the heap.
pub(crate) type BoxedBody = Pin<Box<dyn Body<Data = Bytes, Error = BodyError> + Send>>;

/// The error that aborts a body. The client sees an aborted connection, never a clean end.
///
/// ```
/// let error: avocet::response::BodyError = "the model stopped".into();
/// ```
pub type BodyError = Box<dyn Error + Send + Sync>;

impl ResponseBody {
    /// Returns an empty body.
    ///
    /// ```
    /// let nothing = avocet::response::ResponseBody::empty();
    /// ```
    pub const fn empty() -> Self {
        Self {
            inner: Inner::Empty,
        }
    }

    /// Returns a body with complete bytes.
    ///
    /// ```
    /// let hello = avocet::response::ResponseBody::full("hello");
    /// ```
    pub fn full(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self {
            inner: if bytes.is_empty() {
                Inner::Empty
            } else {
                Inner::Full(bytes)
            },
        }
    }

    /// Returns a streamed body, from any `Body`. When the client disconnects, the body is dropped.
    ///
    /// ```
    /// use avocet::response::ResponseBody;
    ///
    /// let streamed = ResponseBody::stream(ResponseBody::full("from elsewhere"));
    /// ```
    pub fn stream<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BodyError>,
    {
        Self {
            inner: Inner::Stream(Box::pin(Boxed { body })),
        }
    }

    /// Returns a streamed body from one that is boxed already.
    pub(crate) fn boxed(body: BoxedBody) -> Self {
        Self {
            inner: Inner::Stream(body),
        }
    }

    /// Returns the length in bytes of a body that is complete.
    pub(crate) fn len_if_there(&self) -> Option<u64> {
        match &self.inner {
            Inner::Empty => Some(0),
            Inner::Full(bytes) => Some(bytes.len() as u64),
            Inner::Stream(_) => None,
        }
    }

    /// Wraps a streamed body. A complete body is unchanged.
    pub(crate) fn map_stream<B>(self, around: impl FnOnce(BoxedBody) -> B) -> Self
    where
        B: Body<Data = Bytes, Error = BodyError> + Send + 'static,
    {
        match self.inner {
            Inner::Stream(body) => Self {
                inner: Inner::Stream(Box::pin(around(body))),
            },
            inner @ (Inner::Empty | Inner::Full(_)) => Self { inner },
        }
    }
}

pin_project! {
    /// A body whose errors are boxed.
    struct Boxed<B> {
        #[pin]
        body: B,
    }
}

impl<B> Body for Boxed<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BodyError>,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.project().body.poll_frame(context).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.inner {
            Inner::Empty => Poll::Ready(None),
            Inner::Full(bytes) => {
                let bytes = std::mem::take(bytes);
                self.inner = Inner::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Inner::Stream(body) => body.as_mut().poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.inner {
            Inner::Empty => true,
            Inner::Full(_) => false,
            Inner::Stream(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.inner {
            Inner::Empty => SizeHint::with_exact(0),
            Inner::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Inner::Stream(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.inner {
            Inner::Empty => f.write_str("Empty"),
            Inner::Full(bytes) => write!(f, "Full({} bytes)", bytes.len()),
            Inner::Stream(_) => f.write_str("Stream"),
        }
    }
}

/// Replaces headers of the same name; cookies are always added.
pub(crate) fn set_headers(headers: &mut HeaderMap, mut new: HeaderMap) {
    if new.contains_key(SET_COOKIE)
        && let Entry::Occupied(cookies) = new.entry(SET_COOKIE)
    {
        for cookie in cookies.remove_entry_mult().1 {
            headers.append(SET_COOKIE, cookie);
        }
    }
    headers.extend(new);
}
