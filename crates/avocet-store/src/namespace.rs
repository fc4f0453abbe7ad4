//! `Namespace`: a handle on the keys of one namespace.

use std::sync::Arc;

use bytes::Bytes;

use crate::backend::{Change, Condition, Count, KeyValueBackend, Paging, Scan};
use crate::clock::{Clock, Timestamp, Ttl};
use crate::config::NamespaceConfig;
use crate::entry::{Counter, Entry, Page, Usage, Version};
use crate::error::Error;
use crate::limit::Limit;

/// The largest page: what a request can make a scan or a read hold in memory, beside one value.
pub(crate) const PAGE: Paging = Paging {
    entries: 1000,
    bytes: 4 * 1024 * 1024,
};

/// The keys of one namespace. Clones are cheap and share the entries.
///
/// Each method is one atomic step. If you drop the future of a write, the write is done or not, never in part.
///
/// ```
/// use std::time::Duration;
/// use avocet_store::Store;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let sessions = Store::memory().namespace("sessions")?;
/// sessions.put("s1", "ann", Duration::from_secs(3600)).await?;
/// let entry = sessions.get("s1").await?.expect("it has not expired");
/// assert_eq!(entry.value, "ann");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Namespace {
    backend: Arc<dyn KeyValueBackend>,
    config: Arc<NamespaceConfig>,
    clock: Clock,
}

impl Namespace {
    pub(crate) fn new(
        backend: Arc<dyn KeyValueBackend>,
        config: NamespaceConfig,
        clock: Clock,
    ) -> Self {
        Self {
            backend,
            config: Arc::new(config),
            clock,
        }
    }

    /// Returns the name and the limits.
    ///
    /// ```
    /// # fn main() -> Result<(), avocet_store::Error> {
    /// let sessions = avocet_store::Store::memory().namespace("sessions")?;
    /// assert_eq!(sessions.config().name(), "sessions");
    /// # Ok(())
    /// # }
    /// ```
    pub fn config(&self) -> &NamespaceConfig {
        &self.config
    }

    /// Returns the entry of a key, or `None` if it has none or it has expired.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let sessions = avocet_store::Store::memory().namespace("sessions")?;
    /// assert!(sessions.get("s1").await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Busy`], [`Error::Closed`] and [`Error::Backend`], as all methods. A key that is over [`Limit::KeyBytes`] has no entry.
    pub async fn get(&self, key: &str) -> Result<Option<Entry>, Error> {
        self.backend.get(self.clock.now(), &self.config, key).await
    }

    /// Writes an entry, whether the key has one or not. Returns the new version.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let sessions = avocet_store::Store::memory().namespace("sessions")?;
    /// sessions.put("s1", "ann", Duration::from_secs(3600)).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] if the key, the value or the namespace would exceed a limit.
    pub async fn put(
        &self,
        key: &str,
        value: impl Into<Bytes>,
        ttl: impl Into<Ttl>,
    ) -> Result<Version, Error> {
        let written = self.write_value(key, value.into(), ttl.into(), Condition::Any);
        written.await?.ok_or_else(|| {
            Error::backend(
                "put an entry",
                "the back-end refused an unconditional write",
            )
        })
    }

