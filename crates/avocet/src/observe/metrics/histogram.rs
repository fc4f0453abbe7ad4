//! A histogram of durations with atomic counters.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper bounds of the buckets in seconds, as written: from a cached lookup to a long generation.
pub(super) const BOUNDS: [&str; 16] = [
    "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5",
    "10", "30", "60", "120",
];

/// The same in microseconds.
const MICROSECONDS: [u64; 16] = [
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    30_000_000,
    60_000_000,
    120_000_000,
];

#[derive(Debug, Default)]
pub(super) struct Histogram {
    /// The count of each bucket alone; the last bucket has no bound.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    microseconds: AtomicU64,
}

/// A snapshot of a histogram.
pub(super) struct Counted {
    /// The cumulative count up to each bound, and the total count.
    pub(super) at_most: [u64; BOUNDS.len()],
    pub(super) count: u64,
    pub(super) seconds: f64,
}

impl Histogram {
    pub(super) fn observe(&self, duration: Duration) {
        let microseconds = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let bucket = MICROSECONDS.partition_point(|bound| *bound < microseconds);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
    }

    pub(super) fn counted(&self) -> Counted {
        let mut count = 0;
        let mut add = |bucket: &AtomicU64| {
            count += bucket.load(Ordering::Relaxed);
            count
        };
        let at_most = std::array::from_fn(|bound| add(&self.buckets[bound]));
        let count = add(&self.buckets[BOUNDS.len()]);
        let seconds =
            Duration::from_micros(self.microseconds.load(Ordering::Relaxed)).as_secs_f64();
        Counted {
            at_most,
            count,
            seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_the_same_twice() {
        for (text, microseconds) in BOUNDS.into_iter().zip(MICROSECONDS) {
            let seconds: f64 = text.parse().expect("a number");
            assert_eq!(
                Duration::from_secs_f64(seconds),
                Duration::from_micros(microseconds)
            );
        }
    }

    #[test]
    fn a_bound_belongs_to_its_own_bucket() {
        let histogram = Histogram::default();
        for microseconds in [0, 1_000, 1_001, 120_000_000, 120_000_001] {
            histogram.observe(Duration::from_micros(microseconds));
        }
        let counted = histogram.counted();
        assert_eq!(counted.at_most[..3], [2, 3, 3]);
        assert_eq!((counted.at_most[15], counted.count), (4, 5));
        assert!((counted.seconds - 240.002_002).abs() < 1e-9);
    }
}
