//! How far the exchange is that an HTTP/1 connection has open.
//!
//! The connection's own task writes all of this, so it is plain loads and stores.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};

/// The facts of one exchange, which begin anew with each request.
#[derive(Debug, Default)]
pub(in crate::serve) struct Progress {
    phase: AtomicU8,
    /// Counts whatever happens: requests, answers, pieces of them.
    steps: AtomicU64,
    /// How many requests have begun.
    requests: AtomicU64,
    /// How many bytes of a body that nothing reads are thrown away.
    body_limit: AtomicUsize,
    /// Whether the request's body cannot be read to its end.
    is_body_broken: AtomicBool,
    /// Whether the body is larger than its limit and the answer is to say so.
    is_flooded: AtomicBool,
    /// Whether the rest of the body is read although the answer is complete: the connection is used again.
    reads_on: AtomicBool,
    /// Whether the answer can write signs of life, and whether it is to write one.
    has_signs: AtomicBool,
    sign_due: AtomicBool,
}

/// How far an exchange is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::serve) enum Phase {
    /// The handler is at work.
    Handling,
    /// The answer has begun, and its next piece is not there yet.
    Waiting,
    /// The answer has begun, and a piece of it is on its way.
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

    pub(in crate::serve) fn begin(&self) {
        self.requests.store(self.requests() + 1, Relaxed);
        self.is_body_broken.store(false, Relaxed);
        self.is_flooded.store(false, Relaxed);
        self.reads_on.store(false, Relaxed);
        self.step(HANDLING);
    }

    /// The head of the answer is there.
    pub(in crate::serve) fn response(&self, has_signs: bool, reads_on: bool) {
        self.has_signs.store(has_signs, Relaxed);
        self.reads_on.store(reads_on, Relaxed);
        self.step(SENDING);
    }

    /// A piece of the answer is there.
    pub(in crate::serve) fn piece(&self) {
        self.step(SENDING);
    }

    /// The next piece of the answer is not there yet.
    pub(in crate::serve) fn wait(&self) {
        self.phase.store(WAITING, Relaxed);
    }

    pub(in crate::serve) fn phase(&self) -> Phase {
        match self.phase.load(Relaxed) {
            HANDLING => Phase::Handling,
            WAITING => Phase::Waiting,
            _ => Phase::Sending,
        }
    }

    pub(in crate::serve) fn steps(&self) -> u64 {
        self.steps.load(Relaxed)
    }

    pub(in crate::serve) fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    pub(in crate::serve) fn limit_body(&self, bytes: usize) {
        self.body_limit.store(bytes, Relaxed);
    }

    pub(in crate::serve) fn body_limit(&self) -> usize {
        self.body_limit.load(Relaxed)
    }

    pub(in crate::serve) fn break_body(&self) {
        self.is_body_broken.store(true, Relaxed);
    }

    pub(in crate::serve) fn is_body_broken(&self) -> bool {
        self.is_body_broken.load(Relaxed)
    }

    pub(in crate::serve) fn flood(&self) {
        self.is_flooded.store(true, Relaxed);
    }

    pub(in crate::serve) fn is_flooded(&self) -> bool {
        self.is_flooded.load(Relaxed)
    }

    pub(in crate::serve) fn reads_on(&self) -> bool {
        self.reads_on.load(Relaxed)
    }

    pub(in crate::serve) fn has_signs(&self) -> bool {
        self.has_signs.load(Relaxed)
    }

    /// The answer is to write one more sign of life.
    pub(in crate::serve) fn ask_for_sign(&self) {
        self.sign_due.store(true, Relaxed);
    }

    /// Whether a sign of life is due. True once.
    pub(in crate::serve) fn sign_is_due(&self) -> bool {
        self.sign_due.load(Relaxed) && self.sign_due.swap(false, Relaxed)
    }
}
