//! `BackgroundTasks`: work after a response that was sent.

use std::future::Future;

use super::Cleanup;

/// Tasks that run after a response, an argument with `#[request]`.
///
/// They run one after the other, in the order in which they were added, if the response was sent and its status is below 400. A task that
/// panics is logged with the id of its request, and the next one runs.
///
/// ```
/// use avocet::cleanup::BackgroundTasks;
/// use avocet::prelude::*;
///
/// #[post("/orders", status = 201)]
/// async fn order(#[request] background: BackgroundTasks) -> u32 {
///     background.add(async { println!("the mail is sent") });
///     1
/// }
/// ```
#[derive(Clone, Debug)]
pub struct BackgroundTasks(Cleanup);

impl BackgroundTasks {
    pub(crate) const fn new(cleanup: Cleanup) -> Self {
        Self(cleanup)
    }

    /// Adds a task.
    ///
    /// ```
    /// # fn add(background: avocet::cleanup::BackgroundTasks) {
    /// background.add(async { println!("done") });
    /// # }
    /// ```
    pub fn add<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.0.add_task(Box::pin(task));
    }
}
