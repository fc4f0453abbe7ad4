//! The limits of a scheduler.

use std::time::Duration;

/// The limits of a scheduler. All are at least 1.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Entries that wait, after a submission. Those that ran and wait again can exceed it.
    pub(crate) queue: usize,
    /// The cost of all entries that wait, after a submission.
    pub(crate) queue_cost: u64,
    /// Entries of one caller that wait or run.
    pub(crate) per_caller: usize,
    /// Entries of one caller that run.
    pub(crate) running_per_caller: usize,
    /// Entries of one batch.
    pub(crate) max_batch: usize,
    /// The cost of one batch. An entry that costs more runs alone.
    pub(crate) max_cost: u64,
    /// Whether each entry of a batch costs as much as the largest one.
    pub(crate) padded: bool,
    /// How long an idle replica may wait for more entries; zero never waits.
    pub(crate) max_wait: Duration,
    /// Work that has waited this long counts as one priority higher; it again counts as one higher after each further interval, without
    /// an end: with a highest level, the oldest work of the lowest priority would starve there.
    pub(crate) promote_after: Duration,
    /// How many batches run concurrently, for estimates.
    pub(crate) concurrency: usize,
}
