//! `ByteStream`: a stream of bytes with any media type.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderValue;

use super::stream::{self, Items, StreamFormat};
use super::stream_timing::{StreamTiming, first_item_methods};
use super::{BodyError, HttpError, Responder, Response, ResponseContext, ResponseError};
use crate::model::{OrderedJson, Schema};
use crate::operation::{Content, Operation};

/// A media type that the document shows and the response carries.
///
/// ```
/// use avocet::response::MediaType;
///
/// /// Spoken text.
/// struct Wav;
///
/// impl MediaType for Wav {
///     const NAME: &'static str = "audio/wav";
/// }
/// ```
pub trait MediaType: Send + 'static {
    /// The media type, as in `audio/wav` or `text/csv; charset=utf-8`.
    const NAME: &'static str;
}

/// The media type of arbitrary bytes: `application/octet-stream`.
///
/// ```
/// use avocet::response::MediaType;
///
/// assert_eq!(avocet::response::OctetStream::NAME, "application/octet-stream");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OctetStream;

impl MediaType for OctetStream {
    const NAME: &'static str = "application/octet-stream";
}

/// A stream of bytes with the media type `M`; the stream can fail with an `E`.
///
/// - **Headers**: `content-type` with the name of `M`, `cache-control: no-cache` (a cache does not serve an old stream) and
///   `x-accel-buffering: no` (nginx forwards each chunk at once). The document lists none of them.
/// - The response head waits for the first chunk, but no longer than 1 second unless
///   [`App::first_item_wait`](crate::App::first_item_wait), [`ByteStream::first_item_wait`] or [`ByteStream::open_at_once`] sets
///   otherwise. An error within this time is sent with its own status.
/// - A later error cannot be sent among the bytes. The response is aborted (HTTP/1.1: without its last chunk; HTTP/2: a
///   reset), and the reason is logged.
/// - Chunks are sent unchanged and uncopied. No heartbeat is sent: every byte belongs to the stream.
/// - A client that reads slowly pauses the stream. When the client disconnects, the stream is dropped.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::response::MediaType;
/// use avocet::testing::TestClient;
///
/// struct Wav;
///
/// impl MediaType for Wav {
///     const NAME: &'static str = "audio/wav";
/// }
///
/// /// Speak a text.
/// #[get("/speech")]
/// async fn speech() -> ByteStream<Wav> {
///     ByteStream::new(stream! {
///         yield "RIFF".into();
///         yield vec![0, 1, 2].into();
///     })
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Speech", "1.0.0").routes(routes![speech]).build()?);
/// let response = client.get("/speech").send().await;
/// assert_eq!(response.header("content-type"), "audio/wav");
/// assert_eq!(response.bytes().await, &b"RIFF\x00\x01\x02"[..]);
/// # Ok(())
/// # }
/// ```
pub struct ByteStream<M = OctetStream, E = HttpError> {
    items: Items<Bytes, E>,
    timing: StreamTiming,
    media_type: PhantomData<fn() -> M>,
}

impl<M, E> ByteStream<M, E> {
    /// Creates the response from a stream of chunks, usually one that `stream!` makes.
    ///
    /// ```
    /// use avocet::prelude::*;
    ///
    /// let bytes: ByteStream = ByteStream::new(stream! { yield vec![1, 2, 3].into(); });
    /// ```
    pub fn new(stream: impl Stream<Item = Result<Bytes, E>> + Send + 'static) -> Self {
        Self {
            items: Box::pin(stream),
            timing: StreamTiming::default(),
            media_type: PhantomData,
        }
    }

    first_item_methods!(
        "chunk": "ByteStream",
        "ByteStream::new(stream! { yield vec![1, 2, 3].into(); })"
    );
}

impl<M, E> fmt::Debug for ByteStream<M, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").finish_non_exhaustive()
    }
}

impl<M: MediaType, E: ResponseError + 'static> Responder for ByteStream<M, E> {
    fn describe(operation: &mut Operation) {
        if !is_media_type(M::NAME) {
            operation.schemas.mistake(format!(
                "\"{}\" is not a media type; write one such as \"audio/wav\"",
                M::NAME
            ));
        }
        let content = Content::new(M::NAME, Schema::binary());
        stream::describe::<Chunks<M>, E>(operation, content);
    }

    async fn respond(self, response_context: &ResponseContext) -> Response {
        stream::respond::<Chunks<M>, E>(self.items, self.timing, response_context).await
    }
}

/// Returns whether the text is a valid content type: two tokens (RFC 9110, section 8.3.1) and optional parameters.
fn is_media_type(name: &str) -> bool {
    let essence = name.split(';').next().unwrap_or_default().trim_end();
    let token = |text: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !text.is_empty() && text.bytes().all(allowed)
    };
    HeaderValue::from_str(name).is_ok()
        && essence
            .split_once('/')
            .is_some_and(|(kind, subtype)| token(kind) && token(subtype))
}

/// The stream format of chunks: unchanged.
struct Chunks<M>(PhantomData<fn() -> M>);

impl<M: MediaType> StreamFormat for Chunks<M> {
    type Item = Bytes;

    const LATE_ERROR: &'static str =
        "After the first bytes, the response ends early without this body.";

    const SIGN_OF_LIFE: &'static [u8] = b"";

    fn content_type() -> HeaderValue {
        HeaderValue::from_str(M::NAME).unwrap_or(HeaderValue::from_static(OctetStream::NAME))
    }

    fn item(item: Bytes, _: &mut Vec<u8>) -> Result<Option<Bytes>, BodyError> {
        // An empty chunk would end a chunked body.
        Ok((!item.is_empty()).then_some(item))
    }

    fn error(_: &OrderedJson, _: &mut Vec<u8>) {}
}
