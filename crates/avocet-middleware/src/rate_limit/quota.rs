//! `Quota`: how many requests in how much time.

use std::fmt;
use std::time::Duration;

/// How many requests are allowed in how much time.
///
/// ```
/// use avocet_middleware::Quota;
///
/// let quota = Quota::per_minute(100).burst(20);
/// assert_eq!(quota.to_string(), "100 requests in 60 s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    limit: u32,
    window: Duration,
    burst: u32,
}

impl Quota {
    /// Allows so many requests in a window, at once or spread over it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use avocet_middleware::Quota;
    ///
    /// let quota = Quota::new(10_000, Duration::from_secs(86_400));
    /// ```
    pub const fn new(limit: u32, window: Duration) -> Self {
        Self {
            limit,
            window,
            burst: limit,
        }
    }

    /// Allows so many requests in a second.
    ///
    /// ```
    /// let quota = avocet_middleware::Quota::per_second(10);
    /// ```
    pub const fn per_second(limit: u32) -> Self {
        Self::new(limit, Duration::from_secs(1))
    }

    /// Allows so many requests in a minute.
    ///
    /// ```
    /// let quota = avocet_middleware::Quota::per_minute(100);
    /// ```
    pub const fn per_minute(limit: u32) -> Self {
        Self::new(limit, Duration::from_secs(60))
    }

    /// Allows so many requests in an hour.
    ///
    /// ```
    /// let quota = avocet_middleware::Quota::per_hour(1_000);
    /// ```
    pub const fn per_hour(limit: u32) -> Self {
        Self::new(limit, Duration::from_secs(3600))
    }

    /// Sets how many requests can come at once, at most the limit; the others have to be spread over the window. By default all can come at
    /// once. A limiter that counts in fixed windows, such as [`StoreLimiter`](crate::StoreLimiter), ignores it.
    ///
    /// ```
    /// let quota = avocet_middleware::Quota::per_minute(600).burst(10);
    /// ```
    pub const fn burst(mut self, requests: u32) -> Self {
        self.burst = requests;
        self
    }

    /// Returns the number of requests in a window.
    ///
    /// ```
    /// assert_eq!(avocet_middleware::Quota::per_minute(100).limit(), 100);
    /// ```
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// Returns the window.
    ///
    /// ```
    /// assert_eq!(avocet_middleware::Quota::per_minute(100).window().as_secs(), 60);
    /// ```
    pub const fn window(&self) -> Duration {
        self.window
    }

    /// Returns the number of requests that can come at once.
    ///
    /// ```
    /// assert_eq!(avocet_middleware::Quota::per_minute(100).burst(5).at_once(), 5);
    /// ```
    pub const fn at_once(&self) -> u32 {
        self.burst
    }

    /// Returns what is wrong with it.
    pub(crate) fn mistake(&self) -> Option<&'static str> {
        if self.limit == 0 || self.burst == 0 {
            return Some("it allows no request at all; the least is 1");
        }
        if self.burst > self.limit {
            return Some("more requests can come at once than in the whole window");
        }
        if self.window < Duration::from_millis(1) || self.window > Duration::from_secs(366 * 86_400)
        {
            return Some("its window should be from 1 ms to 366 days");
        }
        None
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.limit == 1 { "" } else { "s" };
        write!(f, "{} request{plural} in ", self.limit)?;
        match self.window.subsec_nanos() {
            0 => write!(f, "{} s", self.window.as_secs()),
            _ => write!(f, "{} ms", self.window.as_millis()),
        }
    }
}
