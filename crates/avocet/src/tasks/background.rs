//! Background work of a server, beside its connections.

use std::future::Future;
use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::serve::ShutdownSignal;

/// Background work of one server, which waits for it during the drain and cancels it at the end of the drain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Background {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    tasks: TaskTracker,
    cut: CancellationToken,
}

impl Background {
    /// Returns that of a server; without a server, one that is not waited for.
    pub(crate) fn of(draining: Option<&ShutdownSignal>) -> Self {
        draining.map_or_else(Self::default, |draining| draining.background().clone())
    }

    /// Returns a token that is cancelled at the end of the drain at the latest.
    pub(super) fn token(&self) -> CancellationToken {
        self.shared.cut.child_token()
    }

    /// Runs a future to completion, or until its token is cancelled.
    pub(super) fn spawn<F>(
        &self,
        until: CancellationToken,
        future: F,
    ) -> JoinHandle<Option<F::Output>>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.shared
            .tasks
            .spawn(until.run_until_cancelled_owned(future))
    }

    /// Runs a future to completion, or until the end of the drain.
    pub(crate) fn detach<F>(&self, future: F) -> JoinHandle<Option<F::Output>>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.spawn(self.shared.cut.clone(), future)
    }

    pub(super) fn spawn_blocking<T>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T>
    where
        T: Send + 'static,
    {
        self.shared.tasks.spawn_blocking(work)
    }

    /// Waits until no work is running.
    pub(crate) async fn finished(&self) {
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
    }

    /// Returns the number of running tasks.
    pub(crate) fn running(&self) -> usize {
        self.shared.tasks.len()
    }

    /// Cancels everything.
    pub(crate) fn cut(&self) {
        self.shared.cut.cancel();
    }
}
