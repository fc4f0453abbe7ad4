//! `Log`: a handle on the streams of one log, and `Follower`, which reads one of them as it grows.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::backend::{LogBackend, Paging};
use crate::clock::{Clock, Ttl};
use crate::config::LogConfig;
use crate::error::Error;
use crate::limit::Limit;
use crate::log_entry::{LogEntry, LogPage, LogUsage, Sequence, Trim};
use crate::namespace::PAGE;

/// How long a follower waits before it reads again, while the back-end is busy.
const BUSY_PAUSE: Duration = Duration::from_millis(10);

/// The streams of one log. Clones are cheap and share the streams.
///
/// An entry cannot be changed. Readers continue after the last entry that they have seen, so that a client that reconnects loses nothing.
///
/// ```
/// use std::time::Duration;
/// use avocet_store::{Sequence, Store};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let events = Store::memory().log("job-events")?;
/// let hour = Duration::from_secs(3600);
/// let first = events.append("job-1", "started", hour).await?;
/// events.append("job-1", "finished", hour).await?;
///
/// let page = events.read("job-1", first, 100).await?;
/// assert_eq!(page.entries[0].data, "finished");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Log {
    backend: Arc<dyn LogBackend>,
    config: Arc<LogConfig>,
    clock: Clock,
}

impl Log {
    pub(crate) fn new(backend: Arc<dyn LogBackend>, config: LogConfig, clock: Clock) -> Self {
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
    /// let events = avocet_store::Store::memory().log("job-events")?;
    /// assert_eq!(events.config().name(), "job-events");
    /// # Ok(())
    /// # }
    /// ```
    pub fn config(&self) -> &LogConfig {
        &self.config
    }

    /// Appends an entry to a stream, which is created by its first entry, and returns its position.
    ///
    /// The whole stream expires when `ttl` has passed since its last entry.
    ///
    /// ```
    /// use avocet_store::Ttl;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let events = avocet_store::Store::memory().log("job-events")?;
    /// let sequence = events.append("job-1", "started", Ttl::NEVER).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] if the name, the entry, the stream or the log would exceed a limit.
    pub async fn append(
        &self,
        stream: &str,
        data: impl Into<Bytes>,
        ttl: impl Into<Ttl>,
    ) -> Result<Sequence, Error> {
        let data = data.into();
        self.config.check(stream, Limit::KeyBytes, stream.len())?;
        self.config.check(stream, Limit::ValueBytes, data.len())?;
        let now = self.clock.now();
        let expires = ttl.into().expires(now);
        self.backend
            .append(now, &self.config, stream, data, expires)
            .await
    }

    /// Returns entries of a stream after a position, without waiting. A stream that does not exist has none.
    ///
    /// A page has at most `limit` entries, at most 1,000, and at most 4 MiB of data if it has more than one.
    ///
    /// ```
    /// use avocet_store::Sequence;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let events = avocet_store::Store::memory().log("job-events")?;
    /// assert!(events.read("job-1", Sequence::START, 100).await?.entries.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Busy`], [`Error::Closed`] and [`Error::Backend`], as all methods.
    pub async fn read(
        &self,
        stream: &str,
        after: Sequence,
        limit: usize,
    ) -> Result<LogPage, Error> {
        let paging = Paging {
            entries: limit.clamp(1, PAGE.entries),
            ..PAGE
        };
        self.backend
            .read(self.clock.now(), &self.config, stream, after, paging)
            .await
    }

    /// Returns a reader that waits for entries after a position.
    ///
    /// ```
    /// use avocet_store::{Sequence, Ttl};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let events = avocet_store::Store::memory().log("job-events")?;
    /// let mut follower = events.follow("job-1", Sequence::START);
    /// let writer = events.clone();
    /// let (entry, _) = tokio::join!(follower.next(), writer.append("job-1", "started", Ttl::NEVER));
    /// assert_eq!(entry?.data, "started");
    /// # Ok(())
    /// # }
    /// ```
    pub fn follow(&self, stream: impl Into<String>, after: Sequence) -> Follower {
        Follower {
            log: self.clone(),
            stream: stream.into(),
            after,
            read: VecDeque::new(),
            missed: false,
        }
    }

    /// Removes entries from the start of a stream. Returns how many.
    ///
    /// ```
    /// use std::time::Duration;
    /// use avocet_store::{Clock, Store, Trim, Ttl};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let clock = Clock::manual();
    /// let events = Store::memory().with_clock(clock.clone()).log("job-events")?;
    /// events.append("job-1", "started", Ttl::NEVER).await?;
    /// clock.advance(Duration::from_secs(7200));
    /// let hour_ago = clock.now().before(Duration::from_secs(3600));
    /// assert_eq!(events.trim("job-1", Trim::Before(hour_ago)).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Busy`], [`Error::Closed`] and [`Error::Backend`], as all methods.
    pub async fn trim(&self, stream: &str, trim: Trim) -> Result<u64, Error> {
        self.backend
            .trim(self.clock.now(), &self.config, stream, trim)
            .await
    }

    /// Removes a stream with all its entries. Returns whether it existed.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let events = avocet_store::Store::memory().log("job-events")?;
    /// assert!(!events.remove("job-1").await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Busy`], [`Error::Closed`] and [`Error::Backend`], as all methods.
    pub async fn remove(&self, stream: &str) -> Result<bool, Error> {
        self.backend
            .remove(self.clock.now(), &self.config, stream)
            .await
    }

    /// Returns how many streams and entries the log has and how many bytes they use.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let events = avocet_store::Store::memory().log("job-events")?;
    /// assert_eq!(events.usage().await?.streams, 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Busy`], [`Error::Closed`] and [`Error::Backend`], as all methods.
    pub async fn usage(&self) -> Result<LogUsage, Error> {
        self.backend.log_usage(self.clock.now(), &self.config).await
    }
}

/// Reads the entries of one stream as it grows.
///
/// ```
/// use avocet_store::{Sequence, Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let events = Store::memory().log("job-events")?;
/// let first = events.append("job-1", "started", Ttl::NEVER).await?;
/// let mut follower = events.follow("job-1", Sequence::START);
/// assert_eq!(follower.next().await?.data, "started");
/// assert_eq!(follower.position(), first);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Follower {
    log: Log,
    stream: String,
    after: Sequence,
    read: VecDeque<LogEntry>,
    missed: bool,
}

