//! The traits of a back-end, and what their methods take.
//!
//! The two traits are separate because they are independent: a program can keep keys in one system and logs in another. Their methods return
//! boxed futures, because a [`Store`](crate::Store) holds back-ends as `dyn` objects and an `async fn` of a trait cannot be called on
//! those. One allocation for a call is small beside what the call does.
//!
//! The handles check names, keys, sizes of values and pages, and take the time from the clock of the store. A back-end enforces
//! the remaining limits, [`Limit::Entries`](crate::Limit::Entries), [`Limit::Streams`](crate::Limit::Streams) and
//! [`Limit::TotalBytes`](crate::Limit::TotalBytes), in the same atomic step as the write. [`guarantees`](crate::guarantees) lists what else
//! a back-end promises, and the function `conformance::check` (feature `conformance`) tests it.
//!
//! ```
//! use avocet_store::backend::{Change, Condition, KeyValueBackend};
//! use avocet_store::{Memory, NamespaceConfig, Timestamp};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), avocet_store::Error> {
//! let memory = Memory::new();
//! let (now, notes) = (Timestamp::from_millis(0), NamespaceConfig::new("notes"));
//! let change = Change::Put { value: "text".into(), expires: None };
//! let version = memory.write(now, &notes, "a", Condition::Absent, change).await?;
//! assert_eq!(memory.get(now, &notes, "a").await?.map(|entry| entry.version), version);
//! # Ok(())
//! # }
//! ```

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

use crate::clock::Timestamp;
use crate::config::{LogConfig, NamespaceConfig};
use crate::entry::{Counter, Entry, Page, Usage, Version};
use crate::error::Error;
use crate::log_entry::{LogPage, LogUsage, Sequence, Trim};

/// The future that a back-end returns.
///
/// ```
/// use avocet_store::backend::BoxFuture;
///
/// fn ready(number: u64) -> BoxFuture<'static, u64> {
///     Box::pin(async move { Ok(number) })
/// }
/// ```
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Keys with values, versions and expiry.
///
/// Each method is one atomic step on the state at `now`, in which an entry with `expires <= now` does not exist and uses nothing. If
/// the caller drops the future of a write, the write is done or not, never in part. The [module](self) has an example.
pub trait KeyValueBackend: Debug + Send + Sync + 'static {
    /// Returns the entry of a key.
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
    fn count<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
        count: Count,
    ) -> BoxFuture<'a, Counter>;

    /// Returns the entries whose keys begin with `scan.prefix` and are greater than `scan.after`, in the order of the keys as bytes.
    fn scan<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        scan: Scan<'a>,
    ) -> BoxFuture<'a, Page>;

    /// Returns what the entries of a namespace use.
    fn usage<'a>(&'a self, now: Timestamp, namespace: &'a NamespaceConfig) -> BoxFuture<'a, Usage>;

    /// Frees what some expired entries of any namespace use, and returns how many. The caller repeats it until that is 0.
    fn sweep(&self, now: Timestamp) -> BoxFuture<'_, u64>;
}

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
    fn append<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        data: Bytes,
        expires: Option<Timestamp>,
    ) -> BoxFuture<'a, Sequence>;

    /// Returns the entries of a stream after a position. A stream that does not exist has no entries.
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
    fn wait<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        after: Sequence,
    ) -> BoxFuture<'a, ()>;

    /// Removes entries from the start of a stream and returns how many. The stream remains, without entries too.
    fn trim<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        trim: Trim,
    ) -> BoxFuture<'a, u64>;

    /// Removes a stream with all its entries. Returns whether it existed.
    fn remove<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
    ) -> BoxFuture<'a, bool>;

    /// Returns what the streams of a log use.
    fn log_usage<'a>(&'a self, now: Timestamp, log: &'a LogConfig) -> BoxFuture<'a, LogUsage>;

    /// Frees what some expired streams of any log use, and returns how many. The caller repeats it until that is 0.
    fn sweep_streams(&self, now: Timestamp) -> BoxFuture<'_, u64>;
}

/// What must hold for a write to be done.
///
/// ```
/// use avocet_store::Version;
/// use avocet_store::backend::Condition;
///
/// let seven = Some(Version::from_u64(7));
/// assert!(Condition::Any.holds(seven) && Condition::Any.holds(None));
/// assert!(Condition::Absent.holds(None) && !Condition::Absent.holds(seven));
/// assert!(Condition::Version(Version::from_u64(7)).holds(seven));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing.
    Any,
    /// The key has no entry.
    Absent,
    /// The entry has this version.
    Version(Version),
}

