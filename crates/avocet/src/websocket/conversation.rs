//! A conversation after the handshake: the handler and the protocol run concurrently in the connection's task.
//!
//! It spawns no task. Closing the connection drops the handler, and the handler's end closes the connection.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::{Sleep, sleep};

use super::channel::Channel;
use super::wire::{Bounds, Wire};
use super::{Close, Closed};
use crate::report;
use crate::response::HttpError;
use crate::serve::ShutdownSignal;

/// The running handler, with its result.
pub(super) type Handling = Pin<Box<dyn Future<Output = Result<Close, HttpError>> + Send>>;

pub(super) struct Conversation {
    handling: Option<Handling>,
    wire: Wire,
    channel: Arc<Channel>,
    bounds: Bounds,
    /// Completes when the server shuts down.
    stopping: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// The time at which a conversation that continues after the shutdown signal is closed.
    last_word: Option<Pin<Box<Sleep>>>,
    /// The time at which a handler that was notified of the end is dropped.
    farewell: Option<Pin<Box<Sleep>>>,
}

impl Conversation {
    pub(super) fn new(
        wire: Wire,
        handling: Option<Handling>,
        channel: Arc<Channel>,
        bounds: Bounds,
        draining: Option<ShutdownSignal>,
    ) -> Self {
        let stopping = draining.map(|mut draining| {
            Box::pin(async move { draining.started().await })
                as Pin<Box<dyn Future<Output = ()> + Send>>
        });
        Self {
            handling,
            wire,
            channel,
            bounds,
            stopping,
            last_word: None,
            farewell: None,
        }
    }

    fn poll_handling(&mut self, context: &mut Context<'_>) {
        let Some(handling) = &mut self.handling else {
            return;
        };
        // The handler is not polled again after a panic, so its broken state is not observed.
        let close = match catch_unwind(AssertUnwindSafe(|| handling.as_mut().poll(context))) {
            Ok(Poll::Pending) => return,
            Ok(Poll::Ready(outcome)) => close_of(outcome),
            Err(payload) => {
                let panic = report::panicked("the handler", &*payload);
                close_of(Err(HttpError::internal(panic)))
            }
        };
        self.handling = None;
        self.channel.close(close);
    }

    fn poll_shutdown(&mut self, context: &mut Context<'_>) {
        if let Some(stopping) = &mut self.stopping
            && stopping.as_mut().poll(context).is_ready()
        {
            self.stopping = None;
            self.last_word = Some(Box::pin(sleep(self.bounds.drain_time / 2)));
            self.channel.stop();
        }
        if let Some(last_word) = &mut self.last_word
            && last_word.as_mut().poll(context).is_ready()
        {
            self.last_word = None;
            self.channel.end_with(Close::stopping());
        }
    }

    /// Drops the handler of a disconnected client: at once if it is busy, later if it was notified of the end.
    fn poll_farewell(&mut self, context: &mut Context<'_>) {
        if self.handling.is_none() || !self.channel.is_over() {
            return;
        }
        if !self.channel.is_reported() && !self.channel.has_unread() {
            self.handling = None;
            return;
        }
        let time = self.bounds.close_time;
        let farewell = self.farewell.get_or_insert_with(|| Box::pin(sleep(time)));
        if farewell.as_mut().poll(context).is_ready() {
            self.handling = None;
        }
    }
}

impl Future for Conversation {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        loop {
            this.channel.begin_round(context);
            this.poll_handling(context);
            this.poll_shutdown(context);
            this.channel.begin_protocol();
            if this.handling.is_some() {
                this.channel.close_if_abandoned();
            }
            let over = this.wire.poll(context).is_ready();
            this.poll_farewell(context);
            if over && this.handling.is_none() {
                return Poll::Ready(());
            }
            if !this.channel.another_round() {
                return Poll::Pending;
            }
        }
    }
}

/// Returns the close for the handler's result; internal errors are logged.
pub(super) fn close_of(outcome: Result<Close, HttpError>) -> Close {
    match outcome {
        Ok(close) => close,
        Err(error) => {
            let own = error.find_source::<Close>().is_some();
            // A disconnected client is not a failure.
            let left = error.find_source::<Closed>().is_some();
            if !own && !left {
                error.report();
            }
            Close::of_error(&error)
        }
    }
}
