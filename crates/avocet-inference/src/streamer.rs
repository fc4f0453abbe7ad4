//! `Streamer`: a blocking loop that emits items.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use avocet_context::Context;

use crate::channel::Channel;
use crate::emit::Emit;
use crate::error::{InferenceError, ModelError};
use crate::items::ItemClock;
use crate::pool::{Exit, Outcome, ReplicaThread, Shape, Work};
use crate::rung::{OfStreamer, Rung};
use crate::scheduler::{Entry, Room, Time};

/// A model that answers one request at a time with a stream of items, in a blocking loop.
///
/// Each replica runs one request. For a model that computes the next item of several requests together, implement
/// [`Generator`](crate::Generator).
///
/// ```
/// use std::convert::Infallible;
///
/// use avocet_inference::{Emit, Streamer, Workers};
///
/// /// Counts down.
/// struct Countdown;
///
/// impl Streamer for Countdown {
///     type Request = u32;
///     type Item = u32;
///     type Error = Infallible;
///
///     fn run(&mut self, from: u32, out: &mut Emit<u32>) -> Result<(), Infallible> {
///         for number in (0..=from).rev() {
///             if out.push(number).is_err() {
///                 break; // The caller has left.
///             }
///         }
///         Ok(())
///     }
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), avocet_inference::InferenceError> {
/// let countdown = Workers::new("countdown", |_| Ok(Countdown));
/// countdown.start().await?;
/// let mut numbers = countdown.stream(2)?;
/// while let Some(number) = numbers.next().await {
///     println!("{}", number?);
/// }
/// # countdown.stop().await;
/// # Ok(())
/// # }
/// ```
pub trait Streamer: Sized + 'static {
    /// What a caller asks for.
    type Request: Send + 'static;
    /// One item of the stream.
    type Item: Send + 'static;
    /// Why a stream failed.
    type Error: Into<Box<dyn Error + Send + Sync>>;

    /// Returns what a request costs: 1 unless you implement it.
    fn cost(request: &Self::Request) -> u32 {
        let _ = request;
        1
    }

    /// Answers a request. It must return soon after [`Emit::push`] has failed.
    ///
    /// # Errors
    /// An error is the last item of the stream.
    fn run(
        &mut self,
        request: Self::Request,
        out: &mut Emit<Self::Item>,
    ) -> Result<(), Self::Error>;

    /// Prepares the model before its replica counts as ready.
    ///
    /// # Errors
    /// An error counts as a failure to load the model.
    fn warm_up(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// A request on its way to a replica.
pub struct StreamWork<R, I> {
    pub(crate) request: R,
    pub(crate) channel: Arc<Channel<I>>,
    /// The context of the caller, for the code of the model.
    pub(crate) context: Context,
    /// The deadline of the whole stream; that of the entry holds until the first item.
    pub(crate) stream_deadline: Time,
    pub(crate) span: tracing::Span,
}

impl<R, I> fmt::Debug for StreamWork<R, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamWork").finish_non_exhaustive()
    }
}

impl<R: Send + 'static, I: Send + 'static> Work for StreamWork<R, I> {
    fn outcome(&self) -> (Arc<dyn Outcome>, usize) {
        (Arc::clone(&self.channel) as Arc<dyn Outcome>, 0)
    }
}

impl<S: Streamer> Rung<OfStreamer> for S {
    type Work = StreamWork<S::Request, S::Item>;

    const SHAPE: Shape = |_| (1, 1);

    fn prepare(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.warm_up().map_err(Into::into)
    }

    fn work(&mut self, thread: &ReplicaThread<Self::Work>) -> Exit {
        let room = Room {
            entries: 1,
            cost: u64::MAX,
            may_wait: false,
        };
        while let Some(next) = thread.next(room, Some(Duration::MAX)) {
            for entry in next.expired {
                entry.value.channel.end(Err(InferenceError::Expired));
            }
            for entry in next.run {
                if entry.value.channel.is_closed() {
                    thread.finished(entry.id, None);
                } else {
                    run(self, thread, entry);
                }
            }
        }
        Exit
    }
}

fn run<S: Streamer>(
    model: &mut S,
    thread: &ReplicaThread<StreamWork<S::Request, S::Item>>,
    entry: Entry<StreamWork<S::Request, S::Item>>,
) {
    let (
        StreamWork {
            request,
            channel,
            context,
            stream_deadline,
            span,
        },
        entry,
    ) = entry.take();
    let started = thread.now();
    channel.begin(started.saturating_sub(entry.submitted));
    let left = |deadline: Time| deadline.saturating_sub(started);
    let clock = ItemClock::new(thread.heartbeat().clone(), entry.submitted);
    let mut emit = Emit::new(
        Arc::clone(&channel),
        clock,
        thread.shared_meters(),
        thread.settings.stall_time,
        entry.deadline.map(left),
        left(stream_deadline),
    );
    let span = tracing::info_span!(parent: &span, "inference.stream", model = thread.name(), replica = thread.replica.number());
    let result = context.run(|| span.in_scope(|| model.run(request, &mut emit)));
    let elapsed = thread.now().saturating_sub(started);
    let end = match (emit.failure(), result) {
        (Some(failure), _) => Err(failure),
        (None, Err(error)) => Err(InferenceError::Model(ModelError::new(error))),
        (None, Ok(())) => Ok(()),
    };
    let measured = end.is_ok().then_some((u64::from(entry.cost), elapsed));
    thread.finished(entry.id, measured);
    channel.end(end);
}
