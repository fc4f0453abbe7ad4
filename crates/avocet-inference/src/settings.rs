//! The settings of workers.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use avocet_context::Caller;

use crate::scheduler::Config;

/// The settings of workers, which [`Workers`](crate::Workers) documents.
#[derive(Clone)]
pub struct Settings {
    pub(crate) replicas: usize,
    pub(crate) devices: Vec<usize>,
    pub(crate) max_batch: usize,
    pub(crate) max_cost: u64,
    pub(crate) max_wait: Duration,
    pub(crate) padded: bool,
    pub(crate) queue: usize,
    pub(crate) queue_cost: u64,
    pub(crate) per_caller: usize,
    pub(crate) running_per_caller: usize,
    pub(crate) promote_after: Duration,
    pub(crate) deadline: Duration,
    pub(crate) load_time: Duration,
    pub(crate) hang_time: Duration,
    pub(crate) on_hang: OnHang,
    pub(crate) stall_time: Duration,
    pub(crate) buffer: usize,
    pub(crate) load_in_background: bool,
    pub(crate) weight: Option<Weight>,
}

type Weight = Arc<dyn Fn(&Caller) -> u32 + Send + Sync>;

/// What follows when the model does not return within [`hang_time`](crate::Workers::hang_time), besides a new replica, or within
/// [`load_time`](crate::Workers::load_time).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnHang {
    /// The workers are no longer ready: the thread cannot be stopped, so the process should be replaced.
    #[default]
    Unready,
    /// The process ends with status 70. Use it if the orchestrator restarts a process that ends, but not one that is unready.
    Exit,
    /// The service goes on.
    Continue,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            replicas: 1,
            devices: Vec::new(),
            max_batch: 32,
            max_cost: u64::MAX,
            max_wait: Duration::ZERO,
            padded: false,
            queue: 512,
            queue_cost: u64::MAX,
            per_caller: usize::MAX,
            running_per_caller: usize::MAX,
            promote_after: Duration::from_secs(1),
            deadline: Duration::from_secs(60),
            load_time: Duration::from_secs(30 * 60),
            hang_time: Duration::from_secs(120),
            on_hang: OnHang::default(),
            stall_time: Duration::from_secs(10),
            buffer: 32,
            load_in_background: false,
            weight: None,
        }
    }
}

impl Settings {
    /// Returns the limits of the scheduler. `batch` is the number of inputs that one call of the model takes, and `concurrency` how many such
    /// calls run in one replica.
    pub(crate) fn config(&self, batch: usize, concurrency: usize) -> Config {
        Config {
            queue: self.queue,
            queue_cost: self.queue_cost,
            per_caller: self.per_caller,
            running_per_caller: self.running_per_caller,
            max_batch: batch,
            max_cost: self.max_cost,
            padded: self.padded,
            max_wait: self.max_wait,
            promote_after: self.promote_after,
            concurrency: self.replicas.saturating_mul(concurrency),
        }
    }

    /// Checks the limits.
    pub(crate) fn check(&self) -> Result<(), String> {
        let limits = [
            ("replicas", self.replicas == 0),
            ("max_batch", self.max_batch == 0),
            ("max_cost", self.max_cost == 0),
            ("queue", self.queue == 0),
            ("queue_cost", self.queue_cost == 0),
            ("per_caller", self.per_caller == 0),
            ("running_per_caller", self.running_per_caller == 0),
            ("buffer", self.buffer == 0),
        ];
        match limits.iter().find(|(_, is_zero)| *is_zero) {
            Some((name, _)) => Err(format!("`{name}` is 0, it must be at least 1")),
            None => Ok(()),
        }
    }

    pub(crate) fn weight_of(&self, caller: Option<&Caller>) -> u32 {
        match (&self.weight, caller) {
            (Some(weight), Some(caller)) => weight(caller).max(1),
            _ => 1,
        }
    }

    pub(crate) fn device_of(&self, number: usize) -> usize {
        match self.devices.len() {
            0 => number,
            devices => self.devices[number % devices],
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("replicas", &self.replicas)
            .field("max_batch", &self.max_batch)
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
