//! `LogBackend`: streams of entries.

use std::fmt::Debug;

use bytes::Bytes;

use super::future::BoxFuture;
use super::request::Paging;
use crate::clock::Timestamp;
use crate::config::LogConfig;
use crate::log_entry::{LogPage, LogUsage, Sequence, Trim};

/// Streams of entries in the order in which they were appended.
///
/// Each method is one atomic step on the state at `now`, in which a stream with `expires <= now` does not exist and uses nothing.
///
/// ```
/// use avocet_store::backend::LogBackend;
/// use avocet_store::{LogConfig, Memory, Timestamp};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let (now, events) = (Timestamp::from_millis(0), LogConfig::new("events"));
/// Memory::new().append(now, &events, "job-1", "started".into(), None).await?;
/// # Ok(())
/// # }
/// ```
pub trait LogBackend: Debug + Send + Sync + 'static {
    /// Appends an entry and sets the time at which the whole stream expires.
    ///
    /// [`Limit::Streams`](crate::Limit::Streams) comes before [`Limit::Entries`](crate::Limit::Entries), and that before
    /// [`Limit::TotalBytes`](crate::Limit::TotalBytes).
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// let events = LogConfig::new("events");
    /// let sequence = memory.append(now, &events, "job-1", "started".into(), None).await?;
    /// assert!(sequence > Sequence::START);
    /// # Ok(())
    /// # }
    /// ```
    fn append<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        data: Bytes,
        expires: Option<Timestamp>,
    ) -> BoxFuture<'a, Sequence>;

    /// Returns the entries of a stream after a position. A stream that does not exist has no entries.
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// let events = LogConfig::new("events");
    /// let paging = Paging { entries: 10, bytes: 1024 };
    /// let page = memory.read(now, &events, "job-1", Sequence::START, paging).await?;
    /// assert_eq!(page, LogPage::default());
    /// # Ok(())
    /// # }
    /// ```
    fn read<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        after: Sequence,
        paging: Paging,
    ) -> BoxFuture<'a, LogPage>;

    /// Waits until a stream has an entry after a position, and returns at once if it has. It can return early.
    ///
    /// Dropping the future has no effect on the store.
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// let events = LogConfig::new("events");
    /// memory.append(now, &events, "job-1", "started".into(), None).await?;
    /// memory.wait(now, &events, "job-1", Sequence::START).await?;
    /// # Ok(())
    /// # }
    /// ```
    fn wait<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        after: Sequence,
    ) -> BoxFuture<'a, ()>;

    /// Removes entries from the start of a stream and returns how many. The stream remains, without entries too.
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// let events = LogConfig::new("events");
    /// assert_eq!(memory.trim(now, &events, "job-1", Trim::KeepLast(0)).await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    fn trim<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        trim: Trim,
    ) -> BoxFuture<'a, u64>;

    /// Removes a stream with all its entries. Returns whether it existed.
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// let events = LogConfig::new("events");
    /// assert!(!memory.remove(now, &events, "job-1").await?);
    /// # Ok(())
    /// # }
    /// ```
    fn remove<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
    ) -> BoxFuture<'a, bool>;

    /// Returns what the streams of a log use.
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// let events = LogConfig::new("events");
    /// assert_eq!(memory.log_usage(now, &events).await?, LogUsage::default());
    /// # Ok(())
    /// # }
    /// ```
    fn log_usage<'a>(&'a self, now: Timestamp, log: &'a LogConfig) -> BoxFuture<'a, LogUsage>;

    /// Frees what some expired streams of any log use, and returns how many. The caller repeats it until that is 0.
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// assert_eq!(memory.sweep_streams(now).await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    fn sweep_streams(&self, now: Timestamp) -> BoxFuture<'_, u64>;
}
