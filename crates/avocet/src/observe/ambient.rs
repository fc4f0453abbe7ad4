//! The notes of the current request, available to all code that its handler calls.
//!
//! A thread works on one request at a time, between two polls. During a poll the request's notes are stored in the thread, so
//! they need not be passed through every function, and a poll costs the move of one or two pointers.

use std::cell::{Cell, RefCell};

use avocet_context::{Context, Entered as EnteredContext, RequestId, TraceContext};
use http::{HeaderMap, StatusCode};

use super::metrics::Meter;
use super::{Metrics, RejectionReason, headers};

/// The context of one request and what was noted about it. Most requests have neither.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    context: Context,
    noted: Option<Box<Noted>>,
}

#[derive(Debug, Default)]
struct Noted {
    /// Why Avocet rejected the request before the handler.
    rejected: Option<RejectionReason>,
    limits: Vec<&'static str>,
    panics: u64,
}

#[derive(Debug)]
enum Current {
    NoRequest,
    Request(Option<Box<Noted>>),
}

thread_local! {
    static CURRENT: RefCell<Current> = const { RefCell::new(Current::NoRequest) };
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
        Self {
            context,
            noted: None,
        }
    }

    /// Returns the context of the request.
    pub(crate) fn context_mut(&mut self) -> &mut Context {
        &mut self.context
    }

    /// Returns the id, which is created at the first use.
    pub(crate) fn id(&mut self) -> &RequestId {
        self.context.request_id()
    }

    /// Returns the id, if the client sent one or it was used.
    pub(crate) fn known_id(&self) -> Option<&RequestId> {
        self.context.known_request_id()
    }

    pub(crate) fn trace(&self) -> Option<&TraceContext> {
        self.context.trace()
    }

    /// Returns empty notes for the same request.
    #[cfg(feature = "websocket")]
    pub(super) fn afresh(&self) -> Self {
        Self {
            context: self.context.clone(),
            noted: None,
        }
    }

    /// Adds the notes to the counters, once.
    pub(super) fn count(&mut self, meter: &Meter, metrics: &Metrics, status: Option<StatusCode>) {
        let Some(noted) = &mut self.noted else {
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
        let current = Current::Request(self.noted.take());
        let before = CURRENT.with(|before| before.replace(current));
        Entered {
            noted: &mut self.noted,
            before,
            _context: self.context.enter(),
        }
    }
}

/// The guard of the current request: while it exists, the thread works on the request.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    noted: &'a mut Option<Box<Noted>>,
    /// A service can be called from inside a handler.
    before: Current,
    _context: EnteredContext<'a>,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        let before = std::mem::replace(&mut self.before, Current::NoRequest);
        if let Current::Request(noted) = CURRENT.with(|current| current.replace(before)) {
            *self.noted = noted;
        }
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

fn note(write: impl FnOnce(&mut Noted)) {
    CURRENT.with(|current| {
        if let Current::Request(noted) = &mut *current.borrow_mut() {
            write(noted.get_or_insert_default());
        }
    });
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
