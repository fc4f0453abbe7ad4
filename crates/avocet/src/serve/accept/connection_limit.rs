//! The limit of open connections, over all workers together.

use std::sync::Arc;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// The permits for connections. Clones share them, so that the limit applies to all workers together.
#[derive(Clone, Debug)]
pub(in crate::serve) struct ConnectionLimit {
    all: usize,
    free: Arc<Semaphore>,
}

/// The permit of one open connection. Dropping it makes room for the next one.
pub(in crate::serve) type ConnectionPermit = OwnedSemaphorePermit;

impl ConnectionLimit {
    pub(in crate::serve) fn new(connections: usize) -> Self {
        Self {
            all: connections,
            free: Arc::new(Semaphore::new(connections)),
        }
    }

    /// Returns the number of open connections.
    pub(in crate::serve) fn taken(&self) -> usize {
        self.all - self.free.available_permits()
    }

    pub(in crate::serve) fn is_full(&self) -> bool {
        self.free.available_permits() == 0
    }

    /// Returns a permit, if one is free.
    pub(in crate::serve) fn take(&self) -> Option<ConnectionPermit> {
        Arc::clone(&self.free).try_acquire_owned().ok()
    }

    /// Waits for a permit, from any worker's connection.
    pub(in crate::serve) async fn wait(&self) -> Result<ConnectionPermit, AcquireError> {
        Arc::clone(&self.free).acquire_owned().await
    }
}
