//! The notes of the current request, available to all code that its handler calls.
//!
//! A thread works on one request at a time, between two polls. During a poll the request's notes are stored in the thread, so
//! they need not be passed through every function, and a poll costs the move of one or two pointers.

use std::cell::{Cell, RefCell};

use http::{HeaderMap, StatusCode};

use super::metrics::Meter;
use super::{Metrics, RejectionReason, RequestId, TraceContext, request_id, trace_context};

/// The notes of one request. Most requests have none.
#[derive(Debug, Default)]
pub(crate) struct Notes(Option<Box<Noted>>);

#[derive(Debug, Default)]
struct Noted {
    id: Option<RequestId>,
    trace: Option<TraceContext>,
    /// Why Avocet rejected the request before the handler.
    rejected: Option<RejectionReason>,
    limits: Vec<&'static str>,
    panics: u64,
}

#[derive(Debug)]
enum Current {
    NoRequest,
    Request(Notes),
}

thread_local! {
    static CURRENT: RefCell<Current> = const { RefCell::new(Current::NoRequest) };
}

impl Notes {
    pub(crate) fn new(headers: &HeaderMap) -> Self {
        // Comparing each name costs less than a lookup of each header.
        let of_interest = |name: &http::HeaderName| {
            *name == request_id::HEADER || *name == trace_context::TRACEPARENT
        };
        if !headers.keys().any(of_interest) {
            return Self::default();
        }
        Self(Some(Box::new(Noted {
            id: RequestId::given(headers),
            trace: TraceContext::continued(headers),
            ..Noted::default()
        })))
    }

    /// Returns the id, which is created at the first use.
    pub(crate) fn id(&mut self) -> &RequestId {
        let noted = self.0.get_or_insert_default();
        noted.id.get_or_insert_with(RequestId::made)
    }

    /// Returns the id, if the client sent one or it was used.
    pub(crate) fn known_id(&self) -> Option<&RequestId> {
        self.0.as_ref()?.id.as_ref()
    }

    pub(crate) fn trace(&self) -> Option<&TraceContext> {
        self.0.as_ref()?.trace.as_ref()
    }

    /// Returns empty notes for the same request.
    #[cfg(feature = "websocket")]
    pub(super) fn afresh(&self) -> Self {
        Self(self.0.as_ref().map(|noted| {
            Box::new(Noted {
                id: noted.id.clone(),
                trace: noted.trace.clone(),
                ..Noted::default()
            })
        }))
    }

    /// Adds the notes to the counters, once.
    pub(super) fn count(&mut self, meter: &Meter, metrics: &Metrics, status: Option<StatusCode>) {
        let Some(noted) = &mut self.0 else {
            return;
        };
        if let Some(reason) = noted.rejected.take()
            && status.is_some()
        {
            metrics.rejected(reason);
        }
        for limit in noted.limits.drain(..) {
            metrics.limit_hit(limit);
        }
        meter.panicked(std::mem::take(&mut noted.panics));
    }

    /// Makes this the current request of the thread until the value is dropped.
    pub(crate) fn enter(&mut self) -> Entered<'_> {
        let current = Current::Request(std::mem::take(self));
        let before = CURRENT.with(|before| before.replace(current));
        Entered {
            notes: self,
            before,
        }
    }
}

/// The guard of the current request: while it exists, the thread works on the request.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    notes: &'a mut Notes,
    /// A service can be called from inside a handler.
    before: Current,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        let before = std::mem::replace(&mut self.before, Current::NoRequest);
        if let Current::Request(notes) = CURRENT.with(|current| current.replace(before)) {
            *self.notes = notes;
        }
    }
}

/// Calls a function with the notes of the thread's current request, if there is one.
pub(super) fn with<R>(look: impl FnOnce(&mut Notes) -> R) -> Option<R> {
    CURRENT.with(|current| match &mut *current.borrow_mut() {
        Current::Request(notes) => Some(look(notes)),
        Current::NoRequest => None,
    })
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

fn note(write: impl FnOnce(&mut Noted)) {
    with(|notes| write(notes.0.get_or_insert_default()));
}

thread_local! {
    /// The number of items that streams on this thread produced. It is separate, because items are frequent and a note is an allocation.
    static ITEMS: Cell<u64> = const { Cell::new(0) };
}

/// Counts an event or item of a stream.
pub(crate) fn item_given() {
    ITEMS.set(ITEMS.get().wrapping_add(1));
}

/// Polls a stream and counts the items that it produced.
pub(super) fn counting_items<R>(run: impl FnOnce() -> R) -> (R, u64) {
    let before = ITEMS.replace(0);
    let outcome = run();
    (outcome, ITEMS.replace(before))
}
