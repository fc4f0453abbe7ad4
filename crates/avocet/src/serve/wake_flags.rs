//! Which of the things that one task waits for has woken it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};

/// Wakes a task on behalf of some of what it waits for, and remembers that.
///
/// A connection is woken for each request. What stands beside it is looked at only when the bell has rung: to ask timers and the
/// like each time would take locks and clocks for nothing.
#[derive(Debug)]
pub(super) struct WakeFlags {
    rope: Arc<FlagWaker>,
    /// The same, as it is handed out.
    waker: Waker,
    /// The task, as it was last seen.
    task: Option<Waker>,
}

#[derive(Debug)]
struct FlagWaker {
    rung: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Default for WakeFlags {
    fn default() -> Self {
        let rope = Arc::new(FlagWaker {
            // Nobody knows the rope yet.
            rung: AtomicBool::new(true),
            task: Mutex::default(),
        });
        Self {
            waker: Arc::clone(&rope).into(),
            rope,
            task: None,
        }
    }
}

impl WakeFlags {
    /// The context to look with, if the bell has rung since it was last asked. Whatever is looked at with it rings next time.
    pub(super) fn take_ring(&mut self, context: &Context<'_>) -> Option<Context<'_>> {
        let task = context.waker();
        if !self.task.as_ref().is_some_and(|seen| seen.will_wake(task)) {
            *self.rope.lock() = Some(task.clone());
            self.task = Some(task.clone());
            self.look_again();
        }
        let rung = &self.rope.rung;
        // Most often it has not, and to read that costs less than to reset it.
        let has_rung = rung.load(Ordering::Acquire) && rung.swap(false, Ordering::AcqRel);
        has_rung.then(|| Context::from_waker(&self.waker))
    }

    /// Something has changed that nobody rings for.
    pub(super) fn look_again(&self) {
        self.rope.rung.store(true, Ordering::Release);
    }
}

impl FlagWaker {
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Waker>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for FlagWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rung.store(true, Ordering::Release);
        if let Some(task) = &*self.lock() {
            task.wake_by_ref();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn it_is_looked_at_first_after_each_ring_and_by_a_new_task() {
        let [first, second] = [(); 2].map(|()| Arc::new(Woken::default()));
        let [one, other] = [&first, &second].map(|task| Waker::from(Arc::clone(task)));
        let (one, other) = (Context::from_waker(&one), Context::from_waker(&other));
        let mut wake_flags = WakeFlags::default();
        let waker = wake_flags
            .take_ring(&one)
            .expect("the first look")
            .waker()
            .clone();
        assert!(wake_flags.take_ring(&one).is_none());
        waker.wake_by_ref();
        assert!(wake_flags.take_ring(&one).is_some());
        assert!(wake_flags.take_ring(&one).is_none());
        wake_flags.look_again();
        assert!(wake_flags.take_ring(&one).is_some());
        assert!(wake_flags.take_ring(&other).is_some());
        waker.wake();
        assert!(wake_flags.take_ring(&other).is_some());
        assert!(wake_flags.take_ring(&other).is_none());
        let woken = [first, second].map(|task| task.0.load(Ordering::Relaxed));
        assert_eq!(woken, [1, 1]);
    }
}
