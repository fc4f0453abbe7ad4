//! `Figures`: what the workers have done and are doing.

use crate::error::Limit;

/// What the workers of one model have done since their start, and are doing now.
///
/// A request is one call of [`run`](crate::Workers::run), [`run_all`](crate::Workers::run_all), [`stream`](crate::Workers::stream) or
/// [`generate`](crate::Workers::generate). An input is one of its inputs.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Figures {
    /// Inputs that wait.
    pub waiting: usize,
    /// The cost of the inputs that wait.
    pub waiting_cost: u64,
    /// Inputs that run.
    pub running: usize,
    /// Replicas that have loaded the model.
    pub ready_replicas: usize,
    /// Inputs that were accepted.
    pub submitted: u64,
    /// Requests that have succeeded.
    pub completed: u64,
    /// Requests that have failed.
    pub failed: u64,
    /// Requests that were cancelled.
    pub cancelled: u64,
    /// Requests whose deadline has passed.
    pub expired: u64,
    /// Requests that were rejected, by limit.
    pub rejected: Vec<(Limit, u64)>,
    /// Inputs that ran again because their batch had failed.
    pub retried: u64,
    /// Panics of the model.
    pub panics: u64,
    /// Threads that were abandoned because the model did not return.
    pub abandoned: u64,
    /// Attempts to load the model that have failed.
    pub load_failures: u64,
    /// Items of streams.
    pub items: u64,
    /// Seconds in the queue, of each input.
    pub queue_time: Distribution,
    /// Seconds in the model: of a batch, or of a stream.
    pub run_time: Distribution,
    /// Seconds to the first item of a stream, from its submission.
    pub first_item: Distribution,
    /// Seconds between two items of a stream.
    pub between_items: Distribution,
    /// Inputs of a batch; of a [`Generator`](crate::Generator) the sequences of a step.
    pub batch_size: Distribution,
}

/// How often values in each range were measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distribution {
    /// The upper bounds of the ranges, inclusive. The last range has no bound.
    pub bounds: &'static [f64],
    /// The number of values in each range, one more than `bounds`.
    pub counts: Vec<u64>,
    /// The sum of all values.
    pub sum: f64,
}

impl Distribution {
    /// Returns the number of values.
    ///
    /// ```
    /// assert_eq!(avocet_inference::Distribution::default().count(), 0);
    /// ```
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Returns the mean, or 0 without values.
    ///
    /// ```
    /// assert_eq!(avocet_inference::Distribution::default().mean(), 0.0);
    /// ```
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn mean(&self) -> f64 {
        match self.count() {
            0 => 0.0,
            count => self.sum / count as f64,
        }
    }
}
