//! `Swap`: another model takes over from the one that serves.

use std::sync::Arc;

use super::phase::Phase;
use super::shared::{Run, Shared, State};
use super::work::Work;
use crate::error::InferenceError;

/// A swap that has begun. If it is dropped before its end, the old model goes on.
pub(crate) struct Swap<T: Work> {
    shared: Arc<Shared<T>>,
    generation: u64,
    run: Run<T>,
}

impl<T: Work> Swap<T> {
    /// Loads another model beside the old one, on as many new replicas. They take no work yet.
    pub(crate) fn begin(shared: &Arc<Shared<T>>, run: Run<T>) -> Result<Self, InferenceError> {
        let mut state = shared.lock();
        state.accepts()?;
        if state.swapping.is_some() {
            let problem = "another swap has not ended".to_owned();
            return Err(InferenceError::NotReady(problem));
        }
        state.last_generation += 1;
        let (generation, replicas) = (state.last_generation, state.settings.replicas);
        state.swapping = Some(generation);
        drop(state);
        let swap = Self {
            shared: Arc::clone(shared),
            generation,
            run,
        };
        for number in 0..replicas {
            shared.spawn_with(shared.lock(), number, generation, Arc::clone(&swap.run))?;
        }
        Ok(swap)
    }

    /// Ends the replicas of the old model when all new ones are ready. Returns an error if one of these has failed, and `None` while they load.
    pub(crate) fn finish(&self) -> Option<Result<(), InferenceError>> {
        let mut state = self.shared.lock();
        if state.phase != Phase::Open || state.swapping != Some(self.generation) {
            return Some(Err(InferenceError::Stopping));
        }
        if let Some(reason) = state.failure(self.generation) {
            return Some(Err(InferenceError::NotReady(reason)));
        }
        if state.ready(self.generation) < state.settings.replicas {
            return None;
        }
        state.swapping = None;
        state.serving = self.generation;
        state.run = Arc::clone(&self.run);
        retire(&mut state, |generation| generation != self.generation);
        drop(state);
        self.shared.waiters.wake_all();
        Some(Ok(()))
    }
}

impl<T: Work> Drop for Swap<T> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        if state.swapping != Some(self.generation) {
            return;
        }
        state.swapping = None;
        retire(&mut state, |generation| generation == self.generation);
        drop(state);
        self.shared.waiters.wake_all();
    }
}

fn retire<T>(state: &mut State<T>, is_retired: impl Fn(u64) -> bool) {
    for replica in state.replicas.values_mut() {
        replica.retired |= is_retired(replica.generation);
    }
}
