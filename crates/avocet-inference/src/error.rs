//! Why there is no result.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Why there is no result.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum InferenceError {
    /// A limit of the queue was reached. The request has not run.
    Rejected(Rejected),
    /// The deadline passed, in the queue or while the model ran.
    Expired,
    /// The work was cancelled.
    Cancelled,
    /// The reader of a stream did not take items for longer than [`stall_time`](crate::Workers::stall_time).
    Stalled,
    /// The model returned an error.
    Model(ModelError),
    /// The model panicked. Its replica is loaded again.
    Panicked,
    /// The model did not return within [`hang_time`](crate::Workers::hang_time). Its thread was abandoned.
    Hung,
    /// The model is not loaded.
    NotReady(String),
    /// The workers are stopping.
    Stopping,
}

/// An error of a model, shared by the requests that it affects.
#[derive(Clone)]
pub struct ModelError(Arc<dyn Error + Send + Sync>);

impl ModelError {
    /// Wraps an error of a model.
    ///
    /// ```
    /// let error = avocet_inference::ModelError::new("token 7 is not in the vocabulary");
    /// assert_eq!(error.to_string(), "token 7 is not in the vocabulary");
    /// ```
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Arc::from(error.into()))
    }

    /// Returns the error that the model returned, if it has this type.
    ///
    /// ```
    /// use avocet_inference::ModelError;
    ///
    /// let error = ModelError::new(std::fmt::Error);
    /// assert!(error.downcast_ref::<std::fmt::Error>().is_some());
    /// ```
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        self.0.downcast_ref()
    }
}

impl fmt::Debug for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for ModelError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// A limit that a request has reached. The request has not run, so it can be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejected {
    /// The limit.
    pub limit: Limit,
    /// Its value: a number of inputs, a cost, or milliseconds for [`Limit::Deadline`].
    pub value: u64,
    /// What the value would be with this request.
    pub measured: u64,
    /// When the request can be accepted, by the measured times of the model. `None` if never: the request alone exceeds the limit.
    pub retry_after: Option<Duration>,
}

/// A limit on accepted requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// [`queue`](crate::Workers::queue): inputs that wait.
    Queue,
    /// [`queue_cost`](crate::Workers::queue_cost): the cost of the inputs that wait.
    QueueCost,
    /// [`per_caller`](crate::Workers::per_caller): inputs of one caller that wait or run.
    PerCaller,
    /// The deadline of the request: by the measured times of the model the result would be late.
    Deadline,
}

impl Limit {
    /// All limits.
    pub const ALL: [Self; 4] = [
        Self::Queue,
        Self::QueueCost,
        Self::PerCaller,
        Self::Deadline,
    ];

    /// Returns the name of the setting, for metrics and responses.
    ///
    /// ```
    /// assert_eq!(avocet_inference::Limit::PerCaller.name(), "per_caller");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::QueueCost => "queue_cost",
            Self::PerCaller => "per_caller",
            Self::Deadline => "deadline",
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            limit,
            value,
            measured,
            retry_after,
        } = *self;
        match (limit, retry_after) {
            (Limit::Deadline, _) => {
                write!(
                    f,
                    "the result would be ready in {measured} ms, the deadline is in {value} ms"
                )
            }
            (Limit::Queue, None) => write!(
                f,
                "the request has {measured} inputs, the queue holds {value}"
            ),
            (Limit::QueueCost, None) => {
                write!(f, "the request costs {measured}, the queue holds {value}")
            }
            (Limit::PerCaller, None) => write!(
                f,
                "the request has {measured} inputs, the limit for each caller is {value}"
            ),
            (Limit::Queue, Some(_)) => write!(
                f,
                "the queue is full: {measured} inputs would wait, the limit is {value}"
            ),
            (Limit::QueueCost, Some(_)) => {
                write!(
                    f,
                    "the queue is full: the inputs that wait would cost {measured}, the limit is {value}"
                )
            }
            (Limit::PerCaller, Some(_)) => {
                write!(
                    f,
                    "too many inputs of one caller: {measured} would wait or run, the limit is {value}"
                )
            }
        }
    }
}

impl Error for Rejected {}

impl fmt::Display for InferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(rejected) => rejected.fmt(f),
            Self::Expired => f.write_str("the deadline has passed"),
            Self::Cancelled => f.write_str("the request was cancelled"),
            Self::Stalled => f.write_str("the client has not read the stream for too long"),
            Self::Model(error) => error.fmt(f),
            Self::Panicked => f.write_str("the model panicked"),
            Self::Hung => f.write_str("the model did not return in time"),
            Self::NotReady(reason) => write!(f, "the model is not ready: {reason}"),
            Self::Stopping => f.write_str("the service is stopping"),
        }
    }
}

impl Error for InferenceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Model(error) => error.source(),
            _ => None,
        }
    }
}

impl From<Rejected> for InferenceError {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}
