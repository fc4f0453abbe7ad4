//! `Clock`, `Timestamp` and `Ttl`: when entries expire.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A point in time in milliseconds since the Unix epoch.
///
/// ```
/// use std::time::Duration;
/// use avocet_store::Timestamp;
///
/// let start = Timestamp::from_millis(1_000);
/// assert_eq!(start.after(Duration::from_secs(2)).as_millis(), 3_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// Creates a timestamp from milliseconds since the Unix epoch.
    ///
    /// ```
    /// assert_eq!(avocet_store::Timestamp::from_millis(5).as_millis(), 5);
    /// ```
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since the Unix epoch.
    ///
    /// ```
    /// assert_eq!(avocet_store::Timestamp::from_millis(5).as_millis(), 5);
    /// ```
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Returns the point in time that lies `duration` later, at the latest that of 63 bits. Fractions of a millisecond are rounded up, so
    /// nothing expires early.
    ///
    /// ```
    /// use std::time::Duration;
    /// use avocet_store::Timestamp;
    ///
    /// let soon = Timestamp::from_millis(0).after(Duration::from_micros(1));
    /// assert_eq!(soon.as_millis(), 1);
    /// ```
    pub fn after(self, duration: Duration) -> Self {
        let millis = duration.as_nanos().div_ceil(1_000_000);
        let millis = u64::try_from(millis).unwrap_or(u64::MAX);
        // What a database with signed numbers keeps without a change.
        Self(self.0.saturating_add(millis).min(i64::MAX.unsigned_abs()))
    }

    /// Returns the point in time that lies `duration` earlier, at the earliest the Unix epoch.
    ///
    /// ```
    /// use std::time::Duration;
    /// use avocet_store::Timestamp;
    ///
    /// let minute_ago = Timestamp::from_millis(90_000).before(Duration::from_secs(60));
    /// assert_eq!(minute_ago.as_millis(), 30_000);
    /// ```
    pub fn before(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_sub(millis))
    }

    /// Returns how long it is from `now` to this point in time, zero if it has passed: the value of `Retry-After`, for example.
    ///
    /// ```
    /// use std::time::Duration;
    /// use avocet_store::Timestamp;
    ///
    /// let reset = Timestamp::from_millis(3_000);
    /// assert_eq!(reset.since(Timestamp::from_millis(1_000)), Duration::from_secs(2));
    /// assert_eq!(reset.since(Timestamp::from_millis(9_000)), Duration::ZERO);
    /// ```
    pub fn since(self, now: Timestamp) -> Duration {
        Duration::from_millis(self.0.saturating_sub(now.0))
    }
}

impl From<Timestamp> for SystemTime {
    fn from(at: Timestamp) -> Self {
        UNIX_EPOCH + Duration::from_millis(at.0)
    }
}

/// How long an entry lives: for a duration, or [`NEVER`](Ttl::NEVER) expiring.
///
/// Methods take `impl Into<Ttl>`, so a `Duration` is enough.
///
/// ```
/// use std::time::Duration;
/// use avocet_store::{Timestamp, Ttl};
///
/// let now = Timestamp::from_millis(0);
/// assert_eq!(Ttl::from(Duration::from_secs(1)).expires(now), Some(Timestamp::from_millis(1_000)));
/// assert_eq!(Ttl::NEVER.expires(now), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ttl(Option<Duration>);

impl Ttl {
    /// The entry stays until it is deleted.
    ///
    /// ```
    /// # use avocet_store::{Store, Ttl};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), avocet_store::Error> {
    /// let keys = Store::memory().namespace("api-keys")?;
    /// keys.put("k1", "hash", Ttl::NEVER).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub const NEVER: Self = Self(None);

    /// Returns when an entry expires that is written at `now`.
    ///
    /// ```
    /// use avocet_store::{Timestamp, Ttl};
    ///
    /// assert_eq!(Ttl::NEVER.expires(Timestamp::from_millis(7)), None);
    /// ```
    pub fn expires(self, now: Timestamp) -> Option<Timestamp> {
        self.0.map(|duration| now.after(duration))
    }
}

impl From<Duration> for Ttl {
    fn from(duration: Duration) -> Self {
        Self(Some(duration))
    }
}

/// The time that a store uses: the system's, or one that a test sets. Clones share the time.
///
/// ```
/// use std::time::Duration;
/// use avocet_store::{Clock, Store};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), avocet_store::Error> {
/// let clock = Clock::manual();
/// let sessions = Store::memory().with_clock(clock.clone()).namespace("sessions")?;
/// sessions.put("s1", "ann", Duration::from_secs(60)).await?;
/// clock.advance(Duration::from_secs(60));
/// assert!(sessions.get("s1").await?.is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Clock(Option<Arc<AtomicU64>>);

impl Clock {
    /// Creates a clock that shows the system's time.
    ///
    /// ```
    /// assert!(avocet_store::Clock::system().now().as_millis() > 0);
    /// ```
    pub const fn system() -> Self {
        Self(None)
    }

    /// Creates a clock for tests. It starts at 2026-01-01T00:00:00Z and moves only with [`advance`](Self::advance).
    ///
    /// ```
    /// let clock = avocet_store::Clock::manual();
    /// assert_eq!(clock.now(), clock.now());
    /// ```
    pub fn manual() -> Self {
        Self(Some(Arc::new(AtomicU64::new(1_767_225_600_000))))
    }

    /// Moves a manual clock forward. A system clock is not changed.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let clock = avocet_store::Clock::manual();
    /// let before = clock.now();
    /// clock.advance(Duration::from_secs(1));
    /// assert_eq!(clock.now(), before.after(Duration::from_secs(1)));
    /// ```
    pub fn advance(&self, duration: Duration) {
        if let Some(millis) = &self.0 {
            let step = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
            millis.fetch_add(step, Ordering::SeqCst);
        }
    }

    /// Returns the time.
    ///
    /// ```
    /// let now = avocet_store::Clock::system().now();
    /// ```
    pub fn now(&self) -> Timestamp {
        let millis = match &self.0 {
            Some(millis) => millis.load(Ordering::SeqCst),
            None => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH);
                u64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
            }
        };
        Timestamp(millis)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(_) => write!(f, "Clock::manual({})", self.now().0),
            None => f.write_str("Clock::system()"),
        }
    }
}
