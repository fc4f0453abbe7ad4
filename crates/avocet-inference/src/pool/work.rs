//! What replicas work on.

use std::sync::Arc;

use crate::error::InferenceError;

/// One input on its way to a replica.
pub trait Work: Send + 'static {
    /// Returns where its result is awaited, and its position there.
    fn outcome(&self) -> (Arc<dyn Outcome>, usize);
}

/// Where a result is awaited.
pub trait Outcome: Send + Sync {
    /// Sets an error as the result, unless there is one.
    fn fail(&self, index: usize, error: InferenceError);
}
