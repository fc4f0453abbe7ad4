//! `Background`: work beside the connections of a server.

use std::future::Future;
use std::sync::Arc;

use avocet_context::Cancellation;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

/// Work beside the connections of a server, which waits for it during the drain and cancels it at the end of the drain.
///
/// [`ShutdownSignal::background`](crate::ShutdownSignal::background) returns that of the server of a request. Clones belong to the
/// same server.
///
/// ```
/// use avocet_server::Background;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let background = Background::default();
/// let sum = background.detach(async { 1 + 1 });
/// assert_eq!(sum.await.unwrap(), Some(2));
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Background {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    tasks: TaskTracker,
    cut: Cancellation,
}

impl Background {
    /// Returns a cancellation that the end of the drain cancels, at the latest.
    ///
    /// ```
    /// let cancellation = avocet_server::Background::default().cancellation();
    /// assert!(!cancellation.is_cancelled());
    /// ```
    pub fn cancellation(&self) -> Cancellation {
        self.shared.cut.child()
    }

    /// Runs a future to completion, or until `until` is cancelled; then the result is `None`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let background = avocet_server::Background::default();
    /// let until = background.cancellation();
    /// let endless = background.spawn(until.clone(), std::future::pending::<()>());
    /// until.cancel();
    /// assert_eq!(endless.await.unwrap(), None);
    /// # }
    /// ```
    pub fn spawn<F>(&self, until: Cancellation, future: F) -> JoinHandle<Option<F::Output>>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.shared.tasks.spawn(until.run(future))
    }

    /// Runs a future to completion, or until the end of the drain; then the result is `None`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let background = avocet_server::Background::default();
    /// assert_eq!(background.detach(async { 7 }).await.unwrap(), Some(7));
    /// # }
    /// ```
    pub fn detach<F>(&self, future: F) -> JoinHandle<Option<F::Output>>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.spawn(self.shared.cut.clone(), future)
    }

    /// Runs a function on a thread where it may block. The server waits for it, but cannot cancel it: the function should look
    /// at a [`cancellation`](Self::cancellation).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let background = avocet_server::Background::default();
    /// assert_eq!(background.spawn_blocking(|| 7).await.unwrap(), 7);
    /// # }
    /// ```
    pub fn spawn_blocking<T>(&self, work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T>
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
