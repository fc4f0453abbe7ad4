//! `KeyValueBackend`: keys with values.

use std::fmt::Debug;

use super::future::BoxFuture;
use super::request::{Change, Condition, Count, Scan};
use crate::clock::Timestamp;
use crate::config::NamespaceConfig;
use crate::entry::{Counter, Entry, Page, Usage, Version};

/// Keys with values, versions and expiry.
///
/// Each method is one atomic step on the state at `now`, in which an entry with `expires <= now` does not exist and uses nothing. If
/// the caller drops the future of a write, the write is done or not, never in part.
///
/// ```
/// use std::sync::Arc;
/// use avocet_store::backend::KeyValueBackend;
/// use avocet_store::{Memory, NamespaceConfig, Timestamp};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let backend: Arc<dyn KeyValueBackend> = Arc::new(Memory::new());
/// let (now, notes) = (Timestamp::from_millis(0), NamespaceConfig::new("notes"));
/// assert!(backend.get(now, &notes, "a").await?.is_none());
/// # Ok(())
/// # }
/// ```
pub trait KeyValueBackend: Debug + Send + Sync + 'static {
    /// Returns the entry of a key.
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// let notes = NamespaceConfig::new("notes");
    /// assert_eq!(memory.get(now, &notes, "a").await?, None);
    /// # Ok(())
    /// # }
    /// ```
    fn get<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
    ) -> BoxFuture<'a, Option<Entry>>;

    /// Writes or deletes an entry if the condition holds.
    ///
    /// Returns the version that was written or deleted, or `None` if the condition did not hold or there was no entry to delete. The
    /// condition comes before the limits, [`Limit::Entries`](crate::Limit::Entries) before
    /// [`Limit::TotalBytes`](crate::Limit::TotalBytes).
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// let notes = NamespaceConfig::new("notes");
    /// assert_eq!(memory.write(now, &notes, "a", Condition::Any, Change::Delete).await?, None);
    /// # Ok(())
    /// # }
    /// ```
    fn write<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
        condition: Condition,
        change: Change,
    ) -> BoxFuture<'a, Option<Version>>;

    /// Changes a counter: an entry whose value is a number of 8 bytes, big-endian. A change is a write with a new version, and keeps the
    /// expiry of an existing entry.
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// let notes = NamespaceConfig::new("notes");
    /// let count = Count::Add { amount: 1, limit: 10, expires: None };
    /// assert_eq!(memory.count(now, &notes, "a", count).await?.value, 1);
    /// # Ok(())
    /// # }
    /// ```
    fn count<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
        count: Count,
    ) -> BoxFuture<'a, Counter>;

    /// Returns the entries whose keys begin with `scan.prefix` and are greater than `scan.after`, in the order of the keys as bytes.
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// let notes = NamespaceConfig::new("notes");
    /// let scan = Scan { prefix: "", after: None, paging: Paging { entries: 10, bytes: 1024 } };
    /// assert_eq!(memory.scan(now, &notes, scan).await?, Page::default());
    /// # Ok(())
    /// # }
    /// ```
    fn scan<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        scan: Scan<'a>,
    ) -> BoxFuture<'a, Page>;

    /// Returns what the entries of a namespace use.
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// let notes = NamespaceConfig::new("notes");
    /// assert_eq!(memory.usage(now, &notes).await?, Usage::default());
    /// # Ok(())
    /// # }
    /// ```
    fn usage<'a>(&'a self, now: Timestamp, namespace: &'a NamespaceConfig) -> BoxFuture<'a, Usage>;

    /// Frees what some expired entries of any namespace use, and returns how many. The caller repeats it until that is 0.
    ///
    /// ```
    /// # use avocet_store::backend::*;
    /// # use avocet_store::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let (memory, now) = (Memory::new(), Timestamp::from_millis(0));
    /// assert_eq!(memory.sweep(now).await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    fn sweep(&self, now: Timestamp) -> BoxFuture<'_, u64>;
}
