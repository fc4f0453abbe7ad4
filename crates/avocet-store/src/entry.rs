//! What a store returns of keys: entries, pages, counters and their usage.

use std::fmt;

use bytes::Bytes;

use crate::clock::Timestamp;
use crate::short_key::ShortKey;

/// The version of an entry. Each write of a store gives a larger one, so a version is never used twice, also not after a deletion.
///
/// ```
/// use avocet_store::{Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let notes = Store::memory().namespace("notes")?;
/// let first = notes.put("a", "1", Ttl::NEVER).await?;
/// let second = notes.put("a", "2", Ttl::NEVER).await?;
/// assert!(second > first);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    /// Creates a version from a back-end's number.
    ///
    /// ```
    /// assert_eq!(avocet_store::Version::from_u64(7).as_u64(), 7);
    /// ```
    pub const fn from_u64(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number, for example to send it as an `ETag` or a fencing token.
    ///
    /// ```
    /// assert_eq!(avocet_store::Version::from_u64(7).as_u64(), 7);
    /// ```
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

/// An entry of a namespace that has not expired.
///
/// `Debug` shows the size of the value, not the value.
///
/// ```
/// use avocet_store::{Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let notes = Store::memory().namespace("notes")?;
/// let version = notes.put("a", "text", Ttl::NEVER).await?;
/// let entry = notes.get("a").await?.expect("it was put");
/// assert_eq!((&entry.value[..], entry.version, entry.expires), (&b"text"[..], version, None));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The value.
    pub value: Bytes,
    /// The version, which each write changes.
    pub version: Version,
    /// When the entry expires, if it does.
    pub expires: Option<Timestamp>,
}

impl Entry {
    /// Returns the value of a counter, or `None` if the value does not have 8 bytes.
    ///
    /// ```
    /// use avocet_store::{Store, Ttl};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let limits = Store::memory().namespace("limits")?;
    /// limits.add("ann", 3, 10, Ttl::NEVER).await?;
    /// assert_eq!(limits.get("ann").await?.and_then(|entry| entry.count()), Some(3));
    /// # Ok(())
    /// # }
    /// ```
    pub fn count(&self) -> Option<u64> {
        let bytes = self.value.as_ref().try_into().ok()?;
        Some(u64::from_be_bytes(bytes))
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("value", &format_args!("{} bytes", self.value.len()))
            .field("version", &self.version)
            .field("expires", &self.expires)
            .finish()
    }
}

/// Entries of a namespace in the order of their keys, as bytes.
///
/// `Debug` shows the start of each key, not the whole key.
///
/// ```
/// use avocet_store::{Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let notes = Store::memory().namespace("notes")?;
/// for key in ["ann/1", "ann/2", "ben/1"] {
///     notes.put(key, "", Ttl::NEVER).await?;
/// }
/// let page = notes.scan("ann/", None, 1).await?;
/// assert_eq!(page.entries[0].0, "ann/1");
/// let next = notes.scan("ann/", page.next.as_deref(), 1).await?;
/// assert_eq!(next.entries[0].0, "ann/2");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The keys with their entries.
    pub entries: Vec<(String, Entry)>,
    /// Where the next page starts: after this key. `None` if there is none.
    pub next: Option<String>,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self
            .entries
            .iter()
            .map(|(key, it)| (ShortKey::new(key), it));
        f.debug_struct("Page")
            .field("entries", &entries.collect::<Vec<_>>())
            .field("next", &self.next.as_deref().map(ShortKey::new))
            .finish()
    }
}

/// The state of a counter after [`Namespace::add`](crate::Namespace::add) or [`subtract`](crate::Namespace::subtract).
///
/// ```
/// use std::time::Duration;
/// use avocet_store::Store;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let limits = Store::memory().namespace("limits")?;
/// let counter = limits.add("ann", 1, 100, Duration::from_secs(60)).await?;
/// assert!(counter.changed);
/// assert_eq!(counter.value, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    /// The value, after the change if there was one.
    pub value: u64,
    /// When the window ends and the counter starts again at 0. `None` if it never does.
    pub resets: Option<Timestamp>,
    /// Whether the counter was changed: false if the sum would have exceeded the limit, or if the window had ended.
    pub changed: bool,
}

/// What the entries of a namespace use that have not expired.
///
/// ```
/// use avocet_store::{Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let notes = Store::memory().namespace("notes")?;
/// notes.put("key", "value", Ttl::NEVER).await?;
/// let usage = notes.usage().await?;
/// assert_eq!((usage.entries, usage.bytes), (1, 8));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The number of entries.
    pub entries: u64,
    /// The bytes of all keys and values.
    pub bytes: u64,
}
