//! The notes of the current request, available to all code that its handler calls.
//!
//! A thread works on one request at a time, between two polls. During a poll the request's notes are stored in the thread, so
//! they need not be passed through every function, and a poll costs the move of one or two pointers.

use std::cell::Cell;
use std::sync::{Mutex, PoisonError};

use avocet_context::{Context, Entered, RequestId, TraceContext};
use http::{HeaderMap, StatusCode};

use super::metrics::Meter;
use super::{Metrics, RejectionReason, headers};

/// The context of one request, to which its notes are attached. Most requests have neither.
#[derive(Debug, Default)]
pub(crate) struct Notes(Context);

/// What was noted about a request.
#[derive(Debug, Default)]
struct Noted(Mutex<Notable>);

#[derive(Debug, Default)]
struct Notable {
    /// Why Avocet rejected the request before the handler.
    rejected: Option<RejectionReason>,
    limits: Vec<&'static str>,
    panics: u64,
}

impl Notes {
    pub(crate) fn new(headers: &HeaderMap) -> Self {
        // Comparing each name costs less than a lookup of each header.
        if !headers.keys().any(headers::is_of_context) {
            return Self::default();
        }
        let mut context = Context::new();
        if let Some(id) = headers::request_id(headers) {
            context = context.with_request_id(id);
        }
        if let Some(trace) = headers::trace(headers) {
            context = context.with_trace(trace);
        }
        Self(context)
    }

    /// Returns the context of the request.
    pub(crate) fn context_mut(&mut self) -> &mut Context {
        &mut self.0
    }

    /// Returns the id, which is created at the first use.
    pub(crate) fn id(&mut self) -> &RequestId {
        self.0.request_id()
    }

    /// Returns the id, if the client sent one or it was used.
    pub(crate) fn known_id(&self) -> Option<&RequestId> {
        self.0.known_request_id()
    }

    pub(crate) fn trace(&self) -> Option<&TraceContext> {
        self.0.trace()
    }

    /// Returns the notes of the same request for work that goes on after its response.
    #[cfg(feature = "websocket")]
    pub(super) fn afterwards(&mut self) -> Self {
        // Then both have what is found out later, the request id and further notes.
        self.0.extension::<Noted>();
        Self(self.0.clone())
    }

    /// Adds the notes to the counters, once.
    pub(super) fn count(&mut self, meter: &Meter, metrics: &Metrics, status: Option<StatusCode>) {
        let Some(noted) = self.0.known_extension::<Noted>() else {
            return;
        };
        let mut noted = noted.0.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = std::mem::take(&mut *noted);
        if let Some(reason) = noted.rejected
            && status.is_some()
        {
            metrics.rejected(reason);
        }
        for limit in noted.limits {
            metrics.limit_hit(limit);
        }
        meter.panicked(noted.panics);
    }

    /// Makes this the current request of the thread until the value is dropped.
    pub(crate) fn enter(&mut self) -> Entered<'_> {
        self.0.enter()
    }
}

/// Records that Avocet rejected this request without a handler, and why.
pub(crate) fn rejected(reason: RejectionReason) {
    note(|noted| noted.rejected = Some(reason));
}

/// Records that the request reached a limit, by its name in [`Limits`](crate::serve::Limits).
pub(crate) fn limit_hit(limit: &'static str) {
    note(|noted| noted.limits.push(limit));
}

/// Records that the request's handler or stream panicked.
pub(crate) fn panicked() {
    note(|noted| noted.panics += 1);
}

fn note(write: impl FnOnce(&mut Notable)) {
    if let Some(noted) = Context::with_current(Context::extension::<Noted>) {
        write(&mut noted.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

thread_local! {
    /// The number of items that streams on this thread produced. It is separate, because items are frequent and a note is an allocation.
    static ITEMS: Cell<u64> = const { Cell::new(0) };
}

/// Counts the events or items of one write, also if the stream panics.
#[derive(Default)]
pub(crate) struct ItemCount(pub(crate) u64);

impl Drop for ItemCount {
    #[inline]
    fn drop(&mut self) {
        ITEMS.set(ITEMS.get().wrapping_add(self.0));
    }
}

/// Polls a stream and counts the items that it produced.
pub(super) fn counting_items<R>(run: impl FnOnce() -> R) -> (R, u64) {
    let before = ITEMS.replace(0);
    let outcome = run();
    (outcome, ITEMS.replace(before))
}
