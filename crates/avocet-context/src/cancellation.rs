//! `Cancellation`: notifies work that its result is no longer wanted.

use std::future::Future;

use tokio_util::sync::{CancellationToken, DropGuard};

/// Notifies work that its result is no longer wanted.
///
/// Clones share one state. Once cancelled, it stays cancelled.
///
/// ```
/// use avocet_context::Cancellation;
///
/// fn count(cancellation: &Cancellation) -> u64 {
///     (0..1_000_000).take_while(|_| !cancellation.is_cancelled()).sum()
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cancellation(CancellationToken);

impl Cancellation {
    /// Creates a cancellation that nothing has cancelled.
    ///
    /// ```
    /// let cancellation = avocet_context::Cancellation::new();
    /// assert!(!cancellation.is_cancelled());
    /// cancellation.cancel();
    /// assert!(cancellation.is_cancelled());
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a cancellation that ends with this one, and that can also be cancelled alone.
    ///
    /// ```
    /// let parent = avocet_context::Cancellation::new();
    /// let child = parent.child();
    /// parent.cancel();
    /// assert!(child.is_cancelled());
    /// ```
    pub fn child(&self) -> Self {
        Self(self.0.child_token())
    }

    /// Cancels this one and its children.
    ///
    /// ```
    /// let parent = avocet_context::Cancellation::new();
    /// let child = parent.child();
    /// child.cancel();
    /// assert!(!parent.is_cancelled());
    /// ```
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Returns a guard that cancels this one when it is dropped.
    ///
    /// ```
    /// let cancellation = avocet_context::Cancellation::new();
    /// drop(cancellation.cancel_on_drop());
    /// assert!(cancellation.is_cancelled());
    /// ```
    pub fn cancel_on_drop(&self) -> CancelOnDrop {
        CancelOnDrop {
            _guard: self.0.clone().drop_guard(),
        }
    }

    /// Returns whether the result is no longer wanted.
    ///
    /// ```
    /// # fn goes_on(cancellation: &avocet_context::Cancellation) -> bool {
    /// !cancellation.is_cancelled()
    /// # }
    /// ```
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Waits until the result is no longer wanted.
    ///
    /// ```
    /// # use avocet_context::Cancellation;
    /// # async fn next(events: &mut tokio::sync::mpsc::Receiver<u32>, cancellation: &Cancellation) -> Option<u32> {
    /// tokio::select! {
    ///     event = events.recv() => event,
    ///     () = cancellation.cancelled() => None,
    /// }
    /// # }
    /// ```
    pub async fn cancelled(&self) {
        self.0.cancelled().await;
    }

    /// Runs a future to completion, or drops it when this is cancelled and returns `None`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let cancellation = avocet_context::Cancellation::new();
    /// assert_eq!(cancellation.clone().run(async { 7 }).await, Some(7));
    /// cancellation.cancel();
    /// assert_eq!(cancellation.run(std::future::pending::<u32>()).await, None);
    /// # }
    /// ```
    pub fn run<F: Future>(self, future: F) -> impl Future<Output = Option<F::Output>> {
        self.0.run_until_cancelled_owned(future)
    }
}

/// Cancels a [`Cancellation`] when it is dropped.
///
/// ```
/// let cancellation = avocet_context::Cancellation::new();
/// let guard = cancellation.cancel_on_drop();
/// assert!(!cancellation.is_cancelled());
/// drop(guard);
/// assert!(cancellation.is_cancelled());
/// ```
#[derive(Debug)]
pub struct CancelOnDrop {
    _guard: DropGuard,
}
