//! The states of a pool and its replicas.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::work::Outcome;
use crate::scheduler::{Entry, Time};

/// The state of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It was never started, or its model was unloaded.
    Unloaded,
    /// It accepts work.
    Open,
    /// It completes what it has accepted, and accepts no more.
    Stopping,
}

/// A replica, as the pool sees it.
pub(crate) struct ReplicaState {
    pub(crate) number: usize,
    /// Replicas of one load of the model have the same one.
    pub(crate) generation: u64,
    pub(crate) condition: Condition,
    /// Whether it ends after its current work.
    pub(crate) retired: bool,
    /// What it runs, and where the results are awaited.
    pub(crate) running: Vec<Entry<(Arc<dyn Outcome>, usize)>>,
    /// When the model was called; `None` while it waits.
    pub(crate) busy_since: Option<Time>,
    /// When it has last emitted, in microseconds of the pool's clock.
    pub(crate) heartbeat: Arc<AtomicU64>,
}

impl ReplicaState {
    /// Returns whether the model has shown no progress for this long.
    pub(crate) fn hangs(&self, now: Time, limit: Time) -> bool {
        let heartbeat = Time::from_micros(self.heartbeat.load(Relaxed));
        self.busy_since
            .is_some_and(|since| now.saturating_sub(since.max(heartbeat)) > limit)
    }
}

/// Whether a replica can work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Loading,
    Ready,
    /// The model could not be loaded.
    Failed(String),
}
