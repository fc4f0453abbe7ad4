//! Models of `WakeFlag` alone.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use loom::future::block_on;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::wake::WakeFlag;

/// A flag, and a count that is changed before each notification. The count is relaxed: the flag alone must make it visible.
#[derive(Default)]
struct Shared {
    flag: WakeFlag,
    count: AtomicUsize,
}

impl Shared {
    fn add(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.flag.notify();
    }

    fn is_two(&self) -> bool {
        self.count.load(Ordering::Relaxed) == 2
    }
}

fn two_threads(shared: &Arc<Shared>) {
    for _ in 0..2 {
        let shared = Arc::clone(shared);
        thread::spawn(move || shared.add());
    }
}

pub(crate) fn listen() {
    let shared = Arc::new(Shared::default());
    two_threads(&shared);
    block_on(poll_fn(|context| {
        shared.flag.listen(context.waker());
        if shared.is_two() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }));
}

pub(crate) fn stay_awake() {
    let shared = Arc::new(Shared::default());
    two_threads(&shared);
    block_on(poll_fn(|context| {
        loop {
            shared.flag.stay_awake(context.waker());
            shared.flag.forget();
            if shared.is_two() {
                return Poll::Ready(());
            }
            if shared.flag.sleep() {
                return Poll::Pending;
            }
        }
    }));
}
