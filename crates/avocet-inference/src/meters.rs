//! What is counted and measured.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::error::{InferenceError, Limit, Rejected};
use crate::figures::{Distribution, Figures};

/// Counters and distributions of one pool of workers. Updates need no lock.
#[derive(Debug)]
pub(crate) struct Meters {
    pub(crate) submitted: AtomicU64,
    pub(crate) completed: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) cancelled: AtomicU64,
    pub(crate) expired: AtomicU64,
    pub(crate) retried: AtomicU64,
    pub(crate) panics: AtomicU64,
    pub(crate) abandoned: AtomicU64,
    pub(crate) load_failures: AtomicU64,
    pub(crate) items: AtomicU64,
    rejected: [AtomicU64; Limit::ALL.len()],
    pub(crate) queue_time: Histogram,
    pub(crate) run_time: Histogram,
    pub(crate) first_item: Histogram,
    pub(crate) between_items: Histogram,
    pub(crate) batch_size: Histogram,
}

impl Default for Meters {
    fn default() -> Self {
        let seconds = || Histogram::new(&SECONDS);
        Self {
            submitted: AtomicU64::default(),
            completed: AtomicU64::default(),
            failed: AtomicU64::default(),
            cancelled: AtomicU64::default(),
            expired: AtomicU64::default(),
            retried: AtomicU64::default(),
            panics: AtomicU64::default(),
            abandoned: AtomicU64::default(),
            load_failures: AtomicU64::default(),
            items: AtomicU64::default(),
            rejected: Default::default(),
            queue_time: seconds(),
            run_time: seconds(),
            first_item: seconds(),
            between_items: seconds(),
            batch_size: Histogram::new(&SIZES),
        }
    }
}

const SECONDS: [f64; 16] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0,
];
const SIZES: [f64; 11] = [
    1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0,
];

impl Meters {
    pub(crate) fn rejected(&self, rejected: &Rejected) {
        self.rejected[rejected.limit as usize].fetch_add(1, Relaxed);
    }

    /// Counts how a request has ended.
    pub(crate) fn ended(&self, error: Option<&InferenceError>) {
        let counter = match error {
            None => &self.completed,
            Some(InferenceError::Cancelled) => &self.cancelled,
            Some(InferenceError::Expired) => &self.expired,
            Some(_) => &self.failed,
        };
        counter.fetch_add(1, Relaxed);
    }

    pub(crate) fn figures(&self) -> Figures {
        let read = |counter: &AtomicU64| counter.load(Relaxed);
        Figures {
            submitted: read(&self.submitted),
            completed: read(&self.completed),
            failed: read(&self.failed),
            cancelled: read(&self.cancelled),
            expired: read(&self.expired),
            retried: read(&self.retried),
            panics: read(&self.panics),
            abandoned: read(&self.abandoned),
            load_failures: read(&self.load_failures),
            items: read(&self.items),
            rejected: Limit::ALL
                .iter()
                .map(|limit| (*limit, read(&self.rejected[*limit as usize])))
                .collect(),
            queue_time: self.queue_time.read(),
            run_time: self.run_time.read(),
            first_item: self.first_item.read(),
            between_items: self.between_items.read(),
            batch_size: self.batch_size.read(),
            ..Figures::default()
        }
    }
}

/// Counts values in ranges.
#[derive(Debug)]
pub(crate) struct Histogram {
    bounds: &'static [f64],
    /// One more than the bounds, for larger values.
    counts: Box<[AtomicU64]>,
    /// In millionths.
    sum: AtomicU64,
}

impl Histogram {
    fn new(bounds: &'static [f64]) -> Self {
        Self {
            bounds,
            counts: (0..=bounds.len()).map(|_| AtomicU64::default()).collect(),
            sum: AtomicU64::default(),
        }
    }

    pub(crate) fn time(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.add(time.as_secs_f64(), micros);
    }

    pub(crate) fn size(&self, size: usize) {
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        self.add(f64::from(size), u64::from(size) * 1_000_000);
    }

    fn add(&self, value: f64, millionths: u64) {
        let range = self.bounds.partition_point(|bound| *bound < value);
        self.counts[range].fetch_add(1, Relaxed);
        self.sum.fetch_add(millionths, Relaxed);
    }

    #[expect(clippy::cast_precision_loss, reason = "the sum of centuries fits")]
    fn read(&self) -> Distribution {
        Distribution {
            bounds: self.bounds,
            counts: self
                .counts
                .iter()
                .map(|count| count.load(Relaxed))
                .collect(),
            sum: self.sum.load(Relaxed) as f64 / 1e6,
        }
    }
}
