//! `Pool`: what does not depend on the type of the work.

use std::any::Any;
use std::sync::Arc;

use tokio::sync::watch;

use super::phase::Phase;
use super::shared::{Shared, fail_all, thread_error};
use super::supervisor;
use super::work::Work;
use crate::error::InferenceError;
use crate::figures::Figures;
use crate::scheduler::Ticket;
use crate::settings::{OnHang, Settings};

/// How many inputs a call of the model takes, and how many calls run concurrently in a replica.
pub(crate) type Shape = fn(&Settings) -> (usize, usize);

/// What does not depend on the type of the work.
pub(crate) trait Pool: Any + Send + Sync {
    fn name(&self) -> &str;

    /// Spawns the replicas.
    fn open(self: Arc<Self>, settings: Settings, shape: Shape) -> Result<(), InferenceError>;

    /// Accepts no more work, and ends the replicas when there is none left.
    fn close(&self);

    /// Removes the inputs of a request that do not run.
    fn cancel(&self, ticket: Ticket);

    /// Fails the work that waits.
    fn clear(&self, error: InferenceError);

    /// Returns why no work is accepted or can run; `None` while a replica loads that has not failed.
    fn readiness(&self) -> Result<(), Option<String>>;

    /// Returns whether all replicas have ended.
    fn is_closed(&self) -> bool;

    /// Returns a channel that changes when a replica does.
    fn changes(&self) -> watch::Receiver<()>;

    fn figures(&self) -> Figures;

    /// Wakes a replica that waits for readers.
    fn wake(&self, replica: u64);
}

impl<T: Work> Pool for Shared<T> {
    fn name(&self) -> &str {
        &self.name
    }

    fn open(self: Arc<Self>, settings: Settings, shape: Shape) -> Result<(), InferenceError> {
        let mut state = self.lock();
        if state.phase != Phase::Unloaded {
            let problem = "its workers have already started".to_owned();
            return Err(InferenceError::NotReady(problem));
        }
        let (batch, concurrency) = shape(&settings);
        let replicas = settings.replicas;
        state.scheduler.restart(settings.config(batch, concurrency));
        state.settings = Arc::new(settings);
        state.starts += 1;
        let start = state.starts;
        state.last_generation += 1;
        state.serving = state.last_generation;
        (state.phase, state.swapping, state.was_ready) = (Phase::Open, None, false);
        drop(state);
        supervisor::start(&self, start)
            .map_err(|error| thread_error(&error))
            .and_then(|()| (0..replicas).try_for_each(|number| self.spawn(number)))
            .inspect_err(|_| self.close())
    }

    fn close(&self) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.phase = Phase::Stopping;
        }
        let stranded = state.finish_if_empty();
        drop(state);
        fail_all(stranded, &InferenceError::Stopping);
        self.waiters.wake_all();
        self.supervise.notify_all();
        self.changed();
    }

    fn cancel(&self, ticket: Ticket) {
        let mut state = self.lock();
        let removed = state.scheduler.cancel(ticket);
        // What was to run again may have blocked work of its caller.
        self.wake_for_rest(state);
        // The values may be large, so they are dropped without the lock.
        drop(removed);
    }

    fn clear(&self, error: InferenceError) {
        let removed = self.lock().scheduler.clear();
        fail_all(removed, &error);
        self.waiters.wake_all();
    }

    fn readiness(&self) -> Result<(), Option<String>> {
        let state = self.lock();
        if state.phase != Phase::Open {
            return Err(Some("it is not loaded".to_owned()));
        }
        if let Some(reason) = state.failure(state.serving) {
            return Err(Some(reason));
        }
        if state.abandoned > 0 && state.settings.on_hang == OnHang::Unready {
            return Err(Some(match state.abandoned {
                1 => "a thread has not returned from the model".to_owned(),
                threads => format!("{threads} threads have not returned from the model"),
            }));
        }
        // A replica that restarts does not make the others unready.
        if state.was_ready && state.ready(state.serving) > 0 {
            Ok(())
        } else {
            Err(None)
        }
    }

    fn is_closed(&self) -> bool {
        self.lock().replicas.is_empty()
    }

    fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    fn figures(&self) -> Figures {
        let mut figures = self.meters.figures();
        let state = self.lock();
        figures.waiting = state.scheduler.waiting();
        figures.waiting_cost = state.scheduler.waiting_cost();
        figures.running = state.scheduler.running();
        figures.ready_replicas = state.ready(state.serving);
        figures
    }

    fn wake(&self, replica: u64) {
        let mut state = self.lock();
        if let Some(replica) = state.replicas.get_mut(&replica) {
            replica.woken = true;
        }
        drop(state);
        self.waiters.wake_all();
    }
}
