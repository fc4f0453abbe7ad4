//! `MemoryLimiter`: counts in the memory of the process.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use avocet_store::Clock;

use super::limiter::{Decision, RateLimiter, Taking};
use super::quota::Quota;

/// So that requests on several cores seldom wait for each other.
const SHARDS: usize = 16;
/// Fewer keys than this are in one shard, so that a small bound is exact.
const KEYS_TO_SHARD: usize = 1024;
/// The key that is shared by keys without room.
const OVERFLOW: u64 = 0;

/// Counts in the memory of the process, with the generic cell rate algorithm (as of ATM networks): a key holds one number, the time at which
/// its quota is complete again.
///
/// The number of keys is bounded. Keys whose quota is complete are forgotten when there is no room for a new one. If all are in use, the new
/// keys share one quota until there is room again: a crowd of addresses is limited together, and known clients are not affected. A key takes
/// about 32 bytes; it is kept as a keyed hash of 64 bits.
///
/// ```
/// use avocet_middleware::{MemoryLimiter, Quota, RateLimit};
///
/// let limit = RateLimit::per_address(Quota::per_minute(100)).limiter(MemoryLimiter::new(1_000_000));
/// ```
pub struct MemoryLimiter {
    clock: Clock,
    hasher: RandomState,
    keys: usize,
    shards: Vec<Mutex<Shard>>,
}

#[derive(Default)]
struct Shard {
    /// When the quotas are complete again, in nanoseconds of the clock.
    complete_at: HashMap<u64, u64>,
    /// The earliest time at which one of them can be forgotten.
    next_sweep: u64,
}

impl MemoryLimiter {
    /// Creates a limiter for so many keys, at least one.
    ///
    /// ```
    /// let limiter = avocet_middleware::MemoryLimiter::new(100_000);
    /// ```
    pub fn new(keys: usize) -> Self {
        Self::with_clock(keys, Clock::system())
    }

    /// Creates a limiter with a clock, which tests set.
    ///
    /// ```
    /// use avocet_middleware::MemoryLimiter;
    /// use avocet_store::Clock;
    ///
    /// let limiter = MemoryLimiter::with_clock(100, Clock::manual());
    /// ```
    pub fn with_clock(keys: usize, clock: Clock) -> Self {
        let shards = if keys < KEYS_TO_SHARD { 1 } else { SHARDS };
        Self {
            clock,
            hasher: RandomState::new(),
            keys: keys.max(1).div_ceil(shards),
            shards: (0..shards).map(|_| Mutex::default()).collect(),
        }
    }

    /// Counts a request, without a future.
    pub(crate) fn take_now(&self, key: impl Hash, quota: Quota) -> Decision {
        let key = self.hasher.hash_one(key).max(OVERFLOW + 1);
        let now = self.clock.now().as_millis().saturating_mul(1_000_000);
        let shard = usize::try_from(key % self.shards.len() as u64).unwrap_or_default();
        let shard = self.shards[shard].lock();
        let mut shard = shard.unwrap_or_else(PoisonError::into_inner);
        let key = shard.room_for(key, self.keys, now);
        let known = shard.complete_at.get(&key).copied().unwrap_or_default();
        let (decision, complete_at) = decide(known, now, quota);
        shard.complete_at.insert(key, complete_at);
        decision
    }
}

impl Shard {
    /// Returns the key to count with: the key itself if it is known or there is room.
    fn room_for(&mut self, key: u64, most: usize, now: u64) -> u64 {
        if self.complete_at.len() < most || self.complete_at.contains_key(&key) {
            return key;
        }
        // A sweep looks at all keys, so it waits until it will find something.
        if self.next_sweep <= now {
            self.complete_at.retain(|_, complete_at| *complete_at > now);
            let earliest = self.complete_at.values().min();
            self.next_sweep = earliest.copied().unwrap_or_default();
        }
        if self.complete_at.len() < most {
            key
        } else {
            OVERFLOW
        }
    }
}

