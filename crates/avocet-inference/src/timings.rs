//! `Timings`: how long the current request has waited and run.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use avocet_context::Context;

/// How long the requests to models have waited and run that the current work has sent, an extension of its
/// [`Context`].
///
/// ```
/// use avocet_context::Context;
/// use avocet_inference::Timings;
///
/// let context = Context::new();
/// let timings = context.known_extension::<Timings>();
/// assert!(timings.is_none(), "nothing was sent to a model");
/// ```
#[derive(Debug, Default)]
pub struct Timings(Mutex<Times>);

/// Two durations: in the queue and in the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// In the queue.
    pub queue: Duration,
    /// In the model; of a stream, to its first item.
    pub model: Duration,
}

impl Timings {
    /// Returns the sums over all requests to models. Of a request with several inputs it is the longest time.
    ///
    /// ```
    /// use avocet_inference::{Times, Timings};
    ///
    /// assert_eq!(Timings::default().total(), Times::default());
    /// ```
    pub fn total(&self) -> Times {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the times of a request to those of the current work, if there is any.
    pub(crate) fn add(times: Times) {
        let timings = Context::with_current(Context::extension::<Self>);
        if let Some(timings) = timings {
            let mut total = timings.0.lock().unwrap_or_else(PoisonError::into_inner);
            total.queue += times.queue;
            total.model += times.model;
        }
    }
}
