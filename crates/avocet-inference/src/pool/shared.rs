//! `Shared`: the state that handles, replicas and the supervisor share.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use tokio::sync::watch;

use super::heartbeat::Heartbeat;
use super::phase::{Condition, HungLoad, Phase, ReplicaState};
use super::waiters::{Waiters, Waiting};
use super::work::Work;
use crate::error::InferenceError;
use crate::meters::Meters;
use crate::replica::Replica;
use crate::scheduler::{Entry, Request, Scheduler, Ticket, Time};
use crate::settings::{OnHang, Settings};

/// Runs a replica on its thread: loads the model, and works until the pool has no more work for it.
pub(crate) type Run<T> = Arc<dyn Fn(Spawned<T>) + Send + Sync>;

/// What the thread of a replica is given.
pub(crate) struct Spawned<T> {
    pub(super) shared: Arc<Shared<T>>,
    pub(super) id: u64,
    pub(super) replica: Replica,
    pub(super) settings: Arc<Settings>,
    pub(super) heartbeat: Heartbeat,
}

/// The state that handles, replicas and the supervisor share.
pub(crate) struct Shared<T> {
    pub(super) name: Arc<str>,
    pub(crate) epoch: Instant,
    state: Mutex<State<T>>,
    pub(super) waiters: Waiters,
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
    /// Counts the starts.
    pub(super) starts: u64,
    /// The last generation of replicas: each start and each swap has one.
    pub(super) last_generation: u64,
    /// The generation that takes work.
    pub(super) serving: u64,
    /// The generation that loads beside it.
    pub(super) swapping: Option<u64>,
    /// Whether all replicas of this start were ready: from then on requests wait while one restarts.
    pub(super) was_ready: bool,
    /// Threads that were abandoned and have not returned.
    pub(super) abandoned: usize,
    /// Those of them that load.
    pub(super) hung_loads: Vec<HungLoad>,
    pub(super) waiting: Waiting,
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
                starts: 0,
                last_generation: 0,
                serving: 0,
                swapping: None,
                was_ready: false,
                abandoned: 0,
                hung_loads: Vec::new(),
                waiting: Waiting::default(),
            }),
            waiters: Waiters::default(),
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
        let scheduler = &state.scheduler;
        let wakes = (state.waiting).wakes_for_submission(|| scheduler.has_full_batch());
        drop(state);
        if wakes {
            self.waiters.wake_one();
        }
        Ok(ticket)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn changed(&self) {
        self.changed.send_replace(());
    }

    /// Wakes a replica for work that was left in the queue, returned to it or unblocked.
    pub(super) fn wake_for_rest(&self, state: MutexGuard<'_, State<T>>) {
        let wakes = state.waiting.wakes_for_rest(state.scheduler.waiting());
        drop(state);
        if wakes {
            self.waiters.wake_one();
        }
    }

    /// Starts the thread of a replica, which loads the model that serves.
    pub(super) fn spawn(self: &Arc<Self>, number: usize) -> Result<(), InferenceError> {
        let state = self.lock();
        let (run, generation) = (Arc::clone(&state.run), state.serving);
        self.spawn_with(state, number, generation, run)
    }

    /// Starts the thread of a replica of a generation.
    pub(super) fn spawn_with(
        self: &Arc<Self>,
        mut state: MutexGuard<'_, State<T>>,
        number: usize,
        generation: u64,
        run: Run<T>,
    ) -> Result<(), InferenceError> {
        let id = state.next_replica;
        state.next_replica += 1;
        let heartbeat = Heartbeat::new(self.epoch);
        state.replicas.insert(
            id,
            ReplicaState {
                number,
                generation,
                condition: Condition::Loading,
                retired: false,
                running: Vec::new(),
                woken: false,
                heartbeat: heartbeat.clone(),
            },
        );
        let spawned = Spawned {
            shared: Arc::clone(self),
            id,
            replica: Replica {
                number,
                device: state.settings.device_of(number),
            },
            settings: Arc::clone(&state.settings),
            heartbeat,
        };
        drop(state);
        let started = thread::Builder::new()
            .name(format!("{}-{number}", self.name))
            .spawn(move || run(spawned));
        if started.is_err() {
            self.lock().replicas.remove(&id);
        }
        started.map(drop).map_err(|error| thread_error(&error))
    }

    /// Gives up a replica whose model does not return, and starts another one if it was not loading.
    pub(super) fn abandon(self: &Arc<Self>, id: u64) {
        let mut state = self.lock();
        let Some(replica) = state.replicas.remove(&id) else {
            return;
        };
        for entry in &replica.running {
            state.scheduler.finished(entry);
        }
        state.abandoned += 1;
        let (on_hang, limit) = (state.settings.on_hang, replica.limit(&state.settings));
        let is_loaded = replica.condition == Condition::Ready;
        let replaced = is_loaded && state.phase == Phase::Open && !replica.retired;
        let problem = if is_loaded {
            format!("the model has not returned for {limit:?}")
        } else {
            format!("the model has not loaded within {limit:?}")
        };
        if !is_loaded {
            state.hung_loads.push(HungLoad {
                id,
                number: replica.number,
                generation: replica.generation,
                reason: problem.clone(),
            });
        }
        let stranded = state.finish_if_empty();
        drop(state);

        self.meters.abandoned.fetch_add(1, Relaxed);
        tracing::error!(
            model = &*self.name,
            replica = replica.number,
            "{problem}: its thread is abandoned"
        );
        for entry in replica.running {
            let (outcome, index) = entry.value;
            outcome.fail(index, InferenceError::Hung);
        }
        fail_all(stranded, &InferenceError::Stopping);
        if on_hang == OnHang::Exit {
            std::process::exit(70);
        }
        if replaced && let Err(error) = self.spawn(replica.number) {
            tracing::error!(model = &*self.name, "{error}");
        }
        // What it ran may have blocked work of its callers.
        self.waiters.wake_all();
        self.changed();
    }
}

