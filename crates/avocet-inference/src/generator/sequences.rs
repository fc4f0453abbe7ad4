//! `Generator`, and the sequences that it steps.

use std::error::Error;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use crate::channel::{Channel, Paused};
use crate::error::{InferenceError, ModelError};
use crate::items::ItemClock;
use crate::meters::Meters;
use crate::scheduler::{Entry, Time};

/// A model that generates the items of several requests together, step by step: continuous batching.
///
/// Requests join between two steps and leave as soon as they are finished, cancelled or late. The replica calls [`admit`](Self::admit) while
/// it has room, then [`step`](Self::step) with all sequences that run, and [`release`](Self::release) for those that have ended.
///
/// A long prompt delays the other sequences by the time of its `admit` at most: between two steps, requests are admitted up to a cost of
/// [`max_cost`](crate::Workers::max_cost), at least one. A model that prefills in `step`, a part of the prompt at a time, delays them less.
///
/// ```
/// use std::convert::Infallible;
///
/// use avocet_inference::{Admission, Generator, Running, Workers};
///
/// /// Counts down, for several callers together.
/// struct Countdown;
///
/// impl Generator for Countdown {
///     type Request = u32;
///     type Item = u32;
///     type Sequence = u32;
///     type Error = Infallible;
///
///     fn admit(&mut self, from: u32) -> Result<Admission<u32, u32>, Infallible> {
///         Ok(Admission::Running(from))
///     }
///
///     fn step(&mut self, running: &mut Running<'_, Self>) -> Result<(), Infallible> {
///         for active in running.iter_mut() {
///             let number = *active.sequence();
///             active.emit(number);
///             match number.checked_sub(1) {
///                 Some(next) => *active.sequence() = next,
///                 None => active.finish(),
///             }
///         }
///         Ok(())
///     }
///
///     fn release(&mut self, _: u32) {}
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), avocet_inference::InferenceError> {
/// let countdown = Workers::new("countdown", |_| Ok(Countdown)).max_batch(8);
/// countdown.start().await?;
/// let mut numbers = countdown.generate(2)?;
/// while let Some(number) = numbers.next().await {
///     println!("{}", number?);
/// }
/// # countdown.stop().await;
/// # Ok(())
/// # }
/// ```
pub trait Generator: Sized + 'static {
    /// What a caller asks for.
    type Request: Send + 'static;
    /// One item of the stream, for example a token.
    type Item: Send + 'static;
    /// The state of a request while it runs, for example its slot of the cache.
    type Sequence: 'static;
    /// Why a sequence or a step failed.
    type Error: Into<Box<dyn Error + Send + Sync>>;

    /// Returns what a request costs, for example the tokens of its prompt: 1 unless you implement it.
    fn cost(request: &Self::Request) -> u32 {
        let _ = request;
        1
    }

    /// Starts a sequence, or returns the request if the model has no room for it now. It is then admitted after another sequence has ended.
    ///
    /// # Errors
    /// After an error the request fails, and no other.
    fn admit(
        &mut self,
        request: Self::Request,
    ) -> Result<Admission<Self::Sequence, Self::Request>, Self::Error>;

    /// Computes the next items of the sequences: emit, finish or fail each. Sequences whose readers are slow are not among them.
    ///
    /// # Errors
    /// After an error all sequences of this step fail. To fail one, use [`Active::fail`].
    fn step(&mut self, running: &mut Running<'_, Self>) -> Result<(), Self::Error>;

    /// Frees what a sequence holds, after it has finished, failed, expired or was cancelled.
    fn release(&mut self, sequence: Self::Sequence);

    /// Prepares the model before its replica counts as ready.
    ///
    /// # Errors
    /// An error counts as a failure to load the model.
    fn warm_up(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Whether a request has become a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission<S, R> {
    /// It runs from the next step on.
    Running(S),
    /// There is no room for it now.
    Later(R),
}

/// The sequences of one step, a slice of [`Active`] ones in the order of their admission.
#[derive(Debug)]
pub struct Running<'a, G: Generator>(&'a mut [Active<G>]);

impl<'a, G: Generator> Running<'a, G> {
    pub(crate) fn new(sequences: &'a mut [Active<G>]) -> Self {
        Self(sequences)
    }
}

impl<G: Generator> Deref for Running<'_, G> {
    type Target = [Active<G>];

    fn deref(&self) -> &[Active<G>] {
        self.0
    }
}

impl<G: Generator> DerefMut for Running<'_, G> {
    fn deref_mut(&mut self) -> &mut [Active<G>] {
        self.0
    }
}

