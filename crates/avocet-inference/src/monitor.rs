//! `Monitor`: reads the state of workers, whatever their model is.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::figures::Figures;
use crate::pool::Pool;
use crate::settings::Settings;

/// Reads the state of workers: their figures, limits and readiness. It does not have the type of the model, so monitors of several models fit
/// in one list.
///
/// ```
/// use avocet_inference::{Monitor, workers};
///
/// let lengths = workers::batch("lengths", |_| Ok(()), |_, texts: &[String]| {
///     Ok::<_, std::convert::Infallible>(texts.iter().map(String::len).collect())
/// });
/// let scale = workers::batch("scale", |_| Ok(()), |_, numbers: &[f32]| {
///     Ok::<_, std::convert::Infallible>(numbers.iter().map(|number| number * 2.0).collect())
/// });
/// let monitors = [lengths.monitor(), scale.monitor()];
/// let names: Vec<&str> = monitors.iter().map(Monitor::name).collect();
/// assert_eq!(names, ["lengths", "scale"]);
/// ```
#[derive(Clone)]
pub struct Monitor {
    pub(crate) pool: Arc<dyn Pool>,
    pub(crate) settings: Arc<Settings>,
}

/// The limits of workers. A limit that is not set is `None`; [`queue`](Self::queue) bounds it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// [`Workers::replicas`](crate::Workers::replicas).
    pub replicas: usize,
    /// [`Workers::max_batch`](crate::Workers::max_batch).
    pub max_batch: usize,
    /// [`Workers::max_cost`](crate::Workers::max_cost).
    pub max_cost: Option<u64>,
    /// [`Workers::queue`](crate::Workers::queue).
    pub queue: usize,
    /// [`Workers::queue_cost`](crate::Workers::queue_cost).
    pub queue_cost: Option<u64>,
    /// [`Workers::per_caller`](crate::Workers::per_caller).
    pub per_caller: Option<usize>,
    /// [`Workers::running_per_caller`](crate::Workers::running_per_caller).
    pub running_per_caller: Option<usize>,
    /// [`Workers::deadline`](crate::Workers::deadline).
    pub deadline: Duration,
    /// [`Workers::hang_time`](crate::Workers::hang_time).
    pub hang_time: Duration,
}

impl Monitor {
    /// Returns the name of the model.
    ///
    /// ```
    /// # fn log(monitor: &avocet_inference::Monitor) {
    /// println!("{}", monitor.name());
    /// # }
    /// ```
    pub fn name(&self) -> &str {
        self.pool.name()
    }

    /// Returns what the workers have done and are doing, as [`Workers::figures`](crate::Workers::figures) does.
    ///
    /// ```
    /// # fn log(monitor: &avocet_inference::Monitor) {
    /// println!("{} wait", monitor.figures().waiting);
    /// # }
    /// ```
    pub fn figures(&self) -> Figures {
        self.pool.figures()
    }

    /// Checks whether the model is loaded, as [`Workers::ready`](crate::Workers::ready) does.
    ///
    /// # Errors
    /// The reason why the workers are not ready.
    ///
    /// ```
    /// # fn log(monitor: &avocet_inference::Monitor) {
    /// if let Err(reason) = monitor.ready() {
    ///     println!("{}: {reason}", monitor.name());
    /// }
    /// # }
    /// ```
    pub fn ready(&self) -> Result<(), String> {
        let readiness = self.pool.readiness();
        readiness.map_err(|reason| reason.unwrap_or_else(|| "it is loading".to_owned()))
    }

    /// Returns the limits.
    ///
    /// ```
    /// # fn log(monitor: &avocet_inference::Monitor) {
    /// println!("at most {} wait", monitor.limits().queue);
    /// # }
    /// ```
    pub fn limits(&self) -> Limits {
        let settings = &self.settings;
        let count = |value: usize| (value != usize::MAX).then_some(value);
        let cost = |value: u64| (value != u64::MAX).then_some(value);
        Limits {
            replicas: settings.replicas,
            max_batch: settings.max_batch,
            max_cost: cost(settings.max_cost),
            queue: settings.queue,
            queue_cost: cost(settings.queue_cost),
            per_caller: count(settings.per_caller),
            running_per_caller: count(settings.running_per_caller),
            deadline: settings.deadline,
            hang_time: settings.hang_time,
        }
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
