//! `Pool`: what does not depend on the type of the work.

use std::any::Any;
use std::sync::Arc;

use tokio::sync::watch;

use super::phase::{Condition, Phase};
use super::shared::{Shared, thread_error};
use super::supervisor;
use super::work::Work;
use crate::error::InferenceError;
use crate::figures::Figures;
use crate::scheduler::{Scheduler, Ticket};
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

    /// Wakes replicas that wait for readers.
    fn wake(&self);
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
        state.scheduler = Scheduler::new(settings.config(batch, concurrency));
        state.settings = Arc::new(settings);
        state.generation += 1;
        (state.phase, state.was_ready) = (Phase::Open, false);
        drop(state);
        supervisor::start(&self).map_err(|error| thread_error(&error))?;
        for number in 0..replicas {
            self.spawn(number).map_err(|error| thread_error(&error))?;
        }
        Ok(())
    }

    fn close(&self) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.phase = if state.replicas.is_empty() {
                Phase::Unloaded
            } else {
                Phase::Stopping
            };
        }
        drop(state);
        self.work.notify_all();
        self.supervise.notify_all();
    }

    fn cancel(&self, ticket: Ticket) {
        let removed = self.lock().scheduler.cancel(ticket);
        // The values may be large, so they are dropped without the lock.
        drop(removed);
    }

    fn clear(&self, error: InferenceError) {
        let removed = self.lock().scheduler.clear();
        for entry in removed {
            let (outcome, index) = entry.value.outcome();
            outcome.fail(index, error.clone());
        }
        self.work.notify_all();
    }

    fn readiness(&self) -> Result<(), Option<String>> {
        let state = self.lock();
        if state.phase != Phase::Open {
            return Err(Some("it is not loaded".to_owned()));
        }
        if let Some(reason) = state.failure() {
            return Err(Some(reason));
        }
        if state.abandoned > 0 && state.settings.on_hang == OnHang::Unready {
            return Err(Some(format!(
                "{} threads have not returned from the model",
                state.abandoned
            )));
        }
        // A replica that restarts does not make the others unready.
        let ready = state
            .replicas
            .values()
            .filter(|replica| replica.condition == Condition::Ready)
            .count();
        let enough = if state.was_ready {
            ready > 0
        } else {
            ready == state.settings.replicas
        };
        if enough { Ok(()) } else { Err(None) }
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
        let ready = state
            .replicas
            .values()
            .filter(|replica| replica.condition == Condition::Ready);
        figures.ready_replicas = ready.count();
        figures
    }

    fn wake(&self) {
        self.work.notify_all();
    }
}
