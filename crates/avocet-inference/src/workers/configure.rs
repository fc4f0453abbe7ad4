//! The settings of workers.

use std::sync::Arc;
use std::time::Duration;

use avocet_context::Caller;

use super::handle::Workers;
use crate::priority::Priority;
use crate::settings::{OnHang, Settings};

macro_rules! settings {
    ($($(#[$documentation:meta])* $name:ident: $type:ty;)*) => {
        /// # Settings
        /// They apply from the next [`start`](Self::start).
        impl<M> Workers<M> {
            $(
                $(#[$documentation])*
                pub fn $name(self, $name: $type) -> Self {
                    self.set(|settings| settings.$name = $name)
                }
            )*
        }
    };
}

settings! {
    /// Sets the number of replicas, each with its thread and its copy of the model. Default: 1.
    ///
    /// ```
    /// # fn two<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.replicas(2)
    /// # }
    /// ```
    replicas: usize;

    /// Sets the maximum number of inputs of one batch; of a [`Generator`](crate::Generator) the sequences that run in one replica. Default:
    /// 32.
    ///
    /// ```
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.max_batch(16)
    /// # }
    /// ```
    max_batch: usize;

    /// Sets the maximum cost of one batch. An input that costs more runs alone. Of a [`Generator`](crate::Generator), the cost of the
    /// requests that are admitted between two steps. Default: no limit besides [`max_batch`](Self::max_batch).
    ///
    /// ```
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// // The cost is a number of tokens.
    /// workers.max_cost(16_384)
    /// # }
    /// ```
    max_cost: u64;

    /// Sets how long an idle replica may wait for a larger batch. Default: zero, it never waits.
    ///
    /// It is an upper bound: the replica learns from the arrivals how often waiting has paid, and runs a single request at once if no others
    /// are likely. While all replicas are busy, the queue fills by itself.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.max_wait(Duration::from_millis(4))
    /// # }
    /// ```
    max_wait: Duration;

    /// Sets whether the model pads the inputs of a batch to the longest one. Then the cost of a batch is that of the longest input times their
    /// number, and a batch is formed from inputs of similar cost, as far as the shares of the callers allow. Default: `false`.
    ///
    /// ```
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.padded(true)
    /// # }
    /// ```
    padded: bool;

    /// Sets the maximum number of inputs that wait: none is accepted beyond it. Inputs that have run and wait again can exceed it by the number of
    /// those that run. Default: 512.
    ///
    /// ```
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.queue(128)
    /// # }
    /// ```
    queue: usize;

    /// Sets the maximum cost of the inputs that wait. Default: no limit besides [`queue`](Self::queue).
    ///
    /// ```
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.queue_cost(100_000)
    /// # }
    /// ```
    queue_cost: u64;

    /// Sets the maximum number of inputs of one caller that wait or run. It does not apply to work without a caller. Default: no limit besides
    /// [`queue`](Self::queue).
    ///
    /// ```
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.per_caller(64)
    /// # }
    /// ```
    per_caller: usize;

    /// Sets the maximum number of inputs of one caller that run; more of them wait. It does not apply to work without a caller. Default: no
    /// limit.
    ///
    /// ```
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.running_per_caller(4)
    /// # }
    /// ```
    running_per_caller: usize;

    /// Sets after which time in the queue work counts as one [`Priority`] higher, so that it does not wait for ever. Default: 1 s.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.promote_after(Duration::from_millis(500))
    /// # }
    /// ```
    promote_after: Duration;

    /// Sets the deadline of requests without an earlier one. It bounds streams as a whole. Default: 60 s.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.deadline(Duration::from_secs(10))
    /// # }
    /// ```
    deadline: Duration;

    /// Sets how long a replica may take to load and warm up the model. Then its thread is abandoned, and the workers are not ready, with this
    /// reason. No other thread loads the model until that one returns. Default: 30 min.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.load_time(Duration::from_secs(120))
    /// # }
    /// ```
    load_time: Duration;

    /// Sets how long one call of the model may run without a result: a prediction, an item of a stream, or a step. Then its requests fail
    /// with [`Hung`](crate::InferenceError::Hung), its thread is abandoned, and a new replica starts. Default: 120 s.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.hang_time(Duration::from_secs(30))
    /// # }
    /// ```
    hang_time: Duration;

    /// Sets what else follows when a thread was abandoned. Default: [`OnHang::Unready`].
    ///
    /// ```
    /// # use avocet_inference::OnHang;
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.on_hang(OnHang::Exit)
    /// # }
    /// ```
    on_hang: OnHang;

    /// Sets how many items of a stream are kept for a slow reader. When there are as many, its sequence pauses. Default: 32.
    ///
    /// ```
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.buffer(64)
    /// # }
    /// ```
    buffer: usize;

    /// Sets how long a sequence may pause for a slow reader. Then it fails with [`Stalled`](crate::InferenceError::Stalled), because it holds
    /// a slot of the model. Default: 10 s.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.stall_time(Duration::from_secs(5))
    /// # }
    /// ```
    stall_time: Duration;

    /// Sets the devices of the replicas, in turn. Default: the device of a replica is its number.
    ///
    /// ```
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// // Four replicas on two devices.
    /// workers.replicas(4).devices(vec![0, 1])
    /// # }
    /// ```
    devices: Vec<usize>;

    /// Sets whether [`start`](Self::start) returns before the model is loaded. The workers are then not ready, with the reason, and try to
    /// load it again after a failure. Default: `false`, a failure ends the start.
    ///
    /// ```
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.load_in_background(true)
    /// # }
    /// ```
    load_in_background: bool;
}

impl<M> Workers<M> {
    /// Sets the weights of callers: one with weight 2 has twice the share of one with weight 1 while both have work that waits. Default: 1
    /// for each.
    ///
    /// ```
    /// # fn set<M>(workers: avocet_inference::Workers<M>) -> avocet_inference::Workers<M> {
    /// workers.weight(|caller| if caller.id().starts_with("paid-") { 4 } else { 1 })
    /// # }
    /// ```
    pub fn weight(self, weight: impl Fn(&Caller) -> u32 + Send + Sync + 'static) -> Self {
        self.set(|settings| settings.weight = Some(Arc::new(weight)))
    }

    /// Returns a handle whose requests have this priority.
    ///
    /// ```
    /// # use avocet_inference::{Priority, Workers};
    /// # fn low<M>(workers: &Workers<M>) -> Workers<M> {
    /// workers.with_priority(Priority::Low)
    /// # }
    /// ```
    pub fn with_priority(&self, priority: Priority) -> Self {
        Self {
            priority,
            ..self.clone()
        }
    }

    /// Returns a handle whose requests are for this caller, instead of that of the current context.
    ///
    /// ```
    /// # use avocet_context::Caller;
    /// # use avocet_inference::Workers;
    /// # fn ann<M>(workers: &Workers<M>) -> Workers<M> {
    /// workers.with_caller(Caller::new("ann"))
    /// # }
    /// ```
    pub fn with_caller(&self, caller: Caller) -> Self {
        Self {
            caller: Some(caller),
            ..self.clone()
        }
    }

    /// Returns a handle whose requests have this deadline, or that of the current context if it is earlier. The latter ends no stream that has
    /// emitted an item.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use avocet_inference::Workers;
    /// # fn soon<M>(workers: &Workers<M>) -> Workers<M> {
    /// workers.with_deadline(Duration::from_millis(200))
    /// # }
    /// ```
    pub fn with_deadline(&self, deadline: Duration) -> Self {
        Self {
            deadline: Some(deadline),
            ..self.clone()
        }
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.settings));
        self
    }
}
