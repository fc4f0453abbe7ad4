//! The times of the items of a stream.

use crate::channel::Channel;
use crate::error::InferenceError;
use crate::meters::Meters;
use crate::pool::{Heartbeat, Outcome};
use crate::scheduler::Time;

impl<T: Send> Outcome for Channel<T> {
    fn fail(&self, _: usize, error: InferenceError) {
        self.end(Err(error));
    }
}

/// Measures the times between the items of one stream.
#[derive(Debug)]
pub(crate) struct ItemClock {
    heartbeat: Heartbeat,
    submitted: Time,
    last: Option<Time>,
}

impl ItemClock {
    pub(crate) fn new(heartbeat: Heartbeat, submitted: Time) -> Self {
        Self {
            heartbeat,
            submitted,
            last: None,
        }
    }

    /// Notes that the model waits for the reader, until the next item or [`resume`](Self::resume).
    pub(crate) fn pause(&self) {
        self.heartbeat.pause();
    }

    /// Notes that the model goes on without an item.
    pub(crate) fn resume(&self) {
        self.heartbeat.beat();
    }

    /// Returns whether an item was emitted.
    pub(crate) fn has_started(&self) -> bool {
        self.last.is_some()
    }

    /// Notes that an item was emitted.
    pub(crate) fn emitted(&mut self, meters: &Meters) {
        let now = self.heartbeat.beat();
        match self.last.replace(now) {
            None => meters.first_item.time(now.saturating_sub(self.submitted)),
            Some(last) => meters.between_items.time(now.saturating_sub(last)),
        }
        meters
            .items
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
}
