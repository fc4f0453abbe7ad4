//! `ReplicaThread`: the pool, as one replica's thread uses it.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::phase::{Condition, Phase};
use super::pool::Pool;
use super::shared::{Shared, Spawned};
use super::work::Work;
use crate::error::InferenceError;
use crate::meters::Meters;
use crate::replica::Replica;
use crate::scheduler::{Entry, Next, Room, Time};
use crate::settings::Settings;

/// The pool, as one replica's thread uses it.
///
/// All methods do nothing when the thread was abandoned.
pub struct ReplicaThread<T> {
    shared: Arc<Shared<T>>,
    id: u64,
    pub(crate) replica: Replica,
    pub(crate) settings: Arc<Settings>,
    heartbeat: Arc<AtomicU64>,
}

/// The replica has no more work.
#[derive(Debug)]
pub struct Exit;

/// A model, or why it could not be loaded.
type Loaded<M> = Result<M, Box<dyn std::error::Error + Send + Sync>>;

impl<T: Work> ReplicaThread<T> {
    pub(crate) fn new(spawned: Spawned<T>) -> Self {
        let Spawned {
            shared,
            id,
            replica,
            settings,
            heartbeat,
        } = spawned;
        Self {
            shared,
            id,
            replica,
            settings,
            heartbeat,
        }
    }

    /// Loads the model and works, again after each panic and each failure, until there is no more work.
    pub(crate) fn run<M>(
        &self,
        load: impl Fn(&Replica) -> Loaded<M>,
        work: impl Fn(&mut M) -> Exit,
    ) {
        const FIRST_DELAY: Duration = Duration::from_millis(100);
        const LONGEST_DELAY: Duration = Duration::from_secs(30);
        let mut delay = FIRST_DELAY;
        loop {
            match caught(|| load(&self.replica)) {
                Ok(Ok(mut model)) => {
                    self.set_condition(Condition::Ready);
                    let started = self.shared.now();
                    match caught(|| work(&mut model)) {
                        Ok(Exit) => break,
                        Err(panic) => self.panicked(&panic),
                    }
                    if self.shared.now().saturating_sub(started) > LONGEST_DELAY {
                        delay = FIRST_DELAY;
                    }
                    // A model that has panicked may panic again when it is dropped.
                    let _ = caught(move || drop(model));
                    self.set_condition(Condition::Loading);
                }
                Ok(Err(error)) => self.load_failed(causes(&*error)),
                Err(panic) => self.load_failed(format!("it panicked: {panic}")),
            }
            if !self.wait(delay) {
                break;
            }
            delay = (delay * 2).min(LONGEST_DELAY);
        }
        self.end();
    }

