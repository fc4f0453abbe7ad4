//! Time without a clock.

/// The time since the start of the pool.
pub(crate) type Time = std::time::Duration;
