//! `RateLimiter`: what counts requests.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::quota::Quota;

/// The future of [`RateLimiter::take`].
pub type Taking<'a> = Pin<Box<dyn Future<Output = Result<Decision, LimiterError>> + Send + 'a>>;

/// What counts the requests of a [`RateLimit`](crate::RateLimit): implement it for a service that several machines share.
///
/// [`StoreLimiter`](crate::StoreLimiter) is one for the processes of one machine. Without one, a [`MemoryLimiter`](crate::MemoryLimiter)
/// counts.
///
/// ```
/// use std::time::Duration;
///
/// use avocet_middleware::{Decision, Quota, RateLimit, RateLimiter, Taking};
///
/// /// Allows everything.
/// #[derive(Debug)]
/// struct Unlimited;
///
/// impl RateLimiter for Unlimited {
///     fn take<'a>(&'a self, _key: &'a str, quota: Quota) -> Taking<'a> {
///         Box::pin(async move { Ok(Decision::allow(quota.limit(), Duration::ZERO)) })
///     }
/// }
///
/// let limit = RateLimit::per_address(Quota::per_minute(100)).limiter(Unlimited);
/// ```
pub trait RateLimiter: fmt::Debug + Send + Sync + 'static {
    /// Counts a request of a key and decides about it, in one atomic step. A request that is rejected is not counted.
    fn take<'a>(&'a self, key: &'a str, quota: Quota) -> Taking<'a>;
}

/// What a [`RateLimiter`] decided about a request.
///
/// ```
/// use std::time::Duration;
/// use avocet_middleware::Decision;
///
/// let decision = Decision::reject(Duration::from_secs(3), Duration::from_secs(60));
/// assert_eq!(decision.retry_after(), Some(Duration::from_secs(3)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    remaining: u32,
    reset: Duration,
    retry_after: Option<Duration>,
}

impl Decision {
    /// Allows the request: so many more are possible now, and the quota is complete again after a time.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let decision = avocet_middleware::Decision::allow(99, Duration::from_secs(60));
    /// ```
    pub const fn allow(remaining: u32, reset: Duration) -> Self {
        Self {
            remaining,
            reset,
            retry_after: None,
        }
    }

    /// Rejects the request: the next one is possible after a time, and the quota is complete again after a second time.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let decision = avocet_middleware::Decision::reject(Duration::from_secs(3), Duration::from_secs(60));
    /// ```
    pub const fn reject(retry_after: Duration, reset: Duration) -> Self {
        Self {
            remaining: 0,
            reset,
            retry_after: Some(retry_after),
        }
    }

    /// Returns how many more requests are possible now.
    ///
    /// ```
    /// # use std::time::Duration;
    /// assert_eq!(avocet_middleware::Decision::allow(99, Duration::ZERO).remaining(), 99);
    /// ```
    pub const fn remaining(&self) -> u32 {
        self.remaining
    }

    /// Returns the time after which the quota is complete again.
    ///
    /// ```
    /// # use std::time::Duration;
    /// assert_eq!(avocet_middleware::Decision::allow(99, Duration::ZERO).reset(), Duration::ZERO);
    /// ```
    pub const fn reset(&self) -> Duration {
        self.reset
    }

    /// Returns the time after which the next request is possible, if this one is rejected.
    ///
    /// ```
    /// # use std::time::Duration;
    /// assert_eq!(avocet_middleware::Decision::allow(99, Duration::ZERO).retry_after(), None);
    /// ```
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

/// Why a [`RateLimiter`] could not decide. The request is rejected: a limit that fails must not be one that is gone.
///
/// ```
/// use avocet_middleware::LimiterError;
///
/// let error = LimiterError::Failed("connection refused".into());
/// assert_eq!(error.to_string(), "the rate limiter failed: connection refused");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum LimiterError {
    /// The limit of keys or of operations is reached: 503.
    Full,
    /// It failed: logged, and a 500.
    Failed(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for LimiterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("the rate limiter has no room for further keys"),
            Self::Failed(source) => write!(f, "the rate limiter failed: {source}"),
        }
    }
}

impl Error for LimiterError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Full => None,
            Self::Failed(source) => Some(&**source),
        }
    }
}
