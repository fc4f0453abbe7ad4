//! The channel of a stream: the model emits items, the caller reads them.

use std::collections::VecDeque;
use std::fmt;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::error::InferenceError;
use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Wakes the replica of a paused sequence.
pub(crate) type Paused = Box<dyn Fn() + Send>;

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
    paused: Option<Paused>,
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

    /// Returns the time in the queue, and when the model has begun: once, when the first item was read.
    pub(crate) fn take_begin(&self) -> Option<(Duration, Instant)> {
        self.lock().began.take()
    }

    /// Adds an item, also if the buffer is full.
    pub(crate) fn push(&self, item: T) -> Result<(), Refused> {
        add(self.lock(), item)
    }

    /// Adds an item when there is room, and waits for it at most this long.
    pub(crate) fn push_when_room(&self, item: T, longest: Duration) -> Result<(), Refused> {
        let mut state = self.lock();
        let until = Instant::now() + longest;
        while state.items.len() >= self.buffer && !state.is_closed() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Refused::Stalled);
            }
            let waited = self.room.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        add(state, item)
    }

    /// Returns whether there is room. If there is none, `paused` is called when the reader has made some, or has left.
    pub(crate) fn has_room_or_wakes(&self, paused: impl FnOnce() -> Paused) -> bool {
        let mut state = self.lock();
        let has_room = state.items.len() < self.buffer;
        if !has_room && state.paused.is_none() {
            state.paused = Some(paused());
        }
        has_room
    }

    /// Returns whether items are no longer wanted: the reader has left, or the stream has ended.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().is_closed()
    }

    /// Ends the stream, unless it has ended.
    pub(crate) fn end(&self, result: Result<(), InferenceError>) {
        let mut state = self.lock();
        if state.end.is_none() && !state.closed {
            state.end = Some(result);
        }
        wake(state);
        // A thread that was abandoned may wait for room.
        self.room.notify_all();
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
        if let Some(wake) = paused {
            wake();
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
        if let Some(wake) = paused {
            wake();
        }
        Poll::Ready(Some(Ok(item)))
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn is_closed(&self) -> bool {
        self.closed || self.end.is_some()
    }
}

fn add<T>(mut state: MutexGuard<'_, State<T>>, item: T) -> Result<(), Refused> {
    if state.is_closed() {
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

impl<T> fmt::Debug for Channel<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").finish_non_exhaustive()
    }
}
