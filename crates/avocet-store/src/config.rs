//! `NamespaceConfig` and `LogConfig`: names and limits.

use crate::error::Error;
use crate::limit::{Limit, LimitExceeded, Place};

/// The name and the limits of a namespace of keys.
///
/// The limits are those of the handle that writes, so all handles and processes should use one configuration for a name.
///
/// ```
/// use avocet_store::{NamespaceConfig, Store};
///
/// # fn main() -> Result<(), avocet_store::Error> {
/// let store = Store::memory();
/// let sessions = store.namespace(NamespaceConfig::new("sessions").entries(1_000_000).value_bytes(4096))?;
/// let embeddings = store.namespace(NamespaceConfig::new("embeddings").cache())?;
/// let budgets = store.namespace("budgets")?;                    // the default limits
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceConfig {
    name: String,
    key_bytes: u64,
    value_bytes: u64,
    entries: u64,
    total_bytes: u64,
    evicts: bool,
}

impl NamespaceConfig {
    /// Creates a configuration with the default limits: keys of 512 bytes, values of 1 MiB, 100,000 entries, 64 MiB in total.
    ///
    /// The name has 1 to 64 characters of `a-z`, `0-9`, `-`, `_` and `.`; [`Store::namespace`](crate::Store::namespace) checks it.
    ///
    /// ```
    /// let config = avocet_store::NamespaceConfig::new("sessions");
    /// assert_eq!(config.name(), "sessions");
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            key_bytes: 512,
            value_bytes: 1024 * 1024,
            entries: 100_000,
            total_bytes: 64 * 1024 * 1024,
            evicts: false,
        }
    }

    /// Sets the largest number of bytes of a key. The default is 512.
    ///
    /// ```
    /// let config = avocet_store::NamespaceConfig::new("sessions").key_bytes(64);
    /// assert_eq!(config.bound(avocet_store::Limit::KeyBytes), 64);
    /// ```
    pub fn key_bytes(mut self, bytes: u64) -> Self {
        self.key_bytes = bytes;
        self
    }

    /// Sets the largest number of bytes of a value. The default is 1 MiB.
    ///
    /// ```
    /// let config = avocet_store::NamespaceConfig::new("sessions").value_bytes(4096);
    /// assert_eq!(config.bound(avocet_store::Limit::ValueBytes), 4096);
    /// ```
    pub fn value_bytes(mut self, bytes: u64) -> Self {
        self.value_bytes = bytes;
        self
    }

    /// Sets the largest number of entries that have not expired. The default is 100,000.
    ///
    /// ```
    /// let config = avocet_store::NamespaceConfig::new("sessions").entries(10);
    /// assert_eq!(config.bound(avocet_store::Limit::Entries), 10);
    /// ```
    pub fn entries(mut self, entries: u64) -> Self {
        self.entries = entries;
        self
    }

    /// Sets the largest number of bytes of all keys and values that have not expired. The default is 64 MiB.
    ///
    /// ```
    /// let config = avocet_store::NamespaceConfig::new("sessions").total_bytes(1 << 20);
    /// assert_eq!(config.bound(avocet_store::Limit::TotalBytes), 1 << 20);
    /// ```
    pub fn total_bytes(mut self, bytes: u64) -> Self {
        self.total_bytes = bytes;
        self
    }

    /// Makes the namespace a cache: a write at a limit removes the entries that were written longest ago, instead of failing.
    ///
    /// ```
    /// use avocet_store::{NamespaceConfig, Store, Ttl};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let cache = Store::memory().namespace(NamespaceConfig::new("cache").entries(1).cache())?;
    /// cache.put("a", "1", Ttl::NEVER).await?;
    /// cache.put("b", "2", Ttl::NEVER).await?;
    /// assert!(cache.get("a").await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn cache(mut self) -> Self {
        self.evicts = true;
        self
    }

    /// Returns the name.
    ///
    /// ```
    /// assert_eq!(avocet_store::NamespaceConfig::new("sessions").name(), "sessions");
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether a write at a limit removes older entries.
    ///
    /// ```
    /// assert!(avocet_store::NamespaceConfig::new("embeddings").cache().is_cache());
    /// ```
    pub fn is_cache(&self) -> bool {
        self.evicts
    }

    /// Returns the value of a limit. [`Limit::Streams`] is that of logs alone, so it is 0 here.
    ///
    /// ```
    /// let config = avocet_store::NamespaceConfig::new("sessions");
    /// assert_eq!(config.bound(avocet_store::Limit::Entries), 100_000);
    /// ```
    pub fn bound(&self, limit: Limit) -> u64 {
        match limit {
            Limit::KeyBytes => self.key_bytes,
            Limit::ValueBytes => self.value_bytes,
            Limit::Entries => self.entries,
            Limit::TotalBytes => self.total_bytes,
            Limit::Streams => 0,
        }
    }

    /// Creates the error of a write that exceeds a limit, for back-ends.
    ///
    /// ```
    /// use avocet_store::{Limit, NamespaceConfig};
    ///
    /// let config = NamespaceConfig::new("sessions").entries(10);
    /// assert_eq!(
    ///     config.exceeded("0123456789abcdef", Limit::Entries, 11).to_string(),
    ///     "namespace `sessions`, key \"0123…\" (16 bytes): the namespace would have 11 entries, the limit `entries` is 10; \
    ///      delete entries, let them expire earlier or raise the limit",
    /// );
    /// ```
    pub fn exceeded(&self, key: &str, limit: Limit, measured: u64) -> Error {
        let place = (Place::Namespace, &*self.name);
        let exceeded = LimitExceeded::new(place, key, limit, self.bound(limit), measured);
        Error::Limit(Box::new(exceeded))
    }

    /// Returns an error if a value of this size is over the limit that it has.
    pub(crate) fn check(&self, key: &str, limit: Limit, measured: usize) -> Result<(), Error> {
        let measured = measured as u64;
        if measured > self.bound(limit) {
            return Err(self.exceeded(key, limit, measured));
        }
        Ok(())
    }
}

