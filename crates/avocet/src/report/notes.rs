//! What code anywhere notes about the current request, for its metrics.

use std::cell::Cell;
use std::sync::{Mutex, PoisonError};

use avocet_context::Context;

use super::RejectionReason;

/// What was noted about a request, an extension of its context.
#[derive(Debug, Default)]
pub(crate) struct Noted(Mutex<Notes>);

/// The notes themselves.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Why Avocet rejected the request before the handler.
    pub(crate) rejected: Option<RejectionReason>,
    pub(crate) limits: Vec<&'static str>,
    pub(crate) panics: u64,
}

impl Noted {
    /// Takes the notes, so that they are counted once.
    pub(crate) fn take(&self) -> Notes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Records that Avocet rejected this request without a handler, and why.
pub(crate) fn rejected(reason: RejectionReason) {
    note(|notes| notes.rejected = Some(reason));
}

/// Records that the request reached a limit, by its name in [`Limits`](crate::serve::Limits).
pub(crate) fn limit_hit(limit: &'static str) {
    note(|notes| notes.limits.push(limit));
}

/// Records that the request's handler or stream panicked.
pub(super) fn panic_counted() {
    note(|notes| notes.panics += 1);
}

fn note(write: impl FnOnce(&mut Notes)) {
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
pub(crate) fn counting_items<R>(run: impl FnOnce() -> R) -> (R, u64) {
    let before = ITEMS.replace(0);
    let outcome = run();
    (outcome, ITEMS.replace(before))
}