    /// Returns what to do next, or `None` if the replica ends. If `block` is set, it waits until there is something; at most for a time.
    pub(crate) fn next(&self, room: Room, block: Option<Duration>) -> Option<Next<T>> {
        let mut state = self.shared.lock();
        let mut waited = false;
        loop {
            let ends = state.phase == Phase::Stopping && state.scheduler.waiting() == 0;
            if ends || state.replicas.get(&self.id)?.retired {
                return None;
            }
            let now = self.shared.now();
            let next = state.scheduler.next(now, room);
            if !next.run.is_empty() {
                let wake = state.idle > 0 && state.scheduler.waiting() > 0;
                let replica = state.replicas.get_mut(&self.id)?;
                replica.running.extend(
                    next.run
                        .iter()
                        .map(|entry| entry.with(entry.value.outcome())),
                );
                replica.busy_since = Some(now);
                drop(state);
                if wake {
                    self.shared.work.notify_one();
                }
                for entry in &next.run {
                    self.meters()
                        .queue_time
                        .time(now.saturating_sub(entry.submitted));
                }
                return Some(next);
            }
            let Some(longest) = block.filter(|_| next.expired.is_empty() && !waited) else {
                return Some(next);
            };
            let until = next.look_again;
            if until.is_some() {
                state.filling = true;
            } else {
                state.idle += 1;
            }
            let time = until.map_or(longest, |until| until.saturating_sub(now).min(longest));
            waited = until.is_none() && longest < Duration::MAX;
            state = if time == Duration::MAX {
                self.shared
                    .work
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner)
            } else {
                let waited = self.shared.work.wait_timeout(state, time);
                waited.unwrap_or_else(PoisonError::into_inner).0
            };
            if until.is_some() {
                state.filling = false;
            } else {
                state.idle -= 1;
            }
        }
    }

    /// Waits until the pool is woken, at most this long.
    pub(crate) fn wait_for_readers(&self, longest: Duration) {
        drop(self.shared.work.wait_timeout(self.shared.lock(), longest));
    }

    /// Notes that all entries have stopped running, and after a success what they have cost.
    pub(crate) fn finished_all(&self, measured: Option<(u64, Duration)>) {
        if let Some((_, elapsed)) = measured {
            self.meters().run_time.time(elapsed);
        }
        let mut state = self.shared.lock();
        let Some(replica) = state.replicas.get_mut(&self.id) else {
            return;
        };
        let running = std::mem::take(&mut replica.running);
        replica.busy_since = None;
        for entry in &running {
            state.scheduler.finished(entry);
        }
        if let Some((cost, elapsed)) = measured {
            state.scheduler.measured(cost, elapsed);
        }
        drop(state);
        drop(running);
    }

    /// Notes that one entry has stopped running, and after a success what it has cost.
    pub(crate) fn finished(&self, id: u64, measured: Option<(u64, Duration)>) {
        if let Some((_, elapsed)) = measured {
            self.meters().run_time.time(elapsed);
        }
        let mut state = self.shared.lock();
        let Some(replica) = state.replicas.get_mut(&self.id) else {
            return;
        };
        let Some(at) = replica.running.iter().position(|entry| entry.id == id) else {
            return;
        };
        let entry = replica.running.swap_remove(at);
        if replica.running.is_empty() {
            replica.busy_since = None;
        }
        state.scheduler.finished(&entry);
        if let Some((cost, elapsed)) = measured {
            state.scheduler.measured(cost, elapsed);
        }
    }

    /// Returns an entry to the queue, because the model has no room for it.
    pub(crate) fn put_back(&self, entry: Entry<T>) {
        let mut state = self.shared.lock();
        if let Some(replica) = state.replicas.get_mut(&self.id) {
            replica.running.retain(|running| running.id != entry.id);
            state.scheduler.put_back(entry);
        }
    }

    /// Runs the entries of a failed batch again, each half by itself.
    pub(crate) fn retry_halves(&self, entries: Vec<Entry<T>>) {
        self.meters()
            .retried
            .fetch_add(entries.len() as u64, Relaxed);
        let mut state = self.shared.lock();
        let Some(replica) = state.replicas.get_mut(&self.id) else {
            return;
        };
        replica
            .running
            .retain(|running| entries.iter().all(|entry| entry.id != running.id));
        state.scheduler.retry_halves(entries);
    }

    /// Notes that the model is called again, so that it does not count as hung.
    pub(crate) fn progress(&self) {
        self.heartbeat().beat();
    }

    /// Returns what notes the progress of the model.
    pub(crate) fn heartbeat(&self) -> Heartbeat {
        Heartbeat {
            epoch: self.shared.epoch,
            micros: Arc::clone(&self.heartbeat),
        }
    }

    /// Wakes this replica if all its sequences wait for their readers.
    pub(crate) fn pool(&self) -> Arc<dyn Pool> {
        Arc::clone(&self.shared) as Arc<dyn Pool>
    }

    pub(crate) fn now(&self) -> Time {
        self.shared.now()
    }

    pub(crate) fn meters(&self) -> &Meters {
        &self.shared.meters
    }

    pub(crate) fn shared_meters(&self) -> Arc<Meters> {
        Arc::clone(&self.shared.meters)
    }

    pub(crate) fn name(&self) -> &str {
        &self.shared.name
    }

    fn set_condition(&self, condition: Condition) {
        self.shared.lock().set_condition(self.id, condition);
        self.shared.changed();
    }

    fn panicked(&self, panic: &str) {
        self.meters().panics.fetch_add(1, Relaxed);
        tracing::error!(
            model = self.name(),
            replica = self.replica.number(),
            "the model panicked: {panic}"
        );
        let running = self
            .shared
            .lock()
            .replicas
            .get(&self.id)
            .map_or_else(Vec::new, |replica| {
                replica
                    .running
                    .iter()
                    .map(|entry| entry.value.clone())
                    .collect()
            });
        self.finished_all(None);
        for (outcome, index) in running {
            outcome.fail(index, InferenceError::Panicked);
        }
    }

    fn load_failed(&self, reason: String) {
        self.meters().load_failures.fetch_add(1, Relaxed);
        tracing::error!(
            model = self.name(),
            replica = self.replica.number(),
            "the model could not be loaded: {reason}"
        );
        self.set_condition(Condition::Failed(reason));
    }

    /// Waits before the model is loaded again. Returns whether the replica is still wanted.
    fn wait(&self, delay: Duration) -> bool {
        let until = self.shared.now() + delay;
        let mut state = self.shared.lock();
        loop {
            let wanted = state.phase == Phase::Open;
            let left = until.saturating_sub(self.shared.now());
            if !wanted
                || state
                    .replicas
                    .get(&self.id)
                    .is_none_or(|replica| replica.retired)
            {
                return false;
            }
            if left.is_zero() {
                return true;
            }
            let result = self.shared.work.wait_timeout(state, left);
            state = result.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn end(&self) {
        let mut state = self.shared.lock();
        state.replicas.remove(&self.id);
        let stranded = if state.finish_if_empty() {
            state.scheduler.clear()
        } else {
            Vec::new()
        };
        drop(state);
        for entry in stranded {
            let (outcome, index) = entry.value.outcome();
            outcome.fail(index, InferenceError::Stopping);
        }
        self.shared.supervise.notify_all();
        self.shared.changed();
    }
}

impl<T> fmt::Debug for ReplicaThread<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplicaThread")
            .field("replica", &self.replica)
            .finish_non_exhaustive()
    }
}

/// Notes the progress of a model.
#[derive(Clone, Debug)]
pub(crate) struct Heartbeat {
    epoch: Instant,
    micros: Arc<AtomicU64>,
}

impl Heartbeat {
    /// Notes that the model works. Returns the time.
    pub(crate) fn beat(&self) -> Time {
        let now = self.epoch.elapsed();
        self.micros
            .store(u64::try_from(now.as_micros()).unwrap_or(u64::MAX), Relaxed);
        now
    }
}

/// Calls a function, and returns the message of its panic.
fn caught<R>(function: impl FnOnce() -> R) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(function)).map_err(|panic| message(&*panic))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "without a message".to_owned())
}

/// Returns the message of an error, and those of its causes.
fn causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}