impl Follower {
    /// Waits for the next entry. A stream that does not exist or expires is waited for.
    ///
    /// It is cancel safe: dropping the future loses no entry, so it can be a branch of `select!`.
    ///
    /// ```
    /// use avocet_store::{Sequence, Store, Ttl};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let events = Store::memory().log("job-events")?;
    /// let mut follower = events.follow("job-1", Sequence::START);
    /// tokio::select! {
    ///     biased;
    ///     entry = follower.next() => unreachable!("{entry:?}"),
    ///     () = async {} => {}
    /// }
    /// events.append("job-1", "started", Ttl::NEVER).await?;
    /// assert_eq!(follower.next().await?.data, "started");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] and [`Error::Backend`]. The position stays, so you can call it again. While the back-end is busy, it waits.
    pub async fn next(&mut self) -> Result<LogEntry, Error> {
        loop {
            if let Some(entry) = self.read.pop_front() {
                self.after = entry.sequence;
                return Ok(entry);
            }
            let page = match self.log.read(&self.stream, self.after, 100).await {
                // An append can wake more followers than the queue has room for.
                Err(Error::Busy { .. }) => {
                    tokio::time::sleep(BUSY_PAUSE).await;
                    continue;
                }
                page => page?,
            };
            self.missed |= page.missed;
            self.read = page.entries.into();
            if self.read.is_empty() {
                let Log {
                    backend,
                    config,
                    clock,
                } = &self.log;
                let wait = backend.wait(clock.now(), config, &self.stream, self.after);
                match wait.await {
                    Err(Error::Busy { .. }) => tokio::time::sleep(BUSY_PAUSE).await,
                    waited => waited?,
                }
            }
        }
    }

    /// Returns the position of the last entry that [`next`](Self::next) returned.
    ///
    /// ```
    /// use avocet_store::{Sequence, Store};
    ///
    /// # fn main() -> Result<(), avocet_store::Error> {
    /// let follower = Store::memory().log("job-events")?.follow("job-1", Sequence::from_u64(7));
    /// assert_eq!(follower.position().as_u64(), 7);
    /// # Ok(())
    /// # }
    /// ```
    pub fn position(&self) -> Sequence {
        self.after
    }

    /// Returns whether entries were removed from the stream before this follower read them.
    ///
    /// ```
    /// use avocet_store::{Sequence, Store, Trim, Ttl};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let events = Store::memory().log("job-events")?;
    /// let first = events.append("job-1", "started", Ttl::NEVER).await?;
    /// events.trim("job-1", Trim::UpTo(first)).await?;
    /// events.append("job-1", "finished", Ttl::NEVER).await?;
    /// let mut follower = events.follow("job-1", Sequence::START);
    /// assert_eq!(follower.next().await?.data, "finished");
    /// assert!(follower.missed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn missed(&self) -> bool {
        self.missed
    }
}
