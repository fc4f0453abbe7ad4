//! What can be asked of, and noted about, the request that is being worked on, from anywhere below its handler.
//!
//! A thread works on one request at a time, between two polls. For that long the request's notes lie in the thread; so
//! nothing has to be handed through the functions between here and there, and a poll costs the move of a pointer or two.

use std::cell::{Cell, RefCell};

use http::{HeaderMap, StatusCode};

use super::metrics::Meter;
use super::{Metrics, RejectionReason, RequestId, TraceContext, request_id, trace_context};

/// What is known and noted of one request. Of most there is nothing to note.
#[derive(Debug, Default)]
pub(crate) struct Notes(Option<Box<Noted>>);

#[derive(Debug, Default)]
struct Noted {
    id: Option<RequestId>,
    trace: Option<TraceContext>,
    /// Why Avocet answered instead of a handler.
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
        // One look at each name costs less than looking one up.
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

    /// The id, made the first time that somebody asks.
    pub(crate) fn id(&mut self) -> &RequestId {
        let noted = self.0.get_or_insert_default();
        noted.id.get_or_insert_with(RequestId::made)
    }

    /// The id, if the client sent one or somebody asked.
    pub(crate) fn known_id(&self) -> Option<&RequestId> {
        self.0.as_ref()?.id.as_ref()
    }

    pub(crate) fn trace(&self) -> Option<&TraceContext> {
        self.0.as_ref()?.trace.as_ref()
    }

    /// The same request, of which nothing is noted yet.
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

    /// Counts what was noted on the way, once.
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

    /// Makes this the request that the thread works on until the value is dropped.
    pub(crate) fn enter(&mut self) -> Entered<'_> {
        let current = Current::Request(std::mem::take(self));
        let before = CURRENT.with(|before| before.replace(current));
        Entered {
            notes: self,
            before,
        }
    }
}

/// While this lives, the thread works on the request.
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

/// Looks at the notes of the request that the thread works on, if it works on one.
pub(super) fn with<R>(look: impl FnOnce(&mut Notes) -> R) -> Option<R> {
    CURRENT.with(|current| match &mut *current.borrow_mut() {
        Current::Request(notes) => Some(look(notes)),
        Current::NoRequest => None,
    })
}

/// Notes that Avocet answers this request itself, without a handler, and why.
pub(crate) fn rejected(reason: RejectionReason) {
    note(|noted| noted.rejected = Some(reason));
}

/// Notes that the request met a limit, by its name in [`Limits`](crate::serve::Limits).
pub(crate) fn limit_hit(limit: &'static str) {
    note(|noted| noted.limits.push(limit));
}

/// Notes that the request's handler or stream panicked.
pub(crate) fn panicked() {
    note(|noted| noted.panics += 1);
}

fn note(write: impl FnOnce(&mut Noted)) {
    with(|notes| write(notes.0.get_or_insert_default()));
}

thread_local! {
    /// How many items the streams on this thread gave. A number of its own, because there are many and a note is an allocation.
    static ITEMS: Cell<u64> = const { Cell::new(0) };
}

/// Counts an event or item that a stream gave.
pub(crate) fn item_given() {
    ITEMS.set(ITEMS.get().wrapping_add(1));
}

/// Runs a piece of a stream and counts the items that it gave.
pub(super) fn counting_items<R>(run: impl FnOnce() -> R) -> (R, u64) {
    let before = ITEMS.replace(0);
    let outcome = run();
    (outcome, ITEMS.replace(before))
}
