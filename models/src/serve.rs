//! Models of the wake-ups of a connection's task.

#[path = "../../crates/avocet-server/src/connection/wake_flags.rs"]
mod wake_flags;
#[path = "../../crates/avocet-server/src/io/handover.rs"]
mod handover;
#[path = "../../crates/avocet-server/src/connection/open_count.rs"]
mod open_count;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use loom::future::{AtomicWaker, block_on};
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;

use wake_flags::WakeFlags;
use handover::Handover;
use open_count::OpenCount;

/// An event that happens once, like a timer.
#[derive(Default)]
struct Event {
    happened: AtomicBool,
    task: AtomicWaker,
}

impl Event {
    fn happen(&self) {
        self.happened.store(true, Ordering::Release);
        self.task.wake();
    }

    fn poll(&self, context: &Context<'_>) -> bool {
        self.task.register_by_ref(context.waker());
        self.happened.load(Ordering::Acquire)
    }
}

pub(crate) fn two_events() {
    let events = [(); 2].map(|()| Arc::new(Event::default()));
    for event in events.clone() {
        thread::spawn(move || event.happen());
    }
    let mut wake_flags = WakeFlags::default();
    block_on(poll_fn(|context| {
        // The task is polled for other reasons too, and checks the events only when the flag is set.
        let Some(context) = wake_flags.take_ring(context) else {
            return Poll::Pending;
        };
        let happened = events.iter().filter(|event| event.poll(&context));
        if happened.count() == 2 {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }));
}

pub(crate) fn left() {
    let handover = Arc::new(Handover::default());
    let other = Arc::clone(&handover);
    thread::spawn(move || other.leave(Box::new(1)));
    let mut puts_back = true;
    block_on(poll_fn(|context| match handover.take(context.waker()) {
        // Once, it has to wait for a different event, which wakes it.
        Some(value) if std::mem::take(&mut puts_back) => {
            handover.put(value);
            context.waker().wake_by_ref();
            Poll::Pending
        }
        Some(_) => Poll::Ready(()),
        None => Poll::Pending,
    }));
}

pub(crate) fn zero() {
    let count = Arc::new(OpenCount::default());
    for _ in 0..2 {
        count.increment();
    }
    for _ in 0..2 {
        let count = Arc::clone(&count);
        thread::spawn(move || count.decrement());
    }
    block_on(poll_fn(|context| {
        if count.is_zero_or_wake(context.waker()) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }));
}