impl Condition {
    /// Returns whether the condition holds for a key whose entry has this version.
    ///
    /// ```
    /// assert!(avocet_store::backend::Condition::Absent.holds(None));
    /// ```
    pub fn holds(self, current: Option<Version>) -> bool {
        match self {
            Self::Any => true,
            Self::Absent => current.is_none(),
            Self::Version(version) => current == Some(version),
        }
    }
}

/// What a write does.
///
/// ```
/// use avocet_store::backend::Change;
///
/// let change = Change::Put { value: "text".into(), expires: None };
/// assert_ne!(change, Change::Delete);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Writes this entry in place of the one that the key has.
    Put {
        /// The value.
        value: Bytes,
        /// When the entry expires.
        expires: Option<Timestamp>,
    },
    /// Deletes the entry.
    Delete,
}

/// How a counter changes.
///
/// ```
/// use avocet_store::backend::Count;
///
/// let count = Count::Add { amount: 1, limit: 100, expires: None };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Adds an amount if the sum is at most the limit. A counter that does not exist is 0; the first amount creates it.
    Add {
        /// The amount.
        amount: u64,
        /// The largest sum.
        limit: u64,
        /// When a counter that this creates expires.
        expires: Option<Timestamp>,
    },
    /// Subtracts an amount, down to 0, if the counter exists and expires at this time.
    Subtract {
        /// The amount.
        amount: u64,
        /// When the counter expires from which the amount is subtracted.
        expires: Option<Timestamp>,
    },
}

impl Count {
    /// Returns the counter after this, and the value to write if that changes it: what every back-end computes in its atomic step.
    ///
    /// `current` has the value and the expiry of the counter that exists.
    ///
    /// ```
    /// use avocet_store::backend::Count;
    ///
    /// let add = Count::Add { amount: 4, limit: 10, expires: None };
    /// assert_eq!(add.apply(None).value, 4);
    /// assert_eq!(add.apply(Some((6, None))).value, 10);
    /// let over = add.apply(Some((7, None)));
    /// assert_eq!((over.value, over.changed), (7, false));
    /// ```
    pub fn apply(self, current: Option<(u64, Option<Timestamp>)>) -> Counter {
        let counter = |value, resets, changed| Counter {
            value,
            resets,
            changed,
        };
        match self {
            Self::Add {
                amount,
                limit,
                expires,
            } => {
                let (value, resets) = current.unwrap_or((0, expires));
                match value.checked_add(amount).filter(|sum| *sum <= limit) {
                    Some(sum) => counter(sum, resets, true),
                    None => counter(value, resets, false),
                }
            }
            Self::Subtract { amount, expires } => match current {
                Some((value, resets)) if resets == expires => {
                    counter(value.saturating_sub(amount), resets, true)
                }
                Some((value, resets)) => counter(value, resets, false),
                None => counter(0, None, false),
            },
        }
    }
}

/// Which entries a scan returns.
///
/// ```
/// use avocet_store::backend::{Paging, Scan};
///
/// let scan = Scan { prefix: "ann/", after: None, paging: Paging { entries: 100, bytes: 1 << 20 } };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan<'a> {
    /// What the keys begin with.
    pub prefix: &'a str,
    /// The key after which the page starts.
    pub after: Option<&'a str>,
    /// Where the page ends.
    pub paging: Paging,
}

/// Where a page ends.
///
/// ```
/// use avocet_store::backend::Paging;
///
/// let paging = Paging { entries: 3, bytes: 10 };
/// assert!(!paging.is_full(0, 0, 99));                    // one entry always fits
/// assert!(!paging.is_full(1, 4, 6));
/// assert!(paging.is_full(1, 4, 7));
/// assert!(paging.is_full(3, 0, 0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// The largest number of entries, at least 1.
    pub entries: usize,
    /// The largest number of bytes of all values. The first entry of a page may have more.
    pub bytes: usize,
}

impl Paging {
    /// Returns whether a page with this number of entries and bytes has no room for a value of `next` bytes.
    ///
    /// ```
    /// # use avocet_store::backend::Paging;
    /// assert!(Paging { entries: 1, bytes: 10 }.is_full(1, 0, 0));
    /// ```
    pub fn is_full(self, entries: usize, bytes: usize, next: usize) -> bool {
        entries > 0 && (entries >= self.entries || bytes + next > self.bytes)
    }
}
