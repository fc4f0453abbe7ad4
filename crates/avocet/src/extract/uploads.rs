//! The files of one form field: none, one or many.

use std::future::Future;
use std::io;
use std::pin::Pin;

use bytes::Bytes;

use super::upload::Upload;
use crate::model::{OrderedJson, Schema};

/// The future that [`Uploads::from_uploads`] returns.
type Taken<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

/// A type for a file field of a form: an [`Upload`], its [`Bytes`], or an `Option` or a `Vec` of these.
///
/// ```
/// use avocet::extract::{Upload, Uploads};
///
/// fn field<T: Uploads>() {}
/// field::<Option<Upload>>();
/// field::<Vec<bytes::Bytes>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a file of a form",
    label = "not a file",
    note = "files are `Upload` or `Bytes`, and `Option` or `Vec` of these; for a text field write `#[form]`"
)]
pub trait Uploads: Sized + Send + 'static {
    /// The schema in the document.
    fn schema() -> Schema;

    /// Converts the files that were sent: at least one, and exactly one unless the type is a list.
    fn from_uploads(uploads: Vec<Upload>) -> Taken<Self>;

    /// The value if no file was sent, for a type that has one.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether the type takes all files of its name instead of the last one.
    fn is_array() -> bool {
        false
    }

    /// A default as the document shows it, if JSON can represent it.
    fn default_json(&self) -> Option<OrderedJson> {
        None
    }
}

/// Converts the last file.
async fn last<T: One>(mut uploads: Vec<Upload>) -> io::Result<T> {
    match uploads.pop() {
        Some(upload) => T::from_upload(upload).await,
        None => Err(io::ErrorKind::NotFound.into()),
    }
}

trait One: Sized + Send + 'static {
    fn from_upload(upload: Upload) -> impl Future<Output = io::Result<Self>> + Send;
}

impl One for Upload {
    async fn from_upload(upload: Upload) -> io::Result<Self> {
        Ok(upload)
    }
}

impl One for Bytes {
    fn from_upload(upload: Upload) -> impl Future<Output = io::Result<Self>> + Send {
        upload.bytes()
    }
}

impl Uploads for Upload {
    fn schema() -> Schema {
        Schema::binary()
    }

    fn from_uploads(uploads: Vec<Upload>) -> Taken<Self> {
        Box::pin(last(uploads))
    }
}

impl Uploads for Bytes {
    fn schema() -> Schema {
        Schema::binary()
    }

    fn from_uploads(uploads: Vec<Upload>) -> Taken<Self> {
        Box::pin(last(uploads))
    }

    fn default_json(&self) -> Option<OrderedJson> {
        // JSON cannot represent other bytes.
        self.is_empty().then(|| "".into())
    }
}

impl<T: One> Uploads for Option<T> {
    fn schema() -> Schema {
        Schema::binary().nullable()
    }

    fn from_uploads(uploads: Vec<Upload>) -> Taken<Self> {
        Box::pin(async move { last(uploads).await.map(Some) })
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: One> Uploads for Vec<T> {
    fn schema() -> Schema {
        Schema::list(Schema::binary())
    }

    fn from_uploads(uploads: Vec<Upload>) -> Taken<Self> {
        Box::pin(async move {
            let mut taken = Self::with_capacity(uploads.len());
            for upload in uploads {
                taken.push(T::from_upload(upload).await?);
            }
            Ok(taken)
        })
    }

    fn is_array() -> bool {
        true
    }

    fn default_json(&self) -> Option<OrderedJson> {
        self.is_empty().then(|| OrderedJson::Array(Vec::new()))
    }
}
