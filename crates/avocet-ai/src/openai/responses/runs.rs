//! `Runs`: the responses that are generated after their requests, up to a limit.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use avocet::tasks::Cancellation;

use super::error::ResponsesError;

/// The responses that this process generates after their requests, by their keys.
#[derive(Clone)]
pub(super) struct Runs {
    limit: usize,
    running: Arc<Mutex<BTreeMap<String, Cancellation>>>,
}

/// One of them. Until it has started, dropping it gives its place back.
pub(super) struct Run {
    runs: Runs,
    key: String,
    has_started: bool,
}

impl Runs {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            running: Arc::default(),
        }
    }

    /// Cancels a run, if this process has it.
    pub(super) fn cancel(&self, key: &str) {
        if let Some(cancellation) = self.lock().get(key) {
            cancellation.cancel();
        }
    }

    /// Adds a run.
    ///
    /// # Errors
    /// If there are as many as the limit allows.
    pub(super) fn admit(
        &self,
        key: &str,
        cancellation: Cancellation,
    ) -> Result<Run, ResponsesError> {
        let mut running = self.lock();
        if running.len() >= self.limit {
            return Err(ResponsesError::TooMany { limit: self.limit });
        }
        running.insert(key.to_owned(), cancellation);
        Ok(Run {
            runs: self.clone(),
            key: key.to_owned(),
            has_started: false,
        })
    }

    /// Removes all runs.
    pub(super) fn take(&self) -> BTreeMap<String, Cancellation> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Cancellation>> {
        // No code panics while it holds the lock.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Run {
    /// Keeps its place from now on, until [`finish`](Self::finish).
    pub(super) fn start(&mut self) {
        self.has_started = true;
    }

    /// Gives its place back.
    pub(super) fn finish(mut self) {
        self.has_started = false;
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // A run that the server has cut off remains, for `stop`.
        if !self.has_started {
            self.runs.lock().remove(&self.key);
        }
    }
}
