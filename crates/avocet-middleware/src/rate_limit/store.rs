//! `StoreLimiter`: counts in a store.

use std::time::Duration;

use avocet_store::{Error, Namespace};

use super::limiter::{Decision, LimiterError, RateLimiter, Taking};
use super::quota::Quota;

/// Counts in a namespace of a [`Store`](avocet_store::Store), which several processes can share.
///
/// It counts in fixed windows, which begin with the first request of a key: at the border of two windows twice the limit can come in a short
/// time. The number of keys is that of the namespace; without room for a new key its requests are rejected with 503.
///
/// ```
/// use avocet_middleware::{Quota, RateLimit, StoreLimiter};
/// use avocet_store::{NamespaceConfig, Store};
///
/// # fn main() -> Result<(), avocet_store::Error> {
/// let store = Store::memory();
/// let counters = store.namespace(NamespaceConfig::new("rate-limits").entries(1_000_000))?;
/// let limit = RateLimit::per_address(Quota::per_minute(100)).limiter(StoreLimiter::new(&store, counters));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct StoreLimiter {
    counters: Namespace,
    clock: avocet_store::Clock,
}

impl StoreLimiter {
    /// Creates a limiter that counts in a namespace of a store.
    ///
    /// ```
    /// # fn main() -> Result<(), avocet_store::Error> {
    /// let store = avocet_store::Store::memory();
    /// let limiter = avocet_middleware::StoreLimiter::new(&store, store.namespace("rate-limits")?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(store: &avocet_store::Store, counters: Namespace) -> Self {
        Self {
            counters,
            clock: store.clock().clone(),
        }
    }
}

impl RateLimiter for StoreLimiter {
    fn take<'a>(&'a self, key: &'a str, quota: Quota) -> Taking<'a> {
        Box::pin(async move {
            let limit = u64::from(quota.limit());
            let counter = self.counters.add(key, 1, limit, quota.window()).await;
            let counter = counter.map_err(|error| match error {
                Error::Limit(_) | Error::Busy { .. } => LimiterError::Full,
                error => LimiterError::Failed(error.into()),
            })?;
            let resets = counter.resets.map(|at| at.since(self.clock.now()));
            let reset = resets.unwrap_or(Duration::ZERO);
            let remaining = limit.saturating_sub(counter.value);
            Ok(if counter.changed {
                Decision::allow(u32::try_from(remaining).unwrap_or(u32::MAX), reset)
            } else {
                Decision::reject(reset, reset)
            })
        })
    }
}