/// A sequence that runs.
pub struct Active<G: Generator> {
    sequence: G::Sequence,
    pub(crate) entry: Entry<()>,
    channel: Arc<Channel<G::Item>>,
    clock: ItemClock,
    meters: Arc<Meters>,
    pub(crate) started: Time,
    /// The deadline of the whole stream; that of the entry holds until the first item.
    stream_deadline: Time,
    /// Since when its reader has had no room.
    paused_since: Option<Time>,
    end: Option<Result<(), InferenceError>>,
}

impl<G: Generator> Active<G> {
    pub(crate) fn new(
        sequence: G::Sequence,
        entry: Entry<()>,
        channel: Arc<Channel<G::Item>>,
        clock: ItemClock,
        meters: Arc<Meters>,
        started: Time,
        stream_deadline: Time,
    ) -> Self {
        Self {
            sequence,
            entry,
            channel,
            clock,
            meters,
            started,
            stream_deadline,
            paused_since: None,
            end: None,
        }
    }

    /// Returns the state of the sequence.
    ///
    /// ```
    /// # use avocet_inference::{Active, Generator};
    /// fn advance<G: Generator<Sequence = usize>>(active: &mut Active<G>) {
    ///     *active.sequence() += 1;
    /// }
    /// ```
    pub fn sequence(&mut self) -> &mut G::Sequence {
        &mut self.sequence
    }

    /// Emits an item. After the end of the sequence it does nothing.
    ///
    /// ```
    /// # use avocet_inference::{Active, Generator};
    /// fn emit<G: Generator<Item = String>>(active: &mut Active<G>) {
    ///     active.emit("token".to_owned());
    /// }
    /// ```
    pub fn emit(&mut self, item: G::Item) {
        if self.end.is_none() {
            self.clock.emitted(&self.meters);
            if self.channel.push(item).is_err() {
                self.end = Some(Err(InferenceError::Cancelled));
            }
        }
    }

    /// Ends the sequence.
    ///
    /// ```
    /// # use avocet_inference::{Active, Generator};
    /// fn last<G: Generator<Item = String>>(active: &mut Active<G>) {
    ///     active.emit(".".to_owned());
    ///     active.finish();
    /// }
    /// ```
    pub fn finish(&mut self) {
        self.end(Ok(()));
    }

    /// Ends the sequence with an error.
    ///
    /// ```
    /// # use avocet_inference::{Active, Generator};
    /// fn fail<G: Generator>(active: &mut Active<G>) {
    ///     active.fail("the context is full");
    /// }
    /// ```
    pub fn fail(&mut self, error: impl Into<Box<dyn Error + Send + Sync>>) {
        self.end(Err(InferenceError::Model(ModelError::new(error))));
    }

    pub(crate) fn end(&mut self, result: Result<(), InferenceError>) {
        self.end.get_or_insert(result);
    }

    /// Notes whether the reader has left, is late, or is slow.
    pub(crate) fn look(
        &mut self,
        now: Time,
        stall_time: Duration,
        paused: impl FnOnce() -> Paused,
    ) {
        if self.channel.is_closed() {
            self.end(Err(InferenceError::Cancelled));
        } else if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.end(Err(InferenceError::Expired));
        } else if self.channel.has_room_or_wakes(paused) {
            self.paused_since = None;
        } else {
            let since = *self.paused_since.get_or_insert(now);
            if now.saturating_sub(since) >= stall_time {
                self.end(Err(InferenceError::Stalled));
            }
        }
    }

    fn deadline(&self) -> Option<Time> {
        if self.clock.has_started() {
            Some(self.stream_deadline)
        } else {
            self.entry.deadline
        }
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused_since.is_some()
    }

    pub(crate) fn runs(&self) -> bool {
        self.paused_since.is_none() && self.end.is_none()
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    pub(crate) fn has_succeeded(&self) -> bool {
        self.end.as_ref().is_some_and(Result::is_ok)
    }

    /// Returns when it ends if its reader does not read: because it is too slow, or late.
    pub(crate) fn next_end(&self, stall_time: Duration) -> Option<Time> {
        let stalls = self.paused_since.map(|since| since + stall_time);
        [stalls, self.deadline()].into_iter().flatten().min()
    }

    /// Sends the end to the reader, and returns the state.
    pub(crate) fn close(mut self) -> G::Sequence {
        self.channel.end(self.end.take().unwrap_or(Ok(())));
        self.sequence
    }
}

impl<G: Generator> fmt::Debug for Active<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Active")
            .field("id", &self.entry.id)
            .field("paused_since", &self.paused_since)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}
