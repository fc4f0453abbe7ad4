//! What a store returns of logs: sequence numbers, entries, pages and their usage.

use std::fmt;

use bytes::Bytes;

use crate::clock::Timestamp;

/// The position of an entry in a log. Sequence numbers of a log increase strictly, with gaps, and are never used twice.
///
/// ```
/// use avocet_store::{Sequence, Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let log = Store::memory().log("events")?;
/// let first = log.append("job-1", "started", Ttl::NEVER).await?;
/// let second = log.append("job-1", "finished", Ttl::NEVER).await?;
/// assert!(Sequence::START < first && first < second);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(u64);

impl Sequence {
    /// The position before the first entry.
    ///
    /// ```
    /// assert_eq!(avocet_store::Sequence::START.as_u64(), 0);
    /// ```
    pub const START: Self = Self(0);

    /// Creates a sequence number from its number, for example that of a `Last-Event-ID`.
    ///
    /// ```
    /// assert_eq!(avocet_store::Sequence::from_u64(7).as_u64(), 7);
    /// ```
    pub const fn from_u64(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number.
    ///
    /// ```
    /// assert_eq!(avocet_store::Sequence::from_u64(7).as_u64(), 7);
    /// ```
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

/// An entry of a stream.
///
/// `Debug` shows the size of the data, not the data.
///
/// ```
/// use avocet_store::{Sequence, Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let log = Store::memory().log("events")?;
/// let sequence = log.append("job-1", "started", Ttl::NEVER).await?;
/// let entry = log.read("job-1", Sequence::START, 1).await?.entries.remove(0);
/// assert_eq!((entry.sequence, &entry.data[..]), (sequence, &b"started"[..]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// The position of the entry.
    pub sequence: Sequence,
    /// When it was appended.
    pub appended: Timestamp,
    /// The data.
    pub data: Bytes,
}

impl fmt::Debug for LogEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogEntry")
            .field("sequence", &self.sequence)
            .field("appended", &self.appended)
            .field("data", &format_args!("{} bytes", self.data.len()))
            .finish()
    }
}

/// Entries of a stream in the order in which they were appended.
///
/// ```
/// use avocet_store::{Sequence, Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let log = Store::memory().log("events")?;
/// log.append("job-1", "started", Ttl::NEVER).await?;
/// log.append("job-1", "finished", Ttl::NEVER).await?;
/// let page = log.read("job-1", Sequence::START, 1).await?;
/// assert!(page.more && !page.missed);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogPage {
    /// The entries.
    pub entries: Vec<LogEntry>,
    /// Whether the stream has further entries after these.
    pub more: bool,
    /// Whether entries after the position that was asked for were removed from the stream before they were read.
    pub missed: bool,
}

/// Which entries of a stream [`Log::trim`](crate::Log::trim) removes.
///
/// ```
/// use avocet_store::{Sequence, Store, Trim, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let log = Store::memory().log("events")?;
/// for number in ["1", "2", "3"] {
///     log.append("job-1", number, Ttl::NEVER).await?;
/// }
/// assert_eq!(log.trim("job-1", Trim::KeepLast(1)).await?, 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trim {
    /// All but this number of the newest entries.
    KeepLast(u64),
    /// The entries up to this one, inclusive.
    UpTo(Sequence),
    /// The entries that were appended before this time.
    Before(Timestamp),
}

/// What the streams of a log use that have not expired.
///
/// ```
/// use avocet_store::{Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let log = Store::memory().log("events")?;
/// log.append("job-1", "started", Ttl::NEVER).await?;
/// let usage = log.usage().await?;
/// assert_eq!((usage.streams, usage.entries, usage.bytes), (1, 1, 7));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogUsage {
    /// The number of streams.
    pub streams: u64,
    /// The number of entries of all streams.
    pub entries: u64,
    /// The bytes of all entries.
    pub bytes: u64,
}
