//! The progress of the exchange of an HTTP/1 connection.
//!
//! Only the connection's own task writes it, so plain loads and stores suffice.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};

/// The state of one exchange, which is reset by each request.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    phase: AtomicU8,
    /// Counts all events: requests, responses, pieces of them.
    steps: AtomicU64,
    /// The number of requests.
    requests: AtomicU64,
    /// How many bytes of an unread body are discarded.
    body_limit: AtomicUsize,
    /// Whether the request's body cannot be read to its end.
    is_body_broken: AtomicBool,
    /// Whether the body exceeds its limit and the response is to be a 413.
    is_flooded: AtomicBool,
    /// Whether the rest of the body is read after the complete response, because the connection is used again.
    reads_on: AtomicBool,
    /// Whether the response can write heartbeats, and whether it is to write one.
    has_signs: AtomicBool,
    sign_due: AtomicBool,
}

/// The phase of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The handler runs.
    Handling,
    /// The response has begun, and its next piece is not ready.
    Waiting,
    /// The response has begun, and a piece of it is on its way.
    Sending,
}

const HANDLING: u8 = 0;
const WAITING: u8 = 1;
const SENDING: u8 = 2;

impl Progress {
    fn step(&self, phase: u8) {
        self.phase.store(phase, Relaxed);
        self.steps.store(self.steps.load(Relaxed) + 1, Relaxed);
    }

    pub(crate) fn begin(&self) {
        self.requests.store(self.requests() + 1, Relaxed);
        self.is_body_broken.store(false, Relaxed);
        self.is_flooded.store(false, Relaxed);
        self.reads_on.store(false, Relaxed);
        self.step(HANDLING);
    }

    /// Records that the head of the response is ready.
    pub(crate) fn response(&self, has_signs: bool, reads_on: bool) {
        self.has_signs.store(has_signs, Relaxed);
        self.reads_on.store(reads_on, Relaxed);
        self.step(SENDING);
    }

    /// Records that a piece of the response is ready.
    pub(crate) fn piece(&self) {
        self.step(SENDING);
    }

    /// Records that the next piece of the response is not ready.
    pub(crate) fn wait(&self) {
        self.phase.store(WAITING, Relaxed);
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.phase.load(Relaxed) {
            HANDLING => Phase::Handling,
            WAITING => Phase::Waiting,
            _ => Phase::Sending,
        }
    }

    pub(crate) fn steps(&self) -> u64 {
        self.steps.load(Relaxed)
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    pub(crate) fn limit_body(&self, bytes: usize) {
        self.body_limit.store(bytes, Relaxed);
    }

    pub(crate) fn body_limit(&self) -> usize {
        self.body_limit.load(Relaxed)
    }

    pub(crate) fn break_body(&self) {
        self.is_body_broken.store(true, Relaxed);
    }

    pub(crate) fn is_body_broken(&self) -> bool {
        self.is_body_broken.load(Relaxed)
    }

    pub(crate) fn flood(&self) {
        self.is_flooded.store(true, Relaxed);
    }

    pub(crate) fn is_flooded(&self) -> bool {
        self.is_flooded.load(Relaxed)
    }

    pub(crate) fn reads_on(&self) -> bool {
        self.reads_on.load(Relaxed)
    }

    pub(crate) fn has_signs(&self) -> bool {
        self.has_signs.load(Relaxed)
    }

    /// Makes the response write one more heartbeat.
    pub(crate) fn ask_for_sign(&self) {
        self.sign_due.store(true, Relaxed);
    }

    /// Returns whether a heartbeat is due. True once.
    pub(crate) fn sign_is_due(&self) -> bool {
        self.sign_due.load(Relaxed) && self.sign_due.swap(false, Relaxed)
    }
}
