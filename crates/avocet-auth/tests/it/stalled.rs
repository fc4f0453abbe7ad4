//! A runtime whose threads for blocking work are occupied.

use std::future::Future;
use std::sync::mpsc;

use tokio::runtime::Builder;

/// Releases the thread for blocking work.
pub(crate) struct Release(mpsc::Sender<()>);

impl Release {
    pub(crate) fn now(self) {
        self.0.send(()).unwrap();
    }
}

/// Runs a test on one async thread. Blocking work starts only after the release.
pub(crate) fn stalled<F: Future<Output = ()>>(test: impl FnOnce(Release) -> F) {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let (release, released) = mpsc::channel();
    runtime.spawn_blocking(move || released.recv());
    runtime.block_on(test(Release(release)));
}
