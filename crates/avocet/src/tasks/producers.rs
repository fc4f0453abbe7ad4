//! The threads of producers: how many an application may have.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places for producers of one application. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Producers(Arc<Semaphore>);

impl Producers {
    pub(crate) fn new(most: usize) -> Self {
        Self(Arc::new(Semaphore::new(most)))
    }

    /// A place, free again when it is dropped; nothing if all of them are taken.
    pub(super) fn admit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).try_acquire_owned().ok()
    }
}
