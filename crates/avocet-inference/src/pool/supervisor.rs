//! The thread that notices a model that does not return.

use std::io;
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::Duration;

use super::phase::Phase;
use super::shared::Shared;
use super::work::Work;

/// Starts the supervisor of this start of the pool. It ends after the last replica.
pub(super) fn start<T: Work>(shared: &Arc<Shared<T>>, number: u64) -> io::Result<()> {
    let shared = Arc::clone(shared);
    thread::Builder::new()
        .name(format!("{}-supervisor", shared.name))
        .spawn(move || supervise(&shared, number))
        .map(drop)
}

fn supervise<T: Work>(shared: &Arc<Shared<T>>, number: u64) {
    loop {
        let state = shared.lock();
        let settings = &state.settings;
        let limit = settings.hang_time.min(settings.load_time);
        // A model that hangs is noticed an eighth later than its limit at most.
        let interval = (limit / 8).clamp(Duration::from_millis(5), Duration::from_secs(5));
        let waited = shared.supervise.wait_timeout(state, interval);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.phase == Phase::Unloaded || state.starts != number {
            return;
        }
        let now = shared.now();
        let hung = state.replicas.iter().filter(|(_, replica)| {
            replica
                .heartbeat
                .is_older(now, replica.limit(&state.settings))
        });
        let hung: Vec<u64> = hung.map(|(id, _)| *id).collect();
        drop(state);
        for id in hung {
            shared.abandon(id);
        }
    }
}