impl From<&str> for NamespaceConfig {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// The name and the limits of a log, which has any number of streams up to its limit.
///
/// ```
/// use avocet_store::{LogConfig, Store};
///
/// # fn main() -> Result<(), avocet_store::Error> {
/// let store = Store::memory();
/// let events = store.log(LogConfig::new("job-events").streams(1_000).entries(5_000))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    name: String,
    key_bytes: u64,
    value_bytes: u64,
    entries: u64,
    streams: u64,
    total_bytes: u64,
    discards: bool,
}

impl LogConfig {
    /// Creates a configuration with the default limits: stream names of 512 bytes, entries of 1 MiB, 10,000 entries in a stream,
    /// 10,000 streams, 64 MiB in total.
    ///
    /// The name has 1 to 64 characters of `a-z`, `0-9`, `-`, `_` and `.`; [`Store::log`](crate::Store::log) checks it.
    ///
    /// ```
    /// assert_eq!(avocet_store::LogConfig::new("job-events").name(), "job-events");
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            key_bytes: 512,
            value_bytes: 1024 * 1024,
            entries: 10_000,
            streams: 10_000,
            total_bytes: 64 * 1024 * 1024,
            discards: false,
        }
    }

    /// Sets the largest number of bytes of a stream's name. The default is 512.
    ///
    /// ```
    /// let config = avocet_store::LogConfig::new("events").key_bytes(64);
    /// assert_eq!(config.bound(avocet_store::Limit::KeyBytes), 64);
    /// ```
    pub fn key_bytes(mut self, bytes: u64) -> Self {
        self.key_bytes = bytes;
        self
    }

    /// Sets the largest number of bytes of an entry. The default is 1 MiB.
    ///
    /// ```
    /// let config = avocet_store::LogConfig::new("events").value_bytes(4096);
    /// assert_eq!(config.bound(avocet_store::Limit::ValueBytes), 4096);
    /// ```
    pub fn value_bytes(mut self, bytes: u64) -> Self {
        self.value_bytes = bytes;
        self
    }

    /// Sets the largest number of entries of one stream. The default is 10,000.
    ///
    /// ```
    /// let config = avocet_store::LogConfig::new("events").entries(10);
    /// assert_eq!(config.bound(avocet_store::Limit::Entries), 10);
    /// ```
    pub fn entries(mut self, entries: u64) -> Self {
        self.entries = entries;
        self
    }

    /// Sets the largest number of streams that have not expired. The default is 10,000.
    ///
    /// ```
    /// let config = avocet_store::LogConfig::new("events").streams(10);
    /// assert_eq!(config.bound(avocet_store::Limit::Streams), 10);
    /// ```
    pub fn streams(mut self, streams: u64) -> Self {
        self.streams = streams;
        self
    }

    /// Sets the largest number of bytes of all entries of all streams that have not expired. The default is 64 MiB.
    ///
    /// ```
    /// let config = avocet_store::LogConfig::new("events").total_bytes(1 << 20);
    /// assert_eq!(config.bound(avocet_store::Limit::TotalBytes), 1 << 20);
    /// ```
    pub fn total_bytes(mut self, bytes: u64) -> Self {
        self.total_bytes = bytes;
        self
    }

    /// Makes an append to a stream that has `entries` entries remove the oldest one of the stream, instead of failing.
    ///
    /// The other limits still fail. A reader that was behind finds [`LogPage::missed`](crate::LogPage::missed) set.
    ///
    /// ```
    /// use avocet_store::{LogConfig, Sequence, Store, Ttl};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let log = Store::memory().log(LogConfig::new("latest").entries(1).discard_oldest())?;
    /// log.append("s", "old", Ttl::NEVER).await?;
    /// log.append("s", "new", Ttl::NEVER).await?;
    /// let page = log.read("s", Sequence::START, 10).await?;
    /// assert_eq!(page.entries[0].data, "new");
    /// assert!(page.missed);
    /// # Ok(())
    /// # }
    /// ```
    pub fn discard_oldest(mut self) -> Self {
        self.discards = true;
        self
    }

    /// Returns the name.
    ///
    /// ```
    /// assert_eq!(avocet_store::LogConfig::new("events").name(), "events");
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether an append to a full stream removes its oldest entry.
    ///
    /// ```
    /// assert!(avocet_store::LogConfig::new("events").discard_oldest().discards_oldest());
    /// ```
    pub fn discards_oldest(&self) -> bool {
        self.discards
    }

    /// Returns the value of a limit.
    ///
    /// ```
    /// let config = avocet_store::LogConfig::new("events");
    /// assert_eq!(config.bound(avocet_store::Limit::Streams), 10_000);
    /// ```
    pub fn bound(&self, limit: Limit) -> u64 {
        match limit {
            Limit::KeyBytes => self.key_bytes,
            Limit::ValueBytes => self.value_bytes,
            Limit::Entries => self.entries,
            Limit::Streams => self.streams,
            Limit::TotalBytes => self.total_bytes,
        }
    }

    /// Creates the error of an append that exceeds a limit, for back-ends.
    ///
    /// ```
    /// use avocet_store::{Limit, LogConfig};
    ///
    /// let error = LogConfig::new("events").streams(1).exceeded("job-0001", Limit::Streams, 2);
    /// assert_eq!(
    ///     error.to_string(),
    ///     "log `events`, stream \"jo…\" (8 bytes): the log would have 2 streams, the limit `streams` is 1; \
    ///      trim streams, let them expire earlier or raise the limit",
    /// );
    /// ```
    pub fn exceeded(&self, stream: &str, limit: Limit, measured: u64) -> Error {
        let place = (Place::Log, &*self.name);
        let exceeded = LimitExceeded::new(place, stream, limit, self.bound(limit), measured);
        Error::Limit(Box::new(exceeded))
    }

    /// Returns an error if a value of this size is over the limit that it has.
    pub(crate) fn check(&self, stream: &str, limit: Limit, measured: usize) -> Result<(), Error> {
        let measured = measured as u64;
        if measured > self.bound(limit) {
            return Err(self.exceeded(stream, limit, measured));
        }
        Ok(())
    }
}

impl From<&str> for LogConfig {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}
