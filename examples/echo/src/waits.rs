//! The routes that wait.

use std::thread;
use std::time::{Duration, Instant};

use avocet::prelude::*;
use avocet::tasks::Tasks;
use tokio::sync::Semaphore;

use crate::Stats;

/// How long it took.
#[model(output)]
pub(crate) struct Slept {
    /// Milliseconds.
    slept: u32,
}

/// Wait, then answer.
///
/// The wait ends when the client disconnects.
#[get("/sleep", tag = "waits")]
pub(crate) async fn sleep(
    /// Milliseconds.
    #[query(le = 600_000)]
    ms: u32,
    #[state] stats: Stats,
) -> Slept {
    let work = stats.work();
    tokio::time::sleep(Duration::from_millis(ms.into())).await;
    work.done();
    Slept { slept: ms }
}

/// Wait on a thread of its own, then answer.
///
/// The response is a 503 at once while too many threads are waiting already.
#[get("/block", tag = "waits")]
pub(crate) async fn block(
    /// Milliseconds.
    #[query(le = 600_000)]
    ms: u32,
    #[state] stats: Stats,
    #[request] tasks: Tasks,
) -> Result<Slept, HttpError> {
    let Ok(place) = PLACES.try_acquire() else {
        let busy = StatusCode::SERVICE_UNAVAILABLE;
        return Err(HttpError::new(busy, "Too many threads wait"));
    };
    let end = Instant::now() + Duration::from_millis(ms.into());
    let work = stats.work();
    let waiting = tasks.spawn_blocking(move |cancellation| {
        let _held = place;
        while !cancellation.is_cancelled() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return work.done();
            }
            thread::sleep(left.min(LOOK));
        }
    });
    waiting.await?;
    Ok(Slept { slept: ms })
}

/// Half of the threads that a runtime has for blocking work: uploads need some of the others.
static PLACES: Semaphore = Semaphore::const_new(256);

/// How often the thread checks whether the client is still connected.
const LOOK: Duration = Duration::from_millis(5);
