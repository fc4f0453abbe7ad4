//! The state shared by the thread and its callers: the queue and the wake-up signal.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::embedding::Embedding;
use super::handle::Limits;
use super::sequence::Sequence;
use crate::error::GenerateError;
use crate::llama::{ForwardError, KvCache, Llama, Output, Run, Slot, Workspace};

/// Work that the thread does one step at a time.
#[derive(Debug)]
pub(super) enum Work {
    Sequence(Box<Sequence>),
    Embedding(Embedding),
}

/// The model with the memory of its passes and sequences.
#[derive(Debug)]
pub(super) struct Computer<'a> {
    pub(super) model: &'a Llama,
    cache: KvCache,
    workspace: Workspace,
}

impl<'a> Computer<'a> {
    /// Creates it for this number of sequences.
    pub(super) fn new(model: &'a Llama, sequences: usize) -> Self {
        let config = model.config();
        let each = config.context.next_multiple_of(KvCache::PAGE);
        Self {
            model,
            cache: KvCache::new(config, sequences * each),
            workspace: Workspace::default(),
        }
    }

    /// Reserves room for a sequence.
    pub(super) fn reserve(&self, tokens: usize) -> Result<Slot, String> {
        let slot = self.cache.reserve(tokens);
        slot.ok_or_else(|| format!("its cache has no room for {tokens} tokens"))
    }

    /// Reads the next tokens of one sequence.
    pub(super) fn read(
        &mut self,
        slot: &mut Slot,
        tokens: &[u32],
        output: Output,
    ) -> Result<&[f32], ForwardError> {
        let run = Run {
            slot,
            tokens,
            output,
        };
        let outputs = self.model.forward(&mut [run], &mut self.workspace)?;
        Ok(outputs.of(0))
    }
}

/// The result of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    More,
    Finished,
}

impl Work {
    /// Computes one token, or one text.
    pub(super) fn step(&mut self, computer: &mut Computer<'_>) -> Turn {
        match self {
            Self::Sequence(sequence) => sequence.step(computer),
            Self::Embedding(embedding) => embedding.step(computer),
        }
    }

    /// Returns whether a step would make progress: not while a slow reader's buffer is full.
    pub(super) fn ready(&self) -> bool {
        match self {
            Self::Sequence(sequence) => sequence.ready(),
            Self::Embedding(_) => true,
        }
    }

    /// Returns whether the caller disconnected.
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

/// The queue.
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

    /// Adds work to the queue.
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

    /// Wakes the thread after a reader took a piece or disconnected.
    pub(super) fn wake(&self) {
        // Under the lock, so that the signal cannot arrive between the thread's check and its sleep.
        let _line = self.line();
        self.wake_flags.notify_one();
    }

    /// Closes the queue to new work.
    pub(super) fn close(&self) {
        self.line().closed = true;
        self.wake_flags.notify_one();
    }

    /// Rejects the queued work and all later submissions.
    pub(super) fn stop(&self) {
        let mut line = self.line();
        line.closed = true;
        line.waiting.clear();
        self.running.store(0, Ordering::Relaxed);
    }

    /// Drops abandoned work, fills `running` from the queue, and sleeps until some of it is ready. Returns false when no work can follow.
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
        // The queue is consistent even if a thread panicked.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
