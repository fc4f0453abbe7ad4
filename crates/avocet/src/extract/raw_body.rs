//! `RawBody`: the bytes of the body, as a whole or as they arrive.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use super::received_body::Pieces;
use super::{Extractor, Rejection, RequestContext};
use crate::model::Schema;
use crate::operation::{Content, Operation, RequestBody};
use crate::response::HttpError;

/// Extracts the body without reading it as JSON: as [`Bytes`], or as a [`BodyStream`].
///
/// - **Rejects** with 415 if the content type is none of the [media types](Self::media_type), with 413 if the body is over the limit,
///   with 400 if it is incomplete. The last two are items of a `BodyStream`.
/// - **Request**: `POST /images` with `content-type: image/png`. A body may be empty.
/// - **Document**: the request body with its media types; `application/octet-stream` if any is accepted.
///
/// ```
/// use avocet::extract::RawBody;
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
/// use bytes::Bytes;
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let image = RawBody::<Bytes>::new().media_type("image/png").media_type("image/jpeg");
/// let route = Operation::post("/images").id("store").handle((image,), |(image,)| async move { image.len() });
/// let client = TestClient::new(App::new("Images", "1.0.0").routes([route]).build()?);
/// let stored = client.post("/images").header("content-type", "image/png").body("PNG").send().await;
/// assert_eq!(stored.text().await, "3");
/// let rejected = client.post("/images").header("content-type", "image/gif").body("GIF").send().await;
/// assert_eq!(rejected.status(), 415);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RawBody<T> {
    media_types: Vec<&'static str>,
    description: &'static str,
    receive: for<'c> fn(&'c mut RequestContext) -> Receiving<'c, T>,
}

type Receiving<'c, T> = Pin<Box<dyn Future<Output = Result<T, Rejection>> + Send + 'c>>;

impl<T: FromRawBody> Default for RawBody<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: FromRawBody> RawBody<T> {
    /// Extracts a body of any media type.
    ///
    /// ```
    /// let body = avocet::extract::RawBody::<bytes::Bytes>::new();
    /// ```
    pub const fn new() -> Self {
        Self {
            media_types: Vec::new(),
            description: "",
            receive: |context| Box::pin(T::from_raw_body(context)),
        }
    }

    /// Accepts a media type, which is written without parameters. With the first call, all others are rejected.
    ///
    /// ```
    /// let image = avocet::extract::RawBody::<bytes::Bytes>::new().media_type("image/png");
    /// ```
    pub fn media_type(mut self, media_type: &'static str) -> Self {
        self.media_types.push(media_type);
        self
    }

    /// Sets the description, in Markdown.
    ///
    /// ```
    /// let image = avocet::extract::RawBody::<bytes::Bytes>::new().description("The image.");
    /// ```
    pub const fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }
}

/// [`RawBody::new`] stores the function of the type, so this `impl` does not repeat its bounds.
impl<T: Send + 'static> Extractor for RawBody<T> {
    type Value = T;

    fn describe(&self, operation: &mut Operation) {
        let any = ["application/octet-stream"];
        let media_types = match self.media_types.as_slice() {
            [] => &any,
            media_types => media_types,
        };
        let contents = media_types.iter().map(|media_type| {
            let schema = Schema::string().with("format", "binary");
            Content::new(*media_type, schema.with("contentMediaType", *media_type))
        });
        let mut body = RequestBody::new(Content::json(Schema::any()), false);
        body.content = contents.collect();
        self.description.clone_into(&mut body.description);
        operation.set_body(body);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<T, Rejection> {
        context.check_media_type(&self.media_types)?;
        (self.receive)(context).await
    }
}

/// A type for the whole body without JSON: [`Bytes`] and [`BodyStream`].
///
/// ```
/// use avocet::extract::{FromRawBody, Rejection, RequestContext};
/// use bytes::Bytes;
///
/// /// A body as text; bytes that are not UTF-8 are replaced.
/// struct Text(String);
///
/// impl FromRawBody for Text {
///     async fn from_raw_body(context: &mut RequestContext) -> Result<Self, Rejection> {
///         let bytes = Bytes::from_raw_body(context).await?;
///         Ok(Self(String::from_utf8_lossy(&bytes).into_owned()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold a raw body",
    label = "not a type for a raw body",
    note = "`bytes::Bytes` holds the whole body, `avocet::extract::BodyStream` gives it piece by piece"
)]
pub trait FromRawBody: Sized + Send + 'static {
    /// Receives the body, or prepares to.
    fn from_raw_body(
        context: &mut RequestContext,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send;
}

impl FromRawBody for Bytes {
    async fn from_raw_body(context: &mut RequestContext) -> Result<Self, Rejection> {
        context.raw_body().await
    }
}

impl FromRawBody for BodyStream {
    async fn from_raw_body(context: &mut RequestContext) -> Result<Self, Rejection> {
        Ok(Self(context.raw_pieces()?))
    }
}

/// The body of a request, piece by piece as it arrives: an argument with `#[body]`.
///
/// It has back-pressure: while the handler does not ask for the next piece, the client can send only what fits into the connection's
/// buffers. The [limits](crate::serve::Limits) of the body apply. When the handler drops it, the rest of the body is not read.
///
/// ```
/// use avocet::extract::BodyStream;
/// use avocet::prelude::*;
/// use avocet::testing::TestClient;
///
/// #[post("/lines")]
/// async fn lines(#[body] mut body: BodyStream) -> Result<usize, HttpError> {
///     let mut lines = 0;
///     while let Some(piece) = body.next().await {
///         lines += piece?.iter().filter(|byte| **byte == b'\n').count();
///     }
///     Ok(lines)
/// }
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let client = TestClient::new(App::new("Text", "1.0.0").routes(routes![lines]).build()?);
/// assert_eq!(client.post("/lines").body("one\ntwo\n").send().await.text().await, "2");
/// # Ok(())
/// # }
/// ```
pub struct BodyStream(Pieces);

impl BodyStream {
    /// Waits for the next piece; `None` at the end of the body.
    ///
    /// # Errors
    /// An item is an error if the body is over its limit (413), arrives too slowly (408) or is incomplete (400). It is the last item.
    ///
    /// ```
    /// use avocet::extract::BodyStream;
    /// use avocet::response::HttpError;
    ///
    /// async fn size(mut body: BodyStream) -> Result<u64, HttpError> {
    ///     let mut size = 0;
    ///     while let Some(piece) = body.next().await {
    ///         size += piece?.len() as u64;
    ///     }
    ///     Ok(size)
    /// }
    /// ```
    pub async fn next(&mut self) -> Option<Result<Bytes, HttpError>> {
        std::future::poll_fn(|context| self.0.poll_next(context)).await
    }
}

impl Stream for BodyStream {
    type Item = Result<Bytes, HttpError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next(context)
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream").finish_non_exhaustive()
    }
}
