//! `SqliteConfig`: the settings of the back-end.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::connection::ConnectionConfig;

/// The settings of a [`Sqlite`](crate::Sqlite) back-end.
///
/// ```
/// use std::time::Duration;
/// use avocet_store::SqliteConfig;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("store.db");
/// let sqlite = SqliteConfig::new(&path).readers(4).busy_timeout(Duration::from_secs(10)).open()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SqliteConfig {
    pub(crate) path: PathBuf,
    pub(crate) readers: usize,
    pub(crate) queue: usize,
    pub(crate) poll_interval: Duration,
    pub(crate) connection: ConnectionConfig,
}

impl SqliteConfig {
    /// Creates the default settings for a file: 2 readers, queues of 1,024 operations, a busy timeout of 5 seconds, durable against a loss
    /// of power, a file of at most 16 GiB, a poll interval of 50 milliseconds.
    ///
    /// ```
    /// let config = avocet_store::SqliteConfig::new("store.db");
    /// ```
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            readers: 2,
            queue: 1024,
            poll_interval: Duration::from_millis(50),
            connection: ConnectionConfig {
                busy_timeout: Duration::from_secs(5),
                survives_power_loss: true,
                file_bytes: 16 * 1024 * 1024 * 1024,
            },
        }
    }

    /// Sets the number of threads that read, at least 1. The default is 2.
    ///
    /// ```
    /// let config = avocet_store::SqliteConfig::new("store.db").readers(4);
    /// ```
    pub fn readers(mut self, readers: usize) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// Sets how many reads, and how many writes, can wait for a thread. The default is 1,024 each.
    ///
    /// ```
    /// let config = avocet_store::SqliteConfig::new("store.db").queue(10_000);
    /// ```
    pub fn queue(mut self, operations: usize) -> Self {
        self.queue = operations.max(1);
        self
    }

    /// Sets how long a write waits for one of another process. The default is 5 seconds; after that the writes fail with
    /// [`Error::Backend`](crate::Error::Backend).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let config = avocet_store::SqliteConfig::new("store.db").busy_timeout(Duration::from_secs(1));
    /// ```
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.connection.busy_timeout = timeout;
        self
    }

    /// Sets whether a finished write survives a loss of power, or only a crash of the process. The default is true: each commit waits for
    /// the disk.
    ///
    /// ```
    /// let config = avocet_store::SqliteConfig::new("cache.db").survives_power_loss(false);
    /// ```
    pub fn survives_power_loss(mut self, survives: bool) -> Self {
        self.connection.survives_power_loss = survives;
        self
    }

    /// Sets the largest size of the file. The default is 16 GiB; a write over it fails with [`Error::Backend`](crate::Error::Backend).
    ///
    /// ```
    /// let config = avocet_store::SqliteConfig::new("store.db").file_bytes(1 << 30);
    /// ```
    pub fn file_bytes(mut self, bytes: u64) -> Self {
        self.connection.file_bytes = bytes;
        self
    }

    /// Sets how often a process looks for entries that others append to the streams that it waits for. The default is 50 milliseconds.
    /// Entries of the same process arrive at once.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let config = avocet_store::SqliteConfig::new("store.db").poll_interval(Duration::from_millis(10));
    /// ```
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = interval;
        self
    }
}
