//! `WakeFlag`: wakes a task from outside.

use std::task::Waker;

use crate::sync::atomic::{AtomicU8, Ordering};
use crate::sync::{Mutex, MutexGuard, PoisonError};

/// A flag that wakes the task which waits for it.
///
/// A notification carries no value. The notifier changes the shared state first; the task calls [`listen`](Self::listen) first and
/// reads the shared state afterwards. Then no change is missed: either the task reads it, or the notification wakes the task.
///
/// Notifications are merged until the task listens again. No waker is woken or dropped while a lock is held: both can run code of
/// the executor, which can call this flag again.
#[derive(Debug)]
pub struct WakeFlag {
    state: AtomicU8,
    task: Mutex<Option<Waker>>,
}

/// The task sleeps, or is about to: the next notification wakes it.
const ASLEEP: u8 = 0;
/// The task runs and calls [`WakeFlag::sleep`] before it sleeps: a notification is only stored.
const AWAKE: u8 = 1;
/// A notification was stored that the task has not taken.
const NOTIFIED: u8 = 2;

impl Default for WakeFlag {
    fn default() -> Self {
        Self {
            // No task is registered, so the first check is due in any case.
            state: AtomicU8::new(NOTIFIED),
            task: Mutex::default(),
        }
    }
}

impl WakeFlag {
    /// Stores a notification, and wakes the task if it sleeps.
    pub fn notify(&self) {
        if self.state.swap(NOTIFIED, Ordering::AcqRel) == ASLEEP {
            let task = self.lock().clone();
            if let Some(task) = task {
                task.wake();
            }
        }
    }

    /// Stores a notification for a task that is running and checks [`is_notified`](Self::is_notified) before it sleeps.
    pub fn notify_running(&self) {
        self.state.swap(NOTIFIED, Ordering::AcqRel);
    }

    /// Returns whether there was a notification since the task last listened.
    pub fn is_notified(&self) -> bool {
        self.state.load(Ordering::Acquire) == NOTIFIED
    }

    /// Registers the task for the next notification.
    pub fn listen(&self, task: &Waker) {
        self.register(task);
        self.state.swap(ASLEEP, Ordering::AcqRel);
    }

    /// Returns whether a notification wakes this task.
    pub fn is_for(&self, task: &Waker) -> bool {
        self.lock()
            .as_ref()
            .is_some_and(|known| known.will_wake(task))
    }

    /// Registers a waker. Only the task calls this, so there is no concurrent registration.
    fn register(&self, task: &Waker) {
        if !self.is_for(task) {
            let new = Some(task.clone());
            let old = std::mem::replace(&mut *self.lock(), new);
            drop(old);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Waker>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// For a task that checks the shared state several times before it sleeps.
impl WakeFlag {
    /// Stores notifications from now on; [`sleep`](Self::sleep) returns whether there was one.
    pub fn stay_awake(&self, task: &Waker) {
        self.register(task);
        self.forget();
    }

    /// Drops a stored notification: the task is awake and is about to read everything that was changed before it.
    pub fn forget(&self) {
        self.state.swap(AWAKE, Ordering::AcqRel);
    }

    /// Lets the awake task sleep until the next notification; returns `false` if there was one already.
    pub fn sleep(&self) -> bool {
        let slept = self
            .state
            .compare_exchange(AWAKE, ASLEEP, Ordering::AcqRel, Ordering::Acquire);
        slept.is_ok()
    }
}
