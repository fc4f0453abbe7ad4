//! `Heartbeat`: whether a model makes progress.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use crate::scheduler::Time;

/// When the model of a replica was called or has emitted last. A clone is two words.
#[derive(Clone, Debug)]
pub(crate) struct Heartbeat {
    epoch: Instant,
    /// In microseconds since the epoch.
    last: Arc<AtomicU64>,
}

/// The model is not called now.
const PAUSED: u64 = u64::MAX;

impl Heartbeat {
    pub(super) fn new(epoch: Instant) -> Self {
        Self {
            epoch,
            last: Arc::new(AtomicU64::new(PAUSED)),
        }
    }

    /// Notes that the model works. Returns the time.
    pub(crate) fn beat(&self) -> Time {
        let now = self.epoch.elapsed();
        let micros = u64::try_from(now.as_micros()).unwrap_or(PAUSED);
        self.last.store(micros, Relaxed);
        now
    }

    /// Notes that the thread waits for something other than the model, until the next [`beat`](Self::beat).
    pub(crate) fn pause(&self) {
        self.last.store(PAUSED, Relaxed);
    }

    /// Returns whether the model has shown no progress for longer than this.
    pub(super) fn is_older(&self, now: Time, limit: Time) -> bool {
        let last = self.last.load(Relaxed);
        last != PAUSED && now.saturating_sub(Time::from_micros(last)) > limit
    }
}