/// Fails entries that no replica runs.
pub(super) fn fail_all<T: Work>(entries: Vec<Entry<T>>, error: &InferenceError) {
    for entry in entries {
        let (outcome, index) = entry.value.outcome();
        outcome.fail(index, error.clone());
    }
}

pub(super) fn thread_error(error: &io::Error) -> InferenceError {
    InferenceError::NotReady(format!("its thread could not be started: {error}"))
}

impl<T> State<T> {
    pub(super) fn accepts(&self) -> Result<(), InferenceError> {
        match self.phase {
            Phase::Unloaded => Err(InferenceError::NotReady("it is not loaded".to_owned())),
            Phase::Stopping => Err(InferenceError::Stopping),
            Phase::Open if self.was_ready => Ok(()),
            Phase::Open => {
                let reason = self
                    .failure(self.serving)
                    .unwrap_or_else(|| "it is loading".to_owned());
                Err(InferenceError::NotReady(reason))
            }
        }
    }

    /// Returns why a replica of a generation could not load its model.
    pub(super) fn failure(&self, generation: u64) -> Option<String> {
        let failed = self
            .of(generation)
            .find_map(|replica| match &replica.condition {
                Condition::Failed(reason) => Some(reason),
                _ => None,
            });
        let hung = || {
            let mut loads = self.hung_loads.iter();
            loads.find(|load| load.generation == generation)
        };
        failed.or_else(|| hung().map(|load| &load.reason)).cloned()
    }

    /// Returns how many replicas of a generation have loaded their model.
    pub(super) fn ready(&self, generation: u64) -> usize {
        let ready = |replica: &&ReplicaState| replica.condition == Condition::Ready;
        self.of(generation).filter(ready).count()
    }

    /// Ends the pool if it is stopping and the last replica has ended. Returns the work that nothing will run.
    pub(super) fn finish_if_empty(&mut self) -> Vec<Entry<T>> {
        if self.phase != Phase::Stopping || !self.replicas.is_empty() {
            return Vec::new();
        }
        self.phase = Phase::Unloaded;
        self.scheduler.clear()
    }

    /// Sets whether a replica can work.
    pub(super) fn set_condition(&mut self, id: u64, condition: Condition) {
        if let Some(replica) = self.replicas.get_mut(&id) {
            replica.condition = condition;
            self.was_ready |= self.ready(self.serving) >= self.settings.replicas;
        }
    }

    /// Returns the replicas of a generation.
    fn of(&self, generation: u64) -> impl Iterator<Item = &ReplicaState> {
        let replicas = self.replicas.values();
        replicas.filter(move |replica| replica.generation == generation)
    }
}

impl<T> AsMut<Waiting> for State<T> {
    fn as_mut(&mut self) -> &mut Waiting {
        &mut self.waiting
    }
}
