//! Where replicas wait, and which of them an event wakes.

use std::time::Duration;

use crate::sync::{Condvar, MutexGuard, PoisonError};

/// Where replicas wait, with the lock that protects [`Waiting`].
#[derive(Debug, Default)]
pub(crate) struct Waiters {
    /// Replicas that can take work. No others wait here, so a submission may wake any one of them.
    work: Condvar,
    /// Replicas that cannot take work now.
    events: Condvar,
}

/// How many replicas can take work and wait.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// Until there is work.
    idle: usize,
    /// Until a batch is full, or a time.
    filling: usize,
}

/// What a replica waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaitFor {
    Work,
    /// There is work, but a larger batch is likely.
    LargerBatch,
    /// The end of a back-off or a swap, or the reader of a sequence.
    Event,
}

impl Waiters {
    /// Waits, at most this long.
    pub(crate) fn wait<'a, S: AsMut<Waiting>>(
        &self,
        mut state: MutexGuard<'a, S>,
        reason: WaitFor,
        longest: Duration,
    ) -> MutexGuard<'a, S> {
        if let Some(count) = state.as_mut().of(reason) {
            *count += 1;
        }
        let condvar = match reason {
            WaitFor::Work | WaitFor::LargerBatch => &self.work,
            WaitFor::Event => &self.events,
        };
        let mut state = if longest == Duration::MAX {
            condvar.wait(state).unwrap_or_else(PoisonError::into_inner)
        } else {
            let waited = condvar.wait_timeout(state, longest);
            waited.unwrap_or_else(PoisonError::into_inner).0
        };
        if let Some(count) = state.as_mut().of(reason) {
            *count -= 1;
        }
        state
    }

    /// Wakes a replica that can take work.
    pub(crate) fn wake_one(&self) {
        self.work.notify_one();
    }

    /// Wakes all replicas.
    pub(crate) fn wake_all(&self) {
        self.work.notify_all();
        self.events.notify_all();
    }
}

impl Waiting {
    /// Returns whether a submission wakes a replica. One that waits for a larger batch takes the work at its time at the latest.
    pub(crate) fn wakes_for_submission(&self, has_full_batch: impl FnOnce() -> bool) -> bool {
        if self.filling > 0 {
            has_full_batch()
        } else {
            self.idle > 0
        }
    }

    /// Returns whether work that was left in the queue, returned to it or unblocked wakes a replica.
    pub(crate) fn wakes_for_rest(&self, entries: usize) -> bool {
        self.idle > 0 && entries > 0
    }

    fn of(&mut self, reason: WaitFor) -> Option<&mut usize> {
        match reason {
            WaitFor::Work => Some(&mut self.idle),
            WaitFor::LargerBatch => Some(&mut self.filling),
            WaitFor::Event => None,
        }
    }
}
