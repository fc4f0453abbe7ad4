//! The store of recorded streams, and their removal.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

use super::recording::Recording;
use super::{ReplayError, ReplayLimits};

/// How many times per age expired entries are removed.
const LOOKS: u32 = 8;
/// The bounds of the time between two sweeps.
const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_secs(3600);

/// The recorded streams by their keys.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) limits: ReplayLimits,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    recordings: HashMap<String, Arc<Recording>>,
    /// Whether a task removes expired entries.
    is_swept: bool,
}

impl Store {
    pub(super) fn new(limits: ReplayLimits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            state: Mutex::default(),
        })
    }

    /// Begins the stream with this key.
    pub(super) fn begin(self: &Arc<Self>, key: &str) -> Result<Arc<Recording>, ReplayError> {
        self.forget_old(Instant::now());
        let mut state = self.lock();
        let recordings = &mut state.recordings;
        let replaced = match recordings.get(key) {
            Some(known) if known.ended().is_none() => return Err(ReplayError::Recorded),
            Some(_) => None,
            None if recordings.len() < self.limits.streams => None,
            None => {
                let ended = recordings.iter().filter_map(|(key, recording)| {
                    recording.ended().map(|instant| (instant, key.clone()))
                });
                let (_, oldest) = ended.min().ok_or(ReplayError::Full)?;
                recordings.remove(&oldest)
            }
        };
        let recording = Arc::new(Recording::new(self.limits));
        let replaced = recordings
            .insert(key.to_owned(), Arc::clone(&recording))
            .or(replaced);
        self.sweep(&mut state);
        drop(state);
        drop(replaced);
        Ok(recording)
    }

    /// Returns the stream with this key, unless it ended too long ago.
    pub(super) fn get(&self, key: &str) -> Option<Arc<Recording>> {
        let recording = self.lock().recordings.get(key).cloned();
        recording.filter(|known| !known.is_forgotten(Instant::now()))
    }

    /// Removes expired entries; returns whether any are left.
    fn forget_old(&self, now: Instant) -> bool {
        let mut forgotten = Vec::new();
        let mut state = self.lock();
        state.recordings.retain(|_, recording| {
            let is_forgotten = recording.is_forgotten(now);
            recording.forget_old();
            if is_forgotten {
                forgotten.push(Arc::clone(recording));
            }
            !is_forgotten
        });
        !state.recordings.is_empty()
    }

    /// Starts a task that removes expired entries as long as there are any, because the store may not be used again.
    fn sweep(self: &Arc<Self>, state: &mut State) {
        // Without a runtime they are removed when a stream begins.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        if !std::mem::replace(&mut state.is_swept, true) {
            let pause = (self.limits.age / LOOKS).clamp(SHORTEST, LONGEST);
            let sweeper = Sweeper(Arc::downgrade(self));
            runtime.spawn(async move {
                loop {
                    sleep(pause).await;
                    match sweeper.0.upgrade() {
                        Some(store) if store.forget_old(Instant::now()) => {}
                        _ => return,
                    }
                }
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Marks the store as swept until it is dropped: its runtime may end before the streams.
struct Sweeper(Weak<Store>);

impl Drop for Sweeper {
    fn drop(&mut self) {
        if let Some(store) = self.0.upgrade() {
            store.lock().is_swept = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::{Replay, TextData};

    const MINUTE: Duration = Duration::from_secs(60);

    fn store(runs: &Replay<TextData>) -> &Arc<Store> {
        &runs.store
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_held_longer_than_its_age_though_nobody_asks() {
        let runs: Replay<TextData> = Replay::new(ReplayLimits::default().age(MINUTE));
        let ended = runs.record("ended").expect("room");
        ended.publish("text".into()).expect("JSON");
        let open = runs.record("open").expect("room");
        open.publish("text".into()).expect("JSON");
        ended.finish();
        let held = store(&runs).get("ended").expect("a stream");
        let kept = store(&runs).get("open").expect("a stream");

        sleep(MINUTE).await;
        assert_eq!(store(&runs).lock().recordings.len(), 2);
        sleep(MINUTE / 4).await;
        assert_eq!(store(&runs).lock().recordings.len(), 1);
        // A client that still has the stream, or a stream that is still running, does not keep the events either.
        assert_eq!((held.bytes(), kept.bytes()), (0, 0));

        drop(open);
        sleep(2 * MINUTE).await;
        assert!(store(&runs).lock().recordings.is_empty());
        assert!(!store(&runs).lock().is_swept);
        let again = runs.record("again").expect("room");
        again.finish();
        sleep(2 * MINUTE).await;
        assert!(store(&runs).lock().recordings.is_empty());
    }

    #[test]
    fn a_runtime_that_ends_leaves_the_streams_to_the_next() {
        let runtime = || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime
                .enable_time()
                .start_paused(true)
                .build()
                .expect("a runtime")
        };
        let runs: Replay<TextData> = Replay::new(ReplayLimits::default().age(MINUTE));
        runtime().block_on(async { runs.record("a").expect("room").finish() });
        assert!(!store(&runs).lock().is_swept);
        runtime().block_on(async {
            runs.record("b").expect("room").finish();
            sleep(2 * MINUTE).await;
        });
        assert!(store(&runs).get("b").is_none());
    }
}
