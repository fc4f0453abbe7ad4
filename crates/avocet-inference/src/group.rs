//! The results of one request, which the replicas fill and the caller waits for.

use std::future::poll_fn;
use std::task::{Poll, Waker};
use std::time::Duration;

use crate::error::InferenceError;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Mutex, MutexGuard, PoisonError};
use crate::timings::Times;

/// The results of the inputs of one request.
#[derive(Debug)]
pub(crate) struct Group<O> {
    results: Mutex<Results<O>>,
    /// Whether the caller has stopped waiting.
    cancelled: AtomicBool,
}

#[derive(Debug)]
struct Results<O> {
    /// In the order of the inputs; `None` until there is one.
    outputs: Vec<Option<Result<O, InferenceError>>>,
    left: usize,
    /// Whether the first error ends the request.
    fail_fast: bool,
    waker: Option<Waker>,
    times: Times,
}

impl<O> Group<O> {
    pub(crate) fn new(inputs: usize, fail_fast: bool) -> Self {
        Self {
            results: Mutex::new(Results {
                outputs: (0..inputs).map(|_| None).collect(),
                left: inputs,
                fail_fast,
                waker: None,
                times: Times::default(),
            }),
            cancelled: AtomicBool::new(false),
        }
    }

    /// Sets the result of an input, unless there is one.
    pub(crate) fn reply(&self, index: usize, result: Result<O, InferenceError>) {
        let mut results = self.lock();
        if results.left == 0 {
            return;
        }
        let Some(slot) = results.outputs.get_mut(index).filter(|slot| slot.is_none()) else {
            return;
        };
        let failed = result.is_err();
        *slot = Some(result);
        results.left -= 1;
        if failed && results.fail_fast {
            results.left = 0;
        }
        if results.left == 0 {
            let waker = results.waker.take();
            drop(results);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    /// Notes the times of an input, before its result.
    pub(crate) fn timed(&self, queue: Duration, model: Duration) {
        let times = &mut self.lock().times;
        *times = Times {
            queue: times.queue.max(queue),
            model: times.model.max(model),
        };
    }

    /// Returns the longest times of an input.
    pub(crate) fn times(&self) -> Times {
        self.lock().times
    }

    /// Waits for the results. With `fail_fast` those behind the first error may be missing.
    pub(crate) async fn results(&self) -> Vec<Option<Result<O, InferenceError>>> {
        poll_fn(|context| {
            let mut results = self.lock();
            if results.left == 0 {
                return Poll::Ready(std::mem::take(&mut results.outputs));
            }
            match &mut results.waker {
                Some(waker) => waker.clone_from(context.waker()),
                none => *none = Some(context.waker().clone()),
            }
            Poll::Pending
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, Results<O>> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
