//! The number of open halves of exchanges on a connection, and the wait until it is zero.

use std::task::Waker;

use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::wake::WakeFlag;

/// A count that wakes a task when it drops to zero. A request's body can be dropped in any task, so this can happen while the
/// connection's task sleeps.
#[derive(Debug, Default)]
pub(crate) struct OpenCount {
    count: AtomicUsize,
    /// Whether the connection's task waits for zero.
    awaited: AtomicBool,
    zero: WakeFlag,
}

impl OpenCount {
    pub(crate) fn increment(&self) {
        self.count.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn decrement(&self) {
        let was_last = self.count.fetch_sub(1, Ordering::AcqRel) == 1;
        if was_last && self.awaited.load(Ordering::Relaxed) {
            self.zero.notify();
        }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.count.load(Ordering::Acquire) == 0
    }

    /// Returns whether the count is zero; if not, the task is woken when it is.
    pub(crate) fn is_zero_or_wake(&self, task: &Waker) -> bool {
        if self.is_zero() {
            return true;
        }
        self.zero.listen(task);
        self.awaited.store(true, Ordering::Relaxed);
        // An addition of zero, as a write: if the last decrement comes after it, the decrement also sees `awaited`.
        self.count.fetch_add(0, Ordering::AcqRel) == 0
    }
}
