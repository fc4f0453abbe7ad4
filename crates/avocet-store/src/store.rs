//! `Store`: the handle that a program shares.

use std::sync::Arc;
use std::time::Duration;

use crate::backend::{KeyValueBackend, LogBackend};
use crate::clock::Clock;
use crate::config::{LogConfig, NamespaceConfig};
use crate::error::{Error, InvalidName};
use crate::log::Log;
use crate::memory::Memory;
use crate::namespace::Namespace;

/// A key-value store and an append log. Clones are cheap and share the contents.
///
/// ```
/// use std::time::Duration;
/// use avocet_store::Store;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let store = Store::memory();
/// let sessions = store.namespace("sessions")?;
/// let events = store.log("job-events")?;
///
/// sessions.put("s1", "ann", Duration::from_secs(3600)).await?;
/// events.append("job-1", "started", Duration::from_secs(3600)).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Store {
    keys: Arc<dyn KeyValueBackend>,
    logs: Arc<dyn LogBackend>,
    clock: Clock,
}

impl Store {
    /// Creates a store whose keys and logs are in one back-end.
    ///
    /// ```
    /// use avocet_store::{Memory, Store};
    ///
    /// let store = Store::new(Memory::new());
    /// ```
    pub fn new(backend: impl KeyValueBackend + LogBackend) -> Self {
        let backend = Arc::new(backend);
        Self::from_parts(backend.clone(), backend)
    }

    /// Creates a store whose keys and logs are in two back-ends.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use avocet_store::{Memory, Store};
    ///
    /// let store = Store::from_parts(Arc::new(Memory::new()), Arc::new(Memory::new()));
    /// ```
    pub fn from_parts(keys: Arc<dyn KeyValueBackend>, logs: Arc<dyn LogBackend>) -> Self {
        Self {
            keys,
            logs,
            clock: Clock::system(),
        }
    }

    /// Creates a store in the memory of the process.
    ///
    /// ```
    /// let store = avocet_store::Store::memory();
    /// ```
    pub fn memory() -> Self {
        Self::new(Memory::new())
    }

    /// Returns this store with another clock. Handles that exist keep theirs.
    ///
    /// ```
    /// use avocet_store::{Clock, Store};
    ///
    /// let clock = Clock::manual();
    /// let store = Store::memory().with_clock(clock.clone());
    /// assert_eq!(store.clock().now(), clock.now());
    /// ```
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Returns the clock.
    ///
    /// ```
    /// let now = avocet_store::Store::memory().clock().now();
    /// ```
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Returns a handle on the keys of a namespace, which needs no creation.
    ///
    /// ```
    /// use avocet_store::{NamespaceConfig, Store};
    ///
    /// # fn main() -> Result<(), avocet_store::Error> {
    /// let sessions = Store::memory().namespace(NamespaceConfig::new("sessions").entries(1_000_000))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Name`] if the name is not 1 to 64 characters of `a-z`, `0-9`, `-`, `_` and `.`.
    pub fn namespace(&self, config: impl Into<NamespaceConfig>) -> Result<Namespace, Error> {
        let config = config.into();
        InvalidName::check(config.name())?;
        Ok(Namespace::new(
            self.keys.clone(),
            config,
            self.clock.clone(),
        ))
    }

    /// Returns a handle on the streams of a log, which needs no creation.
    ///
    /// ```
    /// use avocet_store::{LogConfig, Store};
    ///
    /// # fn main() -> Result<(), avocet_store::Error> {
    /// let events = Store::memory().log(LogConfig::new("job-events").streams(1_000))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Name`] if the name is not 1 to 64 characters of `a-z`, `0-9`, `-`, `_` and `.`.
    pub fn log(&self, config: impl Into<LogConfig>) -> Result<Log, Error> {
        let config = config.into();
        InvalidName::check(config.name())?;
        Ok(Log::new(self.logs.clone(), config, self.clock.clone()))
    }

    /// Frees what expired entries and streams use, and returns how many there were.
    ///
    /// Expired entries are never returned and never count. The sweep only frees their memory or disk space earlier.
    ///
    /// ```
    /// use std::time::Duration;
    /// use avocet_store::{Clock, Store};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let clock = Clock::manual();
    /// let store = Store::memory().with_clock(clock.clone());
    /// store.namespace("sessions")?.put("s1", "ann", Duration::from_secs(60)).await?;
    /// clock.advance(Duration::from_secs(60));
    /// assert_eq!(store.sweep().await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Busy`], [`Error::Closed`] and [`Error::Backend`], as all methods.
    pub async fn sweep(&self) -> Result<u64, Error> {
        let now = self.clock.now();
        let mut total = 0;
        loop {
            let swept = self.keys.sweep(now).await? + self.logs.sweep_streams(now).await?;
            if swept == 0 {
                return Ok(total);
            }
            total += swept;
        }
    }

    /// Sweeps at an interval, until the future is dropped: run it in a task beside the server. A sweep that fails is tried again at the next
    /// interval.
    ///
    /// ```
    /// use std::time::Duration;
    /// use avocet_store::Store;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let store = Store::memory();
    /// let sweeper = tokio::spawn({
    ///     let store = store.clone();
    ///     async move { store.sweep_every(Duration::from_secs(60)).await }
    /// });
    /// // when the program stops:
    /// sweeper.abort();
    /// # }
    /// ```
    pub async fn sweep_every(&self, interval: Duration) {
        loop {
            tokio::time::sleep(interval).await;
            // A failing back-end fails the operations of its users too, and those report it.
            let _ = self.sweep().await;
        }
    }
}
