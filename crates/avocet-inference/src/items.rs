//! The channel of a stream: the model emits items, the caller reads them.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::error::InferenceError;
use crate::meters::Meters;
use crate::pool::{Heartbeat, Outcome, Pool};
use crate::scheduler::Time;
use crate::timings::Times;

/// The shared part of a stream.
pub(crate) struct Channel<T> {
    state: Mutex<State<T>>,
    /// A thread that emits waits here for room.
    room: Condvar,
    /// The items that may wait before the model pauses.
    buffer: usize,
}

struct State<T> {
    items: VecDeque<T>,
    /// How it ends; the reader takes it after the last item.
    end: Option<Result<(), InferenceError>>,
    /// Whether the reader has left.
    closed: bool,
    waker: Option<Waker>,
    /// What waits for the reader to make room.
    paused: Option<Arc<dyn Pool>>,
    /// The time in the queue, and when the model has begun; until the first item is read.
    began: Option<(Duration, Instant)>,
}

/// Why an item was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The reader has left.
    Closed,
    /// The reader has not made room in time.
    Stalled,
}

impl<T> Channel<T> {
    pub(crate) fn new(buffer: usize) -> Self {
        Self {
            state: Mutex::new(State {
                items: VecDeque::new(),
                end: None,
                closed: false,
                waker: None,
                paused: None,
                began: None,
            }),
            room: Condvar::new(),
            buffer,
        }
    }

    /// Notes that the model begins, after this time in the queue.
    pub(crate) fn begin(&self, queue: Duration) {
        self.lock().began = Some((queue, Instant::now()));
    }

    /// Returns the times to the first item, when that was read.
    pub(crate) fn take_times(&self) -> Option<Times> {
        let (queue, began) = self.lock().began.take()?;
        Some(Times {
            queue,
            model: began.elapsed(),
        })
    }

    /// Adds an item, also if the buffer is full.
    pub(crate) fn push(&self, item: T) -> Result<(), Refused> {
        add(self.lock(), item)
    }

    /// Adds an item when there is room, and waits for it at most this long.
    pub(crate) fn push_when_room(&self, item: T, longest: Duration) -> Result<(), Refused> {
        let mut state = self.lock();
        let until = Instant::now() + longest;
        while state.items.len() >= self.buffer && !state.closed {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Refused::Stalled);
            }
            let waited = self.room.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        add(state, item)
    }

    /// Returns whether there is room. If there is none, the pool is woken when there is.
    pub(crate) fn has_room_or_wakes(&self, pool: impl FnOnce() -> Arc<dyn Pool>) -> bool {
        let mut state = self.lock();
        let has_room = state.items.len() < self.buffer;
        if !has_room && state.paused.is_none() {
            state.paused = Some(pool());
        }
        has_room
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Ends the stream, unless it has ended.
    pub(crate) fn end(&self, result: Result<(), InferenceError>) {
        let mut state = self.lock();
        if state.end.is_none() && !state.closed {
            state.end = Some(result);
        }
        wake(state);
    }

    /// Notes that the reader has left.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let items = std::mem::take(&mut state.items);
        let paused = state.paused.take();
        drop(state);
        drop(items);
        self.room.notify_all();
        if let Some(pool) = paused {
            pool.wake();
        }
    }

    /// Returns the next item, or `None` at the end.
    pub(crate) fn poll(
        &self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<T, InferenceError>>> {
        let mut state = self.lock();
        let Some(item) = state.items.pop_front() else {
            return match &state.end {
                Some(Ok(())) => Poll::Ready(None),
                Some(Err(error)) => {
                    let error = error.clone();
                    state.end = Some(Ok(()));
                    Poll::Ready(Some(Err(error)))
                }
                None => {
                    match &mut state.waker {
                        Some(waker) => waker.clone_from(context.waker()),
                        none => *none = Some(context.waker().clone()),
                    }
                    Poll::Pending
                }
            };
        };
        let was_full = state.items.len() + 1 == self.buffer;
        let paused = state.paused.take();
        drop(state);
        if was_full {
            self.room.notify_all();
        }
        if let Some(pool) = paused {
            pool.wake();
        }
        Poll::Ready(Some(Ok(item)))
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add<T>(mut state: MutexGuard<'_, State<T>>, item: T) -> Result<(), Refused> {
    if state.closed {
        return Err(Refused::Closed);
    }
    state.items.push_back(item);
    wake(state);
    Ok(())
}

/// Wakes the reader, without the lock.
fn wake<T>(mut state: MutexGuard<'_, State<T>>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}

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
