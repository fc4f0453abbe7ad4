//! Records which of the events that one task waits for has woken it.

use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use crate::wake::WakeFlag;

/// Wakes a task for some of its events, and records that.
///
/// A connection is woken for each request. The supervisor is polled only when this flag is set: polling timers and similar
/// events each time would cost locks and clock reads.
#[derive(Debug)]
pub(crate) struct WakeFlags {
    rope: Arc<FlagWaker>,
    /// This flag as a `Waker`.
    waker: Waker,
    /// The waker of the task at the last poll.
    task: Option<Waker>,
}

#[derive(Debug, Default)]
struct FlagWaker(WakeFlag);

impl Default for WakeFlags {
    fn default() -> Self {
        let rope = Arc::<FlagWaker>::default();
        Self {
            waker: Arc::clone(&rope).into(),
            rope,
            task: None,
        }
    }
}

impl WakeFlags {
    /// Returns the context to poll with, if the flag was set since the last call. Events polled with it set the flag again.
    pub(crate) fn take_ring(&mut self, context: &Context<'_>) -> Option<Context<'_>> {
        let task = context.waker();
        let is_known = self.task.as_ref().is_some_and(|seen| seen.will_wake(task));
        if !is_known {
            self.task = Some(task.clone());
        } else if !self.rope.0.is_notified() {
            return None;
        }
        self.rope.0.listen(task);
        Some(Context::from_waker(&self.waker))
    }

    /// Sets the flag for a change that no waker reports.
    pub(crate) fn look_again(&self) {
        self.rope.0.notify_running();
    }
}

impl Wake for FlagWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.notify();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

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