    /// Writes an entry if the key has none. Returns its version, or `None` if the key has an entry.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let locks = avocet_store::Store::memory().namespace("locks")?;
    /// assert!(locks.put_if_absent("nightly", "worker-1", Duration::from_secs(60)).await?.is_some());
    /// assert!(locks.put_if_absent("nightly", "worker-2", Duration::from_secs(60)).await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub async fn put_if_absent(
        &self,
        key: &str,
        value: impl Into<Bytes>,
        ttl: impl Into<Ttl>,
    ) -> Result<Option<Version>, Error> {
        self.write_value(key, value.into(), ttl.into(), Condition::Absent)
            .await
    }

    /// Writes an entry if the current one has this version (compare and swap). Returns the new version, or `None` if the entry has
    /// another version, was deleted or has expired: then read it again.
    ///
    /// ```
    /// use avocet_store::Ttl;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let jobs = avocet_store::Store::memory().namespace("jobs")?;
    /// let queued = jobs.put("j1", "queued", Ttl::NEVER).await?;
    /// assert!(jobs.put_if_version("j1", queued, "claimed by 1", Ttl::NEVER).await?.is_some());
    /// assert!(jobs.put_if_version("j1", queued, "claimed by 2", Ttl::NEVER).await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub async fn put_if_version(
        &self,
        key: &str,
        version: Version,
        value: impl Into<Bytes>,
        ttl: impl Into<Ttl>,
    ) -> Result<Option<Version>, Error> {
        self.write_value(key, value.into(), ttl.into(), Condition::Version(version))
            .await
    }

    /// Deletes the entry of a key. Returns whether there was one.
    ///
    /// ```
    /// use avocet_store::Ttl;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let sessions = avocet_store::Store::memory().namespace("sessions")?;
    /// sessions.put("s1", "ann", Ttl::NEVER).await?;
    /// assert!(sessions.delete("s1").await?);
    /// assert!(!sessions.delete("s1").await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Busy`], [`Error::Closed`] and [`Error::Backend`], as all methods.
    pub async fn delete(&self, key: &str) -> Result<bool, Error> {
        let deleted = self.write(key, Condition::Any, Change::Delete).await?;
        Ok(deleted.is_some())
    }

    /// Deletes the entry of a key if it has this version. Returns whether it had.
    ///
    /// ```
    /// use avocet_store::Ttl;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let locks = avocet_store::Store::memory().namespace("locks")?;
    /// let mine = locks.put("nightly", "worker-1", Ttl::NEVER).await?;
    /// assert!(locks.delete_if_version("nightly", mine).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Busy`], [`Error::Closed`] and [`Error::Backend`], as all methods.
    pub async fn delete_if_version(&self, key: &str, version: Version) -> Result<bool, Error> {
        let condition = Condition::Version(version);
        let deleted = self.write(key, condition, Change::Delete).await?;
        Ok(deleted.is_some())
    }

    /// Adds an amount to a counter if the sum is at most `limit`, within a window that starts with the first amount.
    ///
    /// A counter is an entry whose value has 8 bytes, big-endian. It expires at the end of its window; the amount after that starts the next
    /// window. An amount that does not fit changes nothing.
    ///
    /// ```
    /// use std::time::Duration;
    /// use avocet_store::Store;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let tokens = Store::memory().namespace("tokens")?;
    /// let day = Duration::from_secs(86_400);
    /// assert!(tokens.add("ann", 800, 1_000, day).await?.changed);
    /// let counter = tokens.add("ann", 300, 1_000, day).await?;
    /// assert_eq!((counter.changed, counter.value), (false, 800));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NotACounter`] if the value of the entry does not have 8 bytes, and [`Error::Limit`] as [`put`](Self::put).
    pub async fn add(
        &self,
        key: &str,
        amount: u64,
        limit: u64,
        window: impl Into<Ttl>,
    ) -> Result<Counter, Error> {
        self.check(key, 8)?;
        let now = self.clock.now();
        let expires = window.into().expires(now);
        let count = Count::Add {
            amount,
            limit,
            expires,
        };
        self.backend.count(now, &self.config, key, count).await
    }

    /// Subtracts an amount from a counter, down to 0, if its window still is the one that ends at `resets`.
    ///
    /// This returns what was added in advance and not used, such as the tokens of a response that was shorter than its bound.
    ///
    /// ```
    /// use std::time::Duration;
    /// use avocet_store::Store;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let tokens = Store::memory().namespace("tokens")?;
    /// let reserved = tokens.add("ann", 500, 1_000, Duration::from_secs(60)).await?;
    /// let counter = tokens.subtract("ann", 380, reserved.resets).await?;
    /// assert_eq!(counter.value, 120);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NotACounter`] if the value of the entry does not have 8 bytes.
    pub async fn subtract(
        &self,
        key: &str,
        amount: u64,
        resets: Option<Timestamp>,
    ) -> Result<Counter, Error> {
        self.check(key, 8)?;
        let count = Count::Subtract {
            amount,
            expires: resets,
        };
        self.backend
            .count(self.clock.now(), &self.config, key, count)
            .await
    }

    /// Returns entries whose keys begin with a prefix, in the order of the keys as bytes.
    ///
    /// A page has at most `limit` entries, at most 1,000, and at most 4 MiB of values if it has more than one. The next page starts after
    /// the key [`Page::next`]. Entries that are written or deleted between two pages may or may not be seen.
    ///
    /// ```
    /// use avocet_store::{Store, Ttl};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let sessions = Store::memory().namespace("sessions")?;
    /// sessions.put("ann/s1", "", Ttl::NEVER).await?;
    /// sessions.put("ann/s2", "", Ttl::NEVER).await?;
    /// let mut after = None;
    /// loop {
    ///     let page = sessions.scan("ann/", after.as_deref(), 1).await?;
    ///     for (key, _) in &page.entries {
    ///         sessions.delete(key).await?;
    ///     }
    ///     after = page.next;
    ///     if after.is_none() {
    ///         break;
    ///     }
    /// }
    /// assert_eq!(sessions.usage().await?.entries, 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Busy`], [`Error::Closed`] and [`Error::Backend`], as all methods.
    pub async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page, Error> {
        let paging = Paging {
            entries: limit.clamp(1, PAGE.entries),
            ..PAGE
        };
        let scan = Scan {
            prefix,
            after,
            paging,
        };
        self.backend
            .scan(self.clock.now(), &self.config, scan)
            .await
    }

    /// Returns how many entries the namespace has and how many bytes they use.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let sessions = avocet_store::Store::memory().namespace("sessions")?;
    /// assert_eq!(sessions.usage().await?.bytes, 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Busy`], [`Error::Closed`] and [`Error::Backend`], as all methods.
    pub async fn usage(&self) -> Result<Usage, Error> {
        self.backend.usage(self.clock.now(), &self.config).await
    }

    async fn write_value(
        &self,
        key: &str,
        value: Bytes,
        ttl: Ttl,
        condition: Condition,
    ) -> Result<Option<Version>, Error> {
        self.check(key, value.len())?;
        let expires = ttl.expires(self.clock.now());
        let change = Change::Put { value, expires };
        self.write(key, condition, change).await
    }

    async fn write(
        &self,
        key: &str,
        condition: Condition,
        change: Change,
    ) -> Result<Option<Version>, Error> {
        self.backend
            .write(self.clock.now(), &self.config, key, condition, change)
            .await
    }

    fn check(&self, key: &str, value_bytes: usize) -> Result<(), Error> {
        self.config.check(key, Limit::KeyBytes, key.len())?;
        self.config.check(key, Limit::ValueBytes, value_bytes)
    }
}
