//! The limit on the threads of producers in an application.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The permits for producers of one application. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Producers(Arc<Semaphore>);

impl Producers {
    pub(crate) fn new(most: usize) -> Self {
        Self(Arc::new(Semaphore::new(most)))
    }

    /// Returns a permit, which is released when it is dropped; `None` if all are taken.
    pub(super) fn admit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).try_acquire_owned().ok()
    }
}
