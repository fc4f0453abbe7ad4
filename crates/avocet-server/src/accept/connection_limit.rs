//! The limit of open connections, over all workers together.

use std::sync::Arc;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// The permits for connections. Clones share them, so that the limit applies to all workers together.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionLimit {
    all: usize,
    free: Arc<Semaphore>,
}

/// The permit of one open connection. Dropping it makes room for the next one.
pub(crate) type ConnectionPermit = OwnedSemaphorePermit;

impl ConnectionLimit {
    pub(crate) fn new(connections: usize) -> Self {
        Self {
            all: connections,
            free: Arc::new(Semaphore::new(connections)),
        }
    }

    /// Returns the number of open connections.
    pub(crate) fn taken(&self) -> usize {
        self.all - self.free.available_permits()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.free.available_permits() == 0
    }

    /// Returns a permit, if one is free.
    pub(crate) fn take(&self) -> Option<ConnectionPermit> {
        Arc::clone(&self.free).try_acquire_owned().ok()
    }

    /// Waits for a permit, from any worker's connection.
    pub(crate) async fn wait(&self) -> Result<ConnectionPermit, AcquireError> {
        Arc::clone(&self.free).acquire_owned().await
    }
}
