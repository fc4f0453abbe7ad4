//! Requests that are answered with a stream.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use avocet_context::{Cancellation, Deadline};
use futures_core::Stream;

use super::call::{Call, Slots};
use super::handle::Workers;
use crate::channel::Channel;
use crate::error::InferenceError;
use crate::generator::Generator;
use crate::meters::Meters;
use crate::rung::{OfGenerator, OfStreamer, Rung};
use crate::streamer::{StreamWork, Streamer};
use crate::timings::{Times, Timings};

/// # Requests to a [`Streamer`]
impl<S: Streamer> Workers<S> {
    /// Sends a request, and returns the stream of its items.
    ///
    /// # Errors
    /// Fails if a limit is reached or the model is not loaded. Later errors are the last item of the stream.
    ///
    /// ```
    /// # use avocet_inference::{InferenceError, Streamer, Workers};
    /// # async fn count<S: Streamer<Request = u32, Item = u32>>(model: Workers<S>) -> Result<(), InferenceError> {
    /// let mut numbers = model.stream(3)?;
    /// while let Some(number) = numbers.next().await {
    ///     println!("{}", number?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(&self, request: S::Request) -> Result<Items<S::Item>, InferenceError> {
        self.items::<OfStreamer, _, _>(S::cost(&request), request)
    }
}

/// # Requests to a [`Generator`]
impl<G: Generator> Workers<G> {
    /// Sends a request, and returns the stream of its items.
    ///
    /// # Errors
    /// Fails if a limit is reached or the model is not loaded. Later errors are the last item of the stream.
    ///
    /// ```
    /// # use avocet_inference::{InferenceError, Generator, Workers};
    /// # async fn chat<G: Generator<Request = String, Item = String>>(model: Workers<G>) -> Result<(), InferenceError> {
    /// let mut tokens = model.generate("Hello".to_owned())?;
    /// while let Some(token) = tokens.next().await {
    ///     print!("{}", token?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn generate(&self, request: G::Request) -> Result<Items<G::Item>, InferenceError> {
        self.items::<OfGenerator, _, _>(G::cost(&request), request)
    }
}

impl<M> Workers<M> {
    fn items<K, R: Send + 'static, I: Send + 'static>(
        &self,
        cost: u32,
        request: R,
    ) -> Result<Items<I>, InferenceError>
    where
        M: Rung<K, Work = StreamWork<R, I>>,
    {
        let shared = self.shared::<K>();
        let (
            Call {
                context,
                deadline,
                own_deadline,
                cancellation,
            },
            schedule,
        ) = self.call(&shared);
        let channel = Arc::new(Channel::new(self.settings.buffer));
        let work = StreamWork {
            request,
            channel: Arc::clone(&channel),
            context,
            stream_deadline: shared.now() + own_deadline.remaining(),
            span: tracing::Span::current(),
        };
        let ticket = shared.submit(schedule, vec![(cost, work)])?;
        Ok(Items {
            channel,
            slots: Slots::new(Arc::clone(&self.pool), ticket),
            meters: Arc::clone(&shared.meters),
            limits: None,
            is_timed: false,
            deadline,
            stream_deadline: own_deadline,
            cancellation,
            ended: false,
        })
    }
}

/// The items that a model emits for a request. Dropping it cancels the request.
///
/// The deadline of the context, which is that of a response, holds until the first item. The deadline of the workers or the handle
/// ([`Workers::deadline`], [`Workers::with_deadline`]) is that of the whole stream.
#[must_use = "a stream that is dropped cancels the request"]
pub struct Items<T> {
    channel: Arc<Channel<T>>,
    slots: Slots,
    meters: Arc<Meters>,
    /// Waits for the deadline or the cancellation, from the first time that no item is there.
    limits: Option<Pin<Box<dyn Future<Output = InferenceError> + Send>>>,
    /// Whether the times to the first item were noted.
    is_timed: bool,
    /// Until the first item.
    deadline: Deadline,
    /// Of the whole stream.
    stream_deadline: Deadline,
    cancellation: Option<Cancellation>,
    ended: bool,
}

impl<T> Items<T> {
    /// Returns the next item, or `None` at the end. An error is the last item.
    ///
    /// ```
    /// # async fn all(mut items: avocet_inference::Items<String>) -> Result<String, avocet_inference::InferenceError> {
    /// let mut text = String::new();
    /// while let Some(item) = items.next().await {
    ///     text.push_str(&item?);
    /// }
    /// # Ok(text)
    /// # }
    /// ```
    pub async fn next(&mut self) -> Option<Result<T, InferenceError>> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, InferenceError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let item = match self.channel.poll(context) {
            Poll::Pending => {
                let limits = self.limits.get_or_insert_with(|| {
                    Box::pin(limits(self.deadline, self.cancellation.clone()))
                });
                match limits.as_mut().poll(context) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(error) => Some(Err(error)),
                }
            }
            Poll::Ready(item) => item,
        };
        if !self.is_timed {
            self.is_timed = true;
            self.deadline = self.stream_deadline;
            self.limits = None;
            if let Some((queue, began)) = self.channel.take_begin() {
                Timings::add(Times {
                    queue,
                    model: began.elapsed(),
                });
            }
        }
        match &item {
            Some(Ok(_)) => {}
            Some(Err(error)) => self.end(Some(error)),
            None => self.end(None),
        }
        Poll::Ready(item)
    }

    fn end(&mut self, error: Option<&InferenceError>) {
        self.ended = true;
        self.meters.ended(error);
        if error.is_some() {
            self.leave();
        }
    }

    fn leave(&self) {
        self.channel.close();
        self.slots.free();
    }
}

async fn limits(deadline: Deadline, cancellation: Option<Cancellation>) -> InferenceError {
    let Some(cancellation) = cancellation else {
        deadline.passed().await;
        return InferenceError::Expired;
    };
    tokio::select! {
        () = deadline.passed() => InferenceError::Expired,
        () = cancellation.cancelled() => InferenceError::Cancelled,
    }
}

impl<T> Stream for Items<T> {
    type Item = Result<T, InferenceError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

impl<T> Drop for Items<T> {
    fn drop(&mut self) {
        if !self.ended {
            self.meters.ended(Some(&InferenceError::Cancelled));
            self.leave();
        }
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
