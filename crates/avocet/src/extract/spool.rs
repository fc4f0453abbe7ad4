//! Storage for an arriving file: in memory, and beyond a size in a temporary file.
//!
//! The directory is the one set by [`App::upload_dir`](crate::App::upload_dir), or the system's default.
//!
//! A temporary file is accessible to this process' user only and is removed on every path. On Unix it is unlinked as
//! soon as it is open, so that even a killed process leaves none behind; elsewhere it is removed when it is dropped.
//! Blocking reads and writes run on the runtime's blocking threads. Each job owns the file while it runs, so that
//! dropping the future that waits for it leaves nothing behind either.

use std::collections::hash_map::RandomState;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

/// How many bytes are written at once.
const BATCH: usize = 256 * 1024;
/// How many names are tried before the error is returned.
const ATTEMPTS: usize = 16;

/// The content of a file that is arriving.
#[derive(Debug)]
pub(super) struct Spool {
    memory: BytesMut,
    disk: Option<TemporaryFile>,
    /// How many bytes may be held in memory.
    room: usize,
    size: u64,
    /// The directory for temporary files, if not the system's default.
    directory: Option<Arc<Path>>,
}

impl Spool {
    pub(super) fn new(room: usize, directory: Option<Arc<Path>>) -> Self {
        Self {
            memory: BytesMut::new(),
            disk: None,
            room,
            size: 0,
            directory,
        }
    }

    pub(super) async fn write(&mut self, data: &[u8]) -> io::Result<()> {
        self.memory.extend_from_slice(data);
        self.size += data.len() as u64;
        let most = if self.disk.is_some() {
            BATCH
        } else {
            self.room
        };
        if self.memory.len() > most {
            self.flush().await?;
        }
        Ok(())
    }

    /// How many bytes have arrived.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Returns the complete content, to be read from its beginning.
    pub(super) async fn finish(mut self) -> io::Result<Content> {
        if self.disk.is_none() {
            return Ok(Content::Memory(self.memory.freeze()));
        }
        self.flush().await?;
        let Some(mut disk) = self.disk else {
            return Ok(Content::Memory(Bytes::new()));
        };
        let disk = blocking(move || {
            disk.file.seek(SeekFrom::Start(0))?;
            Ok(disk)
        })
        .await?;
        Ok(Content::Disk(disk, self.size))
    }

    async fn flush(&mut self) -> io::Result<()> {
        let batch = self.memory.split();
        let disk = self.disk.take();
        let directory = self.directory.clone();
        let written = blocking(move || {
            let directory =
                directory.map_or_else(std::env::temp_dir, |directory| directory.to_path_buf());
            let written = match disk {
                Some(disk) => Ok(disk),
                None => TemporaryFile::create(&directory),
            };
            let written = written.and_then(|mut disk| {
                disk.file.write_all(&batch)?;
                Ok(disk)
            });
            written.map_err(|error| {
                let sentence = format!(
                    "an upload cannot be stored in {} (see `App::upload_dir`): {error}",
                    directory.display()
                );
                io::Error::new(error.kind(), sentence)
            })
        });
        self.disk = Some(written.await?);
        Ok(())
    }
}

/// The content of a file that has arrived.
#[derive(Debug)]
pub(super) enum Content {
    Memory(Bytes),
    /// A temporary file and its size.
    Disk(TemporaryFile, u64),
}

impl Content {
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk(_, size) => *size,
        }
    }

    pub(super) fn in_memory(&self) -> usize {
        match self {
            Self::Memory(bytes) => bytes.len(),
            Self::Disk(..) => 0,
        }
    }
}

/// An open temporary file, removed when this is dropped.
#[derive(Debug)]
pub(super) struct TemporaryFile {
    // Declared before `name`: where open files cannot be removed, the file must be closed first.
    pub(super) file: File,
    pub(super) name: Option<Name>,
}

/// The path of a temporary file that is not unlinked yet.
#[derive(Debug)]
pub(super) struct Name(PathBuf);

impl TemporaryFile {
    fn create(directory: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut attempt = 0;
        loop {
            // The hasher's keys are random, so the name is not predictable; an existing name is never opened.
            let random = RandomState::new().build_hasher().finish();
            let path = directory.join(format!("avocet-upload-{random:016x}"));
            match options.open(&path) {
                Ok(file) => {
                    let name = Name(path);
                    let name = (!name.removed_while_open()).then_some(name);
                    return Ok(Self { file, name });
                }
                Err(error)
                    if error.kind() == io::ErrorKind::AlreadyExists && attempt < ATTEMPTS =>
                {
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Checks the directory for uploads by creating and removing a file in it.
pub(crate) fn check_upload_dir(directory: &Path) -> io::Result<()> {
    TemporaryFile::create(directory).map(drop)
}

impl Name {
    /// Unlinks the open file, where the system allows that.
    fn removed_while_open(&self) -> bool {
        cfg!(unix) && fs::remove_file(&self.0).is_ok()
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        // A failure here cannot be reported. The system's cleanup of temporary files removes the file later.
        drop(fs::remove_file(&self.0));
    }
}

/// Runs a job that blocks on disk access on a thread for blocking work.
pub(super) async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(job)
        .await
        .map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{Content, Name, Spool};

    async fn spooled(room: usize, pieces: &[&[u8]]) -> Content {
        let mut spool = Spool::new(room, None);
        for piece in pieces {
            spool.write(piece).await.expect("written");
        }
        spool.finish().await.expect("finished")
    }

    #[tokio::test]
    async fn what_fits_stays_in_memory() {
        let Content::Memory(bytes) = spooled(6, &[b"abc", b"def"]).await else {
            panic!("on disk");
        };
        assert_eq!(bytes, "abcdef");
    }

    #[tokio::test]
    async fn what_does_not_fit_goes_to_disk_whole() {
        let large = vec![7; 600_000];
        let Content::Disk(mut disk, size) = spooled(5, &[b"abc", b"def", &large, b"end"]).await
        else {
            panic!("in memory");
        };
        let mut read = Vec::new();
        disk.file.read_to_end(&mut read).expect("read");
        assert_eq!(read.len() as u64, size);
        assert_eq!(read, [b"abcdef", &large[..], b"end"].concat());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn an_open_temporary_file_has_no_name() {
        let Content::Disk(disk, _) = spooled(0, &[b"x"]).await else {
            panic!("in memory");
        };
        assert!(disk.name.is_none());
        assert_eq!(
            std::os::unix::fs::MetadataExt::nlink(&disk.file.metadata().expect("metadata")),
            0
        );
    }

    #[tokio::test]
    async fn a_directory_that_is_missing_is_named() {
        let missing = std::env::temp_dir().join("avocet-no-such-directory");
        let mut spool = Spool::new(0, Some(missing.clone().into()));
        let error = spool.write(b"x").await.expect_err("no directory");
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
        let sentence = error.to_string();
        assert!(
            sentence.contains(&missing.display().to_string()),
            "{sentence}"
        );
    }

    #[test]
    fn a_name_that_stays_is_removed_at_the_end() {
        let path = std::env::temp_dir().join(format!("avocet-test-{}", std::process::id()));
        std::fs::write(&path, "x").expect("written");
        drop(Name(path.clone()));
        assert!(!path.exists());
    }
}
