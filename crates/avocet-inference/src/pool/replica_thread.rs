//! `ReplicaThread`: the pool, as one replica's thread uses it.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::heartbeat::Heartbeat;
use super::phase::{Condition, Phase};
use super::pool::Pool;
use super::shared::{Shared, Spawned, State, fail_all};
use super::waiters::WaitFor;
use super::work::Work;
use crate::channel::Paused;
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
    heartbeat: Heartbeat,
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
            self.heartbeat.beat();
            let loaded = caught(|| load(&self.replica));
            self.heartbeat.pause();
            match loaded {
                Ok(Ok(mut model)) => {
                    self.set_condition(Condition::Ready);
                    let started = self.shared.now();
                    let result = caught(|| work(&mut model));
                    self.heartbeat.pause();
                    match result {
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
        self.heartbeat.pause();
        let next = self.look(room, block);
        self.heartbeat.beat();
        next
    }

    fn look(&self, room: Room, block: Option<Duration>) -> Option<Next<T>> {
        let mut state = self.shared.lock();
        let mut waited = false;
        loop {
            let replica = state.replicas.get(&self.id)?;
            // Before the end of a swap, only the old model takes work.
            let serves = replica.generation == state.serving;
            let stopping = state.phase == Phase::Stopping;
            if replica.retired || stopping && (!serves || state.scheduler.waiting() == 0) {
                return None;
            }
            if !serves {
                let waiters = &self.shared.waiters;
                state = waiters.wait(state, WaitFor::Event, Duration::MAX);
                continue;
            }
            let now = self.shared.now();
            let next = state.scheduler.next(now, room);
            let replica = state.replicas.get_mut(&self.id)?;
            waited |= std::mem::take(&mut replica.woken);
            if !next.run.is_empty() {
                replica.running.extend(
                    next.run
                        .iter()
                        .map(|entry| entry.with(entry.value.outcome())),
                );
                self.shared.wake_for_rest(state);
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
            let (reason, time) = match next.look_again {
                Some(until) => (WaitFor::LargerBatch, until.saturating_sub(now).min(longest)),
                None if room.entries == 0 => (WaitFor::Event, longest),
                None => (WaitFor::Work, longest),
            };
            waited = next.look_again.is_none() && longest < Duration::MAX;
            state = self.shared.waiters.wait(state, reason, time);
        }
    }

    /// Waits until a reader makes room, at most this long.
    pub(crate) fn wait_for_readers(&self, longest: Duration) {
        self.heartbeat.pause();
        let mut state = self.shared.lock();
        let woken = |state: &mut State<T>| {
            let replica = state.replicas.get_mut(&self.id);
            replica.is_some_and(|replica| std::mem::take(&mut replica.woken))
        };
        if !woken(&mut state) {
            state = self.shared.waiters.wait(state, WaitFor::Event, longest);
            woken(&mut state);
        }
        drop(state);
        self.heartbeat.beat();
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
        for entry in &running {
            state.scheduler.finished(entry);
        }
        if let Some((cost, elapsed)) = measured {
            state.scheduler.measured(cost, elapsed);
        }
        self.shared.wake_for_rest(state);
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
        state.scheduler.finished(&entry);
        if let Some((cost, elapsed)) = measured {
            state.scheduler.measured(cost, elapsed);
        }
        self.shared.wake_for_rest(state);
    }

    /// Returns an entry to the queue, because the model has no room for it.
    pub(crate) fn put_back(&self, entry: Entry<T>) {
        let mut state = self.shared.lock();
        if let Some(replica) = state.replicas.get_mut(&self.id) {
            replica.running.retain(|running| running.id != entry.id);
            state.scheduler.put_back(entry);
            self.shared.wake_for_rest(state);
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

    /// Returns what notes the progress of the model.
    pub(crate) fn heartbeat(&self) -> &Heartbeat {
        &self.heartbeat
    }

    /// Returns what wakes this replica if all its sequences wait for their readers.
    pub(crate) fn paused(&self) -> Paused {
        let pool = Arc::clone(&self.shared) as Arc<dyn Pool>;
        let id = self.id;
        Box::new(move || pool.wake(id))
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

    /// Waits before the model is loaded again. Returns whether the replica is still wanted; after a panic also to complete what was accepted
    /// before a stop.
    fn wait(&self, delay: Duration) -> bool {
        let until = self.shared.now() + delay;
        let mut state = self.shared.lock();
        loop {
            let Some(replica) = state.replicas.get(&self.id) else {
                return false;
            };
            let panicked = replica.condition == Condition::Loading;
            let is_wanted = match state.phase {
                Phase::Open => !replica.retired,
                _ => !replica.retired && panicked && state.scheduler.waiting() > 0,
            };
            let left = until.saturating_sub(self.shared.now());
            if !is_wanted || left.is_zero() {
                return is_wanted;
            }
            state = self.shared.waiters.wait(state, WaitFor::Event, left);
        }
    }

    fn end(&self) {
        let mut state = self.shared.lock();
        if state.replicas.remove(&self.id).is_none() {
            state.abandoned -= 1;
        }
        let mut hung_loads = state.hung_loads.iter();
        let hung_load = hung_loads.position(|load| load.id == self.id);
        let loads_again = hung_load
            .map(|at| state.hung_loads.swap_remove(at))
            .filter(|load| state.phase == Phase::Open && load.generation == state.serving);
        let stranded = state.finish_if_empty();
        drop(state);
        fail_all(stranded, &InferenceError::Stopping);
        if let Some(load) = loads_again
            && let Err(error) = self.shared.spawn(load.number)
        {
            tracing::error!(model = self.name(), "{error}");
        }
        // Replicas whose work was blocked by this one look again, or end as well.
        self.shared.waiters.wake_all();
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
