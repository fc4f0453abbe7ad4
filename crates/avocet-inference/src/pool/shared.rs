//! `Shared`: the state that handles, replicas and the supervisor share.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use tokio::sync::watch;

use super::phase::{Condition, Phase, ReplicaState};
use super::work::Work;
use crate::error::InferenceError;
use crate::meters::Meters;
use crate::replica::Replica;
use crate::scheduler::{Request, Scheduler, Ticket, Time};
use crate::settings::{OnHang, Settings};

/// Runs a replica on its thread: loads the model, and works until the pool has no more work for it.
pub(crate) type Run<T> = Arc<dyn Fn(Spawned<T>) + Send + Sync>;

/// What the thread of a replica is given.
pub(crate) struct Spawned<T> {
    pub(super) shared: Arc<Shared<T>>,
    pub(super) id: u64,
    pub(super) replica: Replica,
    pub(super) settings: Arc<Settings>,
    pub(super) heartbeat: Arc<AtomicU64>,
}

/// The state that handles, replicas and the supervisor share.
pub(crate) struct Shared<T> {
    pub(super) name: Arc<str>,
    pub(crate) epoch: Instant,
    state: Mutex<State<T>>,
    /// Replicas without work wait here.
    pub(super) work: Condvar,
    /// The supervisor waits here.
    pub(super) supervise: Condvar,
    /// Changes when a replica becomes ready, fails or ends.
    pub(super) changed: watch::Sender<()>,
    pub(crate) meters: Arc<Meters>,
}

/// What the lock protects.
pub(super) struct State<T> {
    pub(super) phase: Phase,
    pub(super) settings: Arc<Settings>,
    pub(super) scheduler: Scheduler<T>,
    pub(super) replicas: BTreeMap<u64, ReplicaState>,
    pub(super) run: Run<T>,
    pub(super) next_replica: u64,
    pub(super) generation: u64,
    /// Whether a replica of this start was ready: requests wait while it restarts.
    pub(super) was_ready: bool,
    pub(super) abandoned: usize,
    /// Replicas that wait without a time.
    pub(super) idle: usize,
    /// Whether a replica waits for a larger batch.
    pub(super) filling: bool,
}

impl<T: Work> Shared<T> {
    pub(crate) fn new(name: Arc<str>, run: Run<T>) -> Self {
        let settings = Settings::default();
        Self {
            name,
            epoch: Instant::now(),
            state: Mutex::new(State {
                phase: Phase::Unloaded,
                scheduler: Scheduler::new(settings.config(1, 1)),
                settings: Arc::new(settings),
                replicas: BTreeMap::new(),
                run,
                next_replica: 0,
                generation: 0,
                was_ready: false,
                abandoned: 0,
                idle: 0,
                filling: false,
            }),
            work: Condvar::new(),
            supervise: Condvar::new(),
            changed: watch::Sender::new(()),
            meters: Arc::default(),
        }
    }

    pub(crate) fn now(&self) -> Time {
        self.epoch.elapsed()
    }

    /// Adds the inputs of a request to the queue.
    pub(crate) fn submit(
        &self,
        mut request: Request,
        inputs: Vec<(u32, T)>,
    ) -> Result<Ticket, InferenceError> {
        let count = inputs.len();
        let mut state = self.lock();
        state.accepts()?;
        request.weight = state.settings.weight_of(request.caller.as_ref());
        let now = self.now();
        let ticket = state
            .scheduler
            .submit(now, &request, inputs)
            .inspect_err(|rejected| {
                self.meters.rejected(rejected);
            })?;
        self.meters.submitted.fetch_add(count as u64, Relaxed);
        let wake = if state.filling {
            state.scheduler.has_full_batch()
        } else {
            state.idle > 0
        };
        drop(state);
        if wake {
            self.work.notify_one();
        }
        Ok(ticket)
    }

    /// Loads another model beside the old one, on as many new replicas. The old ones are retired by [`finish_swap`](Self::finish_swap).
    pub(crate) fn begin_swap(self: &Arc<Self>, run: Run<T>) -> Result<Swap<T>, InferenceError> {
        let mut state = self.lock();
        state.accepts()?;
        let old = std::mem::replace(&mut state.run, run);
        state.generation += 1;
        let numbers = 0..state.settings.replicas;
        drop(state);
        for number in numbers {
            self.spawn(number).map_err(|error| thread_error(&error))?;
        }
        Ok(Swap { old })
    }

