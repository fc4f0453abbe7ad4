//! `Emit`: where a streamer puts its items.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::channel::{Channel, Refused};
use crate::error::InferenceError;
use crate::items::ItemClock;
use crate::meters::Meters;

/// Where a [`Streamer`](crate::Streamer) puts its items.
pub struct Emit<T> {
    channel: Arc<Channel<T>>,
    clock: ItemClock,
    meters: Arc<Meters>,
    stall_time: Duration,
    /// Until the first item.
    first_deadline: Option<Instant>,
    /// Of the whole stream.
    stream_deadline: Option<Instant>,
    failure: Option<InferenceError>,
}

/// The items are no longer wanted: the caller has left, its deadline has passed, or it does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unwanted;

impl fmt::Display for Unwanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the items are no longer wanted")
    }
}

impl std::error::Error for Unwanted {}

impl<T> Emit<T> {
    pub(crate) fn new(
        channel: Arc<Channel<T>>,
        clock: ItemClock,
        meters: Arc<Meters>,
        stall_time: Duration,
        until_first: Option<Duration>,
        until_end: Duration,
    ) -> Self {
        // A deadline that the clock cannot add never passes.
        let at = |left| Instant::now().checked_add(left);
        Self {
            channel,
            clock,
            meters,
            stall_time,
            first_deadline: until_first.and_then(at),
            stream_deadline: at(until_end),
            failure: None,
        }
    }

    /// Emits an item. If the caller reads slowly, it waits for room, at most [`stall_time`](crate::Workers::stall_time).
    ///
    /// # Errors
    /// Fails if the items are no longer wanted. Return from [`Streamer::run`](crate::Streamer::run) then.
    ///
    /// ```
    /// use avocet_inference::{Emit, Unwanted};
    ///
    /// fn letters(out: &mut Emit<char>) -> Result<(), Unwanted> {
    ///     "abc".chars().try_for_each(|letter| out.push(letter))
    /// }
    /// ```
    pub fn push(&mut self, item: T) -> Result<(), Unwanted> {
        if self.is_cancelled() {
            return Err(Unwanted);
        }
        let left = self
            .deadline()
            .map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let longest = left.map_or(self.stall_time, |left| left.min(self.stall_time));
        self.clock.pause();
        let pushed = self.channel.push_when_room(item, longest);
        self.clock.resume();
        match pushed {
            Ok(()) => {
                self.clock.emitted(&self.meters);
                Ok(())
            }
            Err(Refused::Closed) => Err(self.fail(InferenceError::Cancelled)),
            Err(Refused::Stalled) if longest < self.stall_time => {
                Err(self.fail(InferenceError::Expired))
            }
            Err(Refused::Stalled) => Err(self.fail(InferenceError::Stalled)),
        }
    }

    /// Returns whether the items are no longer wanted. Check it where the model works for long without an item.
    ///
    /// ```
    /// fn goes_on(out: &mut avocet_inference::Emit<String>) -> bool {
    ///     !out.is_cancelled()
    /// }
    /// ```
    pub fn is_cancelled(&mut self) -> bool {
        if self.failure.is_none() {
            if self.channel.is_closed() {
                self.fail(InferenceError::Cancelled);
            } else if self
                .deadline()
                .is_some_and(|deadline| deadline <= Instant::now())
            {
                self.fail(InferenceError::Expired);
            }
        }
        self.failure.is_some()
    }

    pub(crate) fn failure(&mut self) -> Option<InferenceError> {
        self.failure.take()
    }

    fn deadline(&self) -> Option<Instant> {
        if self.clock.has_started() {
            self.stream_deadline
        } else {
            self.first_deadline
        }
    }

    fn fail(&mut self, error: InferenceError) -> Unwanted {
        self.failure = Some(error);
        Unwanted
    }
}

impl<T> fmt::Debug for Emit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emit")
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}
