//! Work that continues after the response and still belongs to its request.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tracing::Span;

use super::Observe;
use super::ambient::Notes;
use super::exchange::Inside;
use super::metrics::Meter;

/// The id, the trace, the span and the counters of a request whose access log line is already written.
#[derive(Debug, Default)]
pub(crate) struct AfterResponse {
    pub(super) notes: Notes,
    pub(super) span: Option<Span>,
    pub(super) counted: Option<(Arc<Observe>, Arc<Meter>)>,
}

impl AfterResponse {
    /// Runs a future inside the request.
    pub(crate) fn around<F>(self, future: F) -> InRequest<F> {
        InRequest {
            future: Some(future),
            request: self,
        }
    }

    fn enter(&mut self) -> Inside<'_> {
        Inside::new(self.span.as_ref(), &mut self.notes)
    }

    /// Counts after each poll and not at the end: work that takes hours would collect notes without a bound.
    fn count(&mut self) {
        if let Some((observe, meter)) = &self.counted
            && let Some(metrics) = observe.metrics()
        {
            self.notes.count(meter, metrics, None);
        }
    }
}

/// A future that runs inside a request.
#[derive(Debug)]
pub(crate) struct InRequest<F> {
    /// It is dropped inside the request too.
    future: Option<F>,
    request: AfterResponse,
}

impl<F: Future<Output = ()> + Unpin> Future for InRequest<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let Some(future) = &mut this.future else {
            return Poll::Ready(());
        };
        let inside = this.request.enter();
        let outcome = Pin::new(future).poll(context);
        drop(inside);
        this.request.count();
        outcome
    }
}

impl<F> Drop for InRequest<F> {
    fn drop(&mut self) {
        let inside = self.request.enter();
        self.future = None;
        drop(inside);
        self.request.count();
    }
}
