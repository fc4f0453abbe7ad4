//! `Upload`: an uploaded file.

use std::fmt;
use std::io::{self, Cursor, Read, SeekFrom};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};

use super::content_type::ContentType;
use super::spool::{Content, Name, blocking};

/// The longest sanitised file name, in bytes: the limit of common file systems.
const LONGEST_NAME: usize = 255;

/// A file that a client sent in a form.
///
/// A form's files are held in temporary files beyond 1 MiB in total. The directory is the one set by
/// [`App::upload_dir`](crate::App::upload_dir), or else `TMPDIR` or the system's default. They are removed when the
/// upload is dropped. The content is consumed once: as [`bytes`](Self::bytes), by a [`reader`](Self::reader), or
/// [saved](Self::save).
///
/// ```
/// use avocet::extract::{File, Upload};
/// use avocet::operation::Operation;
/// use avocet::response::HttpError;
///
/// let route = Operation::post("/lines").handle((File::<Upload>::new("text"),), |(text,)| async move {
///     let bytes = text.bytes().await?;
///     Ok::<_, HttpError>(bytes.split(|byte| *byte == b'\n').count())
/// });
/// ```
pub struct Upload {
    file_name: String,
    content_type: Option<String>,
    content: Content,
}

impl Upload {
    pub(super) fn new(file_name: String, content_type: Option<String>, content: Content) -> Self {
        Self {
            file_name,
            content_type,
            content,
        }
    }

    /// The file's name as the client sent it. It is untrusted: it may be empty, a path or an attack. Display it, but do
    /// not open it.
    ///
    /// ```
    /// # fn shown(upload: &avocet::extract::Upload) -> String {
    /// format!("You sent {:?}", upload.raw_file_name())
    /// # }
    /// ```
    pub fn raw_file_name(&self) -> &str {
        &self.file_name
    }

    /// The file's name, sanitised: only the last path component, without control characters, characters that Windows
    /// reserves, and leading or trailing blanks and dots; `file` if nothing is left.
    ///
    /// The client still chooses this name, and two clients may send the same one. Prefer a server-generated name for a
    /// file that is kept.
    ///
    /// ```
    /// # fn shown(upload: &avocet::extract::Upload) -> String {
    /// format!("attachment; filename=\"{}\"", upload.file_name())
    /// # }
    /// ```
    pub fn file_name(&self) -> String {
        sanitised(&self.file_name)
    }

    /// The content type as the client sent it. It is not verified.
    ///
    /// ```
    /// # fn is_image(upload: &avocet::extract::Upload) -> bool {
    /// upload.content_type().is_some_and(|kind| kind.starts_with("image/"))
    /// # }
    /// ```
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The size in bytes.
    ///
    /// ```
    /// # fn is_small(upload: &avocet::extract::Upload) -> bool {
    /// upload.size() < 10_000
    /// # }
    /// ```
    pub fn size(&self) -> u64 {
        self.content.size()
    }

    /// Reads the whole content into memory.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    ///
    /// ```
    /// # async fn digest(upload: avocet::extract::Upload) -> std::io::Result<usize> {
    /// let bytes = upload.bytes().await?;
    /// # Ok(bytes.len())
    /// # }
    /// ```
    pub async fn bytes(self) -> io::Result<Bytes> {
        match self.content {
            Content::Memory(bytes) => Ok(bytes),
            Content::Disk(mut disk, size) => {
                blocking(move || {
                    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
                    disk.file.read_to_end(&mut bytes)?;
                    Ok(Bytes::from(bytes))
                })
                .await
            }
        }
    }

    /// Returns a reader for the content.
    ///
    /// ```
    /// use tokio::io::AsyncReadExt;
    ///
    /// # async fn is_png(upload: avocet::extract::Upload) -> std::io::Result<bool> {
    /// let mut signature = [0; 8];
    /// upload.reader().read_exact(&mut signature).await?;
    /// Ok(signature == *b"\x89PNG\r\n\x1a\n")
    /// # }
    /// ```
    pub fn reader(self) -> UploadReader {
        UploadReader {
            source: match self.content {
                Content::Memory(bytes) => UploadData::Memory(Cursor::new(bytes)),
                Content::Disk(disk, _) => UploadData::Disk {
                    file: tokio::fs::File::from_std(disk.file),
                    _name: disk.name,
                },
            },
        }
    }