    /// Ends the replicas of the old model when the new ones are ready; or those of the new one, and returns the reason, if one has failed.
    /// Returns `None` while they load.
    pub(crate) fn finish_swap(&self, swap: &Swap<T>) -> Option<Result<(), String>> {
        let mut state = self.lock();
        let generation = state.generation;
        let new = state
            .replicas
            .values()
            .filter(|replica| replica.generation == generation);
        let conditions: Vec<_> = new.map(|replica| replica.condition.clone()).collect();
        let failure = conditions.iter().find_map(|condition| match condition {
            Condition::Failed(reason) => Some(reason.clone()),
            _ => None,
        });
        if failure.is_none() && conditions.contains(&Condition::Loading) {
            return None;
        }
        if failure.is_some() {
            state.run = Arc::clone(&swap.old);
        }
        for replica in state.replicas.values_mut() {
            replica.retired |= (replica.generation == generation) == failure.is_some();
        }
        drop(state);
        self.work.notify_all();
        Some(failure.map_or(Ok(()), Err))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn changed(&self) {
        self.changed.send_replace(());
    }

    /// Starts the thread of a replica.
    pub(super) fn spawn(self: &Arc<Self>, number: usize) -> io::Result<()> {
        let mut state = self.lock();
        let id = state.next_replica;
        state.next_replica += 1;
        let generation = state.generation;
        let heartbeat = Arc::new(AtomicU64::new(0));
        state.replicas.insert(
            id,
            ReplicaState {
                number,
                generation,
                condition: Condition::Loading,
                retired: false,
                running: Vec::new(),
                busy_since: None,
                heartbeat: Arc::clone(&heartbeat),
            },
        );
        let replica = Replica {
            number,
            device: state.settings.device_of(number),
        };
        let spawned = Spawned {
            shared: Arc::clone(self),
            id,
            replica,
            settings: Arc::clone(&state.settings),
            heartbeat,
        };
        let run = Arc::clone(&state.run);
        drop(state);
        let started = thread::Builder::new()
            .name(format!("{}-{number}", self.name))
            .spawn(move || run(spawned));
        if started.is_err() {
            self.lock().replicas.remove(&id);
        }
        started.map(drop)
    }

    /// Gives up a replica whose model does not return, and starts another one.
    pub(super) fn abandon(self: &Arc<Self>, id: u64) {
        let mut state = self.lock();
        let Some(replica) = state.replicas.remove(&id) else {
            return;
        };
        for entry in &replica.running {
            state.scheduler.finished(entry);
        }
        state.abandoned += 1;
        let (on_hang, open) = (
            state.settings.on_hang,
            state.phase == Phase::Open && !replica.retired,
        );
        let limit = state.settings.hang_time;
        drop(state);

        self.meters.abandoned.fetch_add(1, Relaxed);
        tracing::error!(
            model = &*self.name,
            replica = replica.number,
            "the model has not returned for {limit:?}: its thread is abandoned"
        );
        for entry in replica.running {
            let (outcome, index) = entry.value;
            outcome.fail(index, InferenceError::Hung);
        }
        if on_hang == OnHang::Exit {
            std::process::exit(70);
        }
        if open && let Err(error) = self.spawn(replica.number) {
            tracing::error!(model = &*self.name, "{}", thread_error(&error));
        }
        self.changed();
    }
}

/// A swap of models that has begun.
pub(crate) struct Swap<T> {
    old: Run<T>,
}

pub(super) fn thread_error(error: &io::Error) -> InferenceError {
    InferenceError::NotReady(format!("its thread could not be started: {error}"))
}

impl<T> State<T> {
    fn accepts(&self) -> Result<(), InferenceError> {
        match self.phase {
            Phase::Unloaded => Err(InferenceError::NotReady("it is not loaded".to_owned())),
            Phase::Stopping => Err(InferenceError::Stopping),
            Phase::Open if self.was_ready => Ok(()),
            Phase::Open => {
                let reason = self.failure().unwrap_or_else(|| "it is loading".to_owned());
                Err(InferenceError::NotReady(reason))
            }
        }
    }

    pub(super) fn failure(&self) -> Option<String> {
        self.replicas
            .values()
            .find_map(|replica| match &replica.condition {
                Condition::Failed(reason) => Some(reason.clone()),
                _ => None,
            })
    }

    /// Ends the pool if it is stopping and the last replica has ended. Returns whether it has ended.
    pub(super) fn finish_if_empty(&mut self) -> bool {
        if self.phase == Phase::Stopping && self.replicas.is_empty() {
            self.phase = Phase::Unloaded;
        }
        self.phase == Phase::Unloaded
    }

    /// Sets whether a replica can work.
    pub(super) fn set_condition(&mut self, id: u64, condition: Condition) {
        self.was_ready |= condition == Condition::Ready;
        if let Some(replica) = self.replicas.get_mut(&id) {
            replica.condition = condition;
        }
    }
}
