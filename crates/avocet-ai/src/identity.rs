//! The members that all chunks and the whole response share.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use avocet::context::RequestId;

/// The id, the time and the model of a response.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) id: String,
    pub(crate) created: u64,
    pub(crate) model: String,
}

impl Identity {
    /// Creates it with a new id that begins with `prefix`.
    pub(crate) fn new(prefix: &str, model: String) -> Self {
        Self {
            id: new_id(prefix),
            created: now(),
            model,
        }
    }
}

/// Returns a new id that begins with `prefix`.
pub(crate) fn new_id(prefix: &str) -> String {
    format!("{prefix}{}", RequestId::generated())
}

/// Returns the seconds since 1970.
pub(crate) fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.as_ref().map_or(0, Duration::as_secs)
}
