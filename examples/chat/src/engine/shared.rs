//! What the thread and its callers share: the waiting line and the bell.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::embedding::Embedding;
use super::handle::Limits;
use super::sequence::Sequence;
use crate::error::GenerateError;
use crate::llama::Llama;

/// Something the thread does a step at a time.
#[derive(Debug)]
pub(super) enum Work {
    Sequence(Box<Sequence>),
    Embedding(Embedding),
}

/// What came of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    More,
    Finished,
}

impl Work {
    /// One token, or one text.
    pub(super) fn step(&mut self, model: &Llama) -> Turn {
        match self {
            Self::Sequence(sequence) => sequence.step(model),
            Self::Embedding(embedding) => embedding.step(model),
        }
    }

    /// Whether a step would do something: not while a slow reader has to catch up.
    pub(super) fn ready(&self) -> bool {
        match self {
            Self::Sequence(sequence) => sequence.ready(),
            Self::Embedding(_) => true,
        }
    }

    /// Whether nobody waits for it any more.
    pub(super) fn abandoned(&self) -> bool {
        match self {
            Self::Sequence(sequence) => sequence.abandoned(),
            Self::Embedding(embedding) => embedding.abandoned(),
        }
    }
}

#[derive(Debug)]
pub(super) struct Shared {
    limits: Limits,
    line: Mutex<Line>,
    wake_flags: Condvar,
    running: AtomicUsize,
}

/// The waiting line.
#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<Work>,
    closed: bool,
}

impl Shared {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            line: Mutex::default(),
            wake_flags: Condvar::new(),
            running: AtomicUsize::new(0),
        }
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) fn running(&self) -> usize {
        self.running.load(Ordering::Relaxed)
    }

    pub(super) fn waiting(&self) -> usize {
        self.line().waiting.len()
    }

    /// Puts work in line.
    pub(super) fn submit(&self, work: Work) -> Result<(), GenerateError> {
        let mut line = self.line();
        if line.closed {
            return Err(GenerateError::Stopped);
        }
        if line.waiting.len() >= self.limits.waiting {
            line.waiting.retain(|work| !work.abandoned());
        }
        if line.waiting.len() >= self.limits.waiting {
            return Err(GenerateError::Busy);
        }
        line.waiting.push_back(work);
        self.wake_flags.notify_one();
        Ok(())
    }

    /// Makes the thread look again: a reader took a piece, or left.
    pub(super) fn wake(&self) {
        // Under the lock, so that the bell cannot ring between the thread's look and its sleep.
        let _line = self.line();
        self.wake_flags.notify_one();
    }

    /// No more work comes.
    pub(super) fn close(&self) {
        self.line().closed = true;
        self.wake_flags.notify_one();
    }

    /// Refuses those who wait, and all who come.
    pub(super) fn stop(&self) {
        let mut line = self.line();
        line.closed = true;
        line.waiting.clear();
        self.running.store(0, Ordering::Relaxed);
    }

    /// Drops abandoned work, fills `running` from the line, and sleeps until some of it is ready.
    /// False when there is nothing left to do, ever.
    pub(super) fn prepare(&self, running: &mut Vec<Work>) -> bool {
        let mut line = self.line();
        loop {
            running.retain(|work| !work.abandoned());
            while running.len() < self.limits.running {
                match line.waiting.pop_front() {
                    Some(work) if work.abandoned() => {}
                    Some(work) => running.push(work),
                    None => break,
                }
            }
            self.running.store(running.len(), Ordering::Relaxed);
            if running.iter().any(Work::ready) {
                return true;
            }
            if line.closed && running.is_empty() {
                return false;
            }
            line = self
                .wake_flags
                .wait(line)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // Nothing is left half done in a line, whoever panicked.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