    /// Writes the content to a new file and returns its size in bytes. An existing file is never overwritten.
    ///
    /// The file is either complete or absent: if writing fails, the partial file is removed. Writing continues if this
    /// future is dropped.
    ///
    /// # Errors
    /// If a file of that name exists, or the file cannot be written.
    ///
    /// ```
    /// # async fn keep(upload: avocet::extract::Upload, number: u64) -> std::io::Result<u64> {
    /// upload.save(format!("uploads/{number}")).await
    /// # }
    /// ```
    pub async fn save(self, path: impl AsRef<Path>) -> io::Result<u64> {
        let path = path.as_ref().to_owned();
        blocking(move || {
            let mut file = std::fs::File::create_new(&path)?;
            let written = match self.content {
                Content::Memory(bytes) => io::copy(&mut &*bytes, &mut file),
                Content::Disk(mut disk, _) => io::copy(&mut disk.file, &mut file),
            };
            if written.is_err() {
                // Close it first: on systems other than Unix an open file cannot be removed.
                drop(file);
                // Report the first error, not one of the removal.
                drop(std::fs::remove_file(&path));
            }
            written
        })
        .await
    }

    /// Whether its content type is JSON.
    pub(super) fn is_json(&self) -> bool {
        let content_type = self.content_type.as_deref();
        content_type.is_some_and(|text| ContentType::of_text(text).is_json())
    }

    /// Whether this is the empty part that a browser sends for a file input without a chosen file.
    pub(super) fn is_nothing(&self) -> bool {
        self.file_name.is_empty() && self.size() == 0
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("file_name", &self.file_name)
            .field("content_type", &self.content_type)
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}

/// Reads an [`Upload`] from its beginning, or from a position set by seeking.
///
/// ```
/// use tokio::io::{AsyncBufReadExt, BufReader};
///
/// # async fn first_line(upload: avocet::extract::Upload) -> std::io::Result<Option<String>> {
/// BufReader::new(upload.reader()).lines().next_line().await
/// # }
/// ```
#[derive(Debug)]
pub struct UploadReader {
    source: UploadData,
}

#[derive(Debug)]
enum UploadData {
    Memory(Cursor<Bytes>),
    Disk {
        // Declared before its name, as in `TemporaryFile`.
        file: tokio::fs::File,
        _name: Option<Name>,
    },
}

impl AsyncRead for UploadReader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.source {
            UploadData::Memory(bytes) => Pin::new(bytes).poll_read(context, buffer),
            UploadData::Disk { file, .. } => Pin::new(file).poll_read(context, buffer),
        }
    }
}

impl AsyncSeek for UploadReader {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        match &mut self.source {
            UploadData::Memory(bytes) => Pin::new(bytes).start_seek(position),
            UploadData::Disk { file, .. } => Pin::new(file).start_seek(position),
        }
    }

    fn poll_complete(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<u64>> {
        match &mut self.source {
            UploadData::Memory(bytes) => Pin::new(bytes).poll_complete(context),
            UploadData::Disk { file, .. } => Pin::new(file).poll_complete(context),
        }
    }
}

fn sanitised(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let harmless: String = last
        .chars()
        .filter(|character| !character.is_control() && !"<>:\"|?*".contains(*character))
        .collect();
    let around = |character: char| character.is_whitespace() || character == '.';
    let mut harmless = harmless.trim_matches(around);
    while harmless.len() > LONGEST_NAME {
        let mut characters = harmless.chars();
        characters.next_back();
        harmless = characters.as_str().trim_end_matches(around);
    }
    if harmless.is_empty() {
        "file".to_owned()
    } else {
        harmless.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::spool::{Content, TemporaryFile};
    use super::{Upload, sanitised};

    /// An upload that cannot be read: its file is open for writing only.
    fn unreadable(directory: &std::path::Path) -> Upload {
        let file = std::fs::File::create(directory.join("unreadable")).expect("a file");
        let content = Content::Disk(TemporaryFile { file, name: None }, 10);
        Upload::new(String::new(), None, content)
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_saved_whole_is_removed_and_an_existing_one_stays() {
        let directory =
            std::env::temp_dir().join(format!("avocet-test-save-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory");
        let path = directory.join("saved");
        assert!(unreadable(&directory).save(&path).await.is_err());
        assert!(!path.exists(), "a part of the file is left");
        std::fs::write(&path, "before").expect("written");
        assert!(unreadable(&directory).save(&path).await.is_err());
        assert_eq!(std::fs::read(&path).expect("read"), b"before");
        let good = Upload::new(String::new(), None, Content::Memory("text".into()));
        assert_eq!(good.save(directory.join("good")).await.expect("saved"), 4);
        std::fs::remove_dir_all(&directory).expect("removed");
    }

    #[test]
    fn a_file_name_is_made_harmless() {
        for (raw, harmless) in [
            ("a.txt", "a.txt"),
            ("ü b.bin", "ü b.bin"),
            ("../../etc/passwd", "passwd"),
            ("C:\\dir\\a.txt", "a.txt"),
            ("a\0b\r\n.txt", "ab.txt"),
            ("a.txt:stream", "a.txtstream"),
            ("...", "file"),
            (".bashrc", "bashrc"),
            ("", "file"),
            ("dir/", "file"),
        ] {
            assert_eq!(sanitised(raw), harmless, "{raw:?}");
        }
        assert_eq!(sanitised(&"ü".repeat(200)).len(), 254);
    }
}
