//! The routes that take their time.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use avocet::prelude::*;
use tokio::task::spawn_blocking;

use crate::Stats;

/// How long it took.
#[model(output)]
pub(crate) struct Slept {
    /// Milliseconds.
    slept: u32,
}

/// Wait, then answer.
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

/// Wait on a thread that does nothing else, then answer.
#[get("/block", tag = "waits")]
pub(crate) async fn block(
    /// Milliseconds.
    #[query(le = 600_000)]
    ms: u32,
    #[state] stats: Stats,
) -> Result<Slept, HttpError> {
    let work = stats.work();
    // Dropped with this future, which the thread sees.
    let (_here, gone) = mpsc::channel::<()>();
    spawn_blocking(move || {
        let waited = gone.recv_timeout(Duration::from_millis(ms.into()));
        if waited == Err(RecvTimeoutError::Timeout) {
            work.done();
        }
    })
    .await?;
    Ok(Slept { slept: ms })
}
