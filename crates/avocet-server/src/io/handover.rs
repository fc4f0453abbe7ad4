//! A value that one task leaves for another task, with a wake-up.

use std::task::Waker;

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Mutex, MutexGuard, PoisonError};
use crate::wake::WakeFlag;

/// Holds at most one value. No value is dropped while the lock is held: that can wake tasks.
#[derive(Debug)]
pub(crate) struct Handover<T> {
    /// Whether there may be a value: most checks find none, and this costs less than the lock.
    filled: AtomicBool,
    value: Mutex<Option<T>>,
    taker: WakeFlag,
}

impl<T> Default for Handover<T> {
    fn default() -> Self {
        Self {
            filled: AtomicBool::new(false),
            value: Mutex::new(None),
            taker: WakeFlag::default(),
        }
    }
}

impl<T> Handover<T> {
    /// Stores a value, replaces one that was not taken, and wakes the waiting task.
    pub(crate) fn leave(&self, value: T) {
        self.put(value);
        self.taker.notify();
    }

    /// Takes the value; if there is none, the next one wakes this task.
    pub(crate) fn take(&self, task: &Waker) -> Option<T> {
        self.taker.listen(task);
        self.take_now()
    }

    /// Takes the value if there is one.
    pub(crate) fn take_now(&self) -> Option<T> {
        if self.filled.swap(false, Ordering::AcqRel) {
            self.lock().take()
        } else {
            None
        }
    }

    /// Puts back a value that is still needed.
    pub(crate) fn put(&self, value: T) {
        let old = self.lock().replace(value);
        drop(old);
        self.filled.swap(true, Ordering::AcqRel);
    }

    fn lock(&self) -> MutexGuard<'_, Option<T>> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
