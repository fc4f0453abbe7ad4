//! The states of a pool and its replicas.

use std::sync::Arc;
use std::time::Duration;

use super::heartbeat::Heartbeat;
use super::work::Outcome;
use crate::scheduler::Entry;
use crate::settings::Settings;

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
    /// Whether a reader has made room since the replica has last looked.
    pub(crate) woken: bool,
    pub(crate) heartbeat: Heartbeat,
}

/// A replica whose thread was abandoned because the model did not load in time. Nothing replaces it until the thread returns: another one would
/// probably hang as well.
#[derive(Debug)]
pub(crate) struct HungLoad {
    pub(crate) id: u64,
    pub(crate) number: usize,
    pub(crate) generation: u64,
    pub(crate) reason: String,
}

/// Whether a replica can work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Loading,
    Ready,
    /// The model could not be loaded.
    Failed(String),
}

impl ReplicaState {
    /// Returns how long its model may take now.
    pub(crate) fn limit(&self, settings: &Settings) -> Duration {
        match self.condition {
            Condition::Ready => settings.hang_time,
            Condition::Loading | Condition::Failed(_) => settings.load_time,
        }
    }
}