/// Decides about a request of a key whose quota is complete at a time. Returns the new time.
fn decide(complete_at: u64, now: u64, quota: Quota) -> (Decision, u64) {
    let window = nanos(quota.window());
    let step = (window / u64::from(quota.limit().max(1))).max(1);
    let most = step.saturating_mul(u64::from(quota.at_once()));
    // After a step back of the clock a quota is not further from complete than it can be.
    let before = complete_at.clamp(now, now.saturating_add(most));
    let after = before.saturating_add(step);
    let used = after - now;
    if used > most {
        let wait = Duration::from_nanos(used - most);
        let reset = Duration::from_nanos(before - now);
        return (Decision::reject(wait, reset), before);
    }
    let remaining = u32::try_from((most - used) / step).unwrap_or(u32::MAX);
    (
        Decision::allow(remaining, Duration::from_nanos(used)),
        after,
    )
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl RateLimiter for MemoryLimiter {
    fn take<'a>(&'a self, key: &'a str, quota: Quota) -> Taking<'a> {
        Box::pin(async move { Ok(self.take_now(key, quota)) })
    }
}

impl fmt::Debug for MemoryLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLimiter")
            .field("keys", &(self.keys * self.shards.len()))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_used_up_and_comes_back() {
        let clock = Clock::manual();
        let limiter = MemoryLimiter::with_clock(10, clock.clone());
        let quota = Quota::per_minute(3);
        let take = |seconds| {
            clock.advance(Duration::from_secs(seconds));
            let decision = limiter.take_now("ann", quota);
            let retry = decision.retry_after().map(|wait| wait.as_secs());
            (decision.remaining(), decision.reset().as_secs(), retry)
        };
        assert_eq!(take(0), (2, 20, None));
        assert_eq!(take(0), (1, 40, None));
        assert_eq!(take(0), (0, 60, None));
        assert_eq!(take(0), (0, 60, Some(20)));
        assert_eq!(take(15), (0, 45, Some(5)));
        assert_eq!(take(5), (0, 60, None));
        assert_eq!(take(3600), (2, 20, None));
    }

    #[test]
    fn a_burst_bounds_what_comes_at_once() {
        let clock = Clock::manual();
        let limiter = MemoryLimiter::with_clock(10, clock.clone());
        let quota = Quota::per_minute(60).burst(2);
        let allowed = || limiter.take_now("ann", quota).retry_after().is_none();
        assert_eq!([allowed(), allowed(), allowed()], [true, true, false]);
        clock.advance(Duration::from_secs(1));
        assert_eq!([allowed(), allowed()], [true, false]);
    }

    #[test]
    fn keys_without_room_share_a_quota() {
        let clock = Clock::manual();
        let limiter = MemoryLimiter::with_clock(2, clock.clone());
        let quota = Quota::per_minute(2);
        let allowed = |key| limiter.take_now(key, quota).retry_after().is_none();
        assert!(allowed("ann") && allowed("ben"));
        let crowd = [allowed("c"), allowed("d"), allowed("e"), allowed("f")];
        assert_eq!(crowd, [true, true, false, false]);
        assert!(
            allowed("ann") && allowed("ben"),
            "known keys are not affected"
        );
        clock.advance(Duration::from_secs(60));
        assert_eq!(
            [allowed("g"), allowed("h"), allowed("g")],
            [true, true, true]
        );
    }

    #[test]
    fn a_clock_that_steps_back_does_not_lock_clients_out() {
        let quota = Quota::per_minute(2);
        let minute = 60_000_000_000;
        let (decision, _) = decide(100 * minute, minute, quota);
        assert_eq!(decision.retry_after(), Some(Duration::from_secs(30)));
    }

    #[test]
    fn keys_are_forgotten() {
        let clock = Clock::manual();
        let limiter = MemoryLimiter::with_clock(100, clock.clone());
        for round in 0..50 {
            for key in 0..100 {
                limiter.take_now((round, key), Quota::per_second(1));
            }
            clock.advance(Duration::from_secs(2));
            let held: usize = limiter
                .shards
                .iter()
                .map(|shard| shard.lock().expect("a lock").complete_at.len())
                .sum();
            assert!(held <= 101, "{held} keys");
        }
    }
}
