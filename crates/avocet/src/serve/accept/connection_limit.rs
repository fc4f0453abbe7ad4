//! How many connections may be open at once, over all workers together.

use std::sync::Arc;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// The places for connections. Clones share them, so that the limit holds for all workers together.
#[derive(Clone, Debug)]
pub(in crate::serve) struct ConnectionLimit {
    all: usize,
    free: Arc<Semaphore>,
}

/// One open connection. Dropping it makes room for the next one.
pub(in crate::serve) type ConnectionPermit = OwnedSemaphorePermit;

impl ConnectionLimit {
    pub(in crate::serve) fn new(connections: usize) -> Self {
        Self {
            all: connections,
            free: Arc::new(Semaphore::new(connections)),
        }
    }

    /// How many connections are open.
    pub(in crate::serve) fn taken(&self) -> usize {
        self.all - self.free.available_permits()
    }

    pub(in crate::serve) fn is_full(&self) -> bool {
        self.free.available_permits() == 0
    }

    /// A place, if one is free.
    pub(in crate::serve) fn take(&self) -> Option<ConnectionPermit> {
        Arc::clone(&self.free).try_acquire_owned().ok()
    }

    /// Waits for a place, whichever worker's connection leaves it.
    pub(in crate::serve) async fn wait(&self) -> Result<ConnectionPermit, AcquireError> {
        Arc::clone(&self.free).acquire_owned().await
    }
}
