//! What all requests to models have in common.

use std::sync::Arc;
use std::time::Duration;

use avocet_context::{Cancellation, Context, Deadline};

use super::handle::Workers;
use crate::pool::{Pool, Shared, Work};
use crate::scheduler::{Request, Ticket};

/// What a request inherits from the current work and its handle.
pub(super) struct Call {
    pub(super) context: Context,
    /// The earliest one: that of the context, the handle or the workers.
    pub(super) deadline: Deadline,
    /// That of the handle or the workers.
    pub(super) own_deadline: Deadline,
    pub(super) cancellation: Option<Cancellation>,
}

impl<M> Workers<M> {
    /// Returns what a request inherits, and how it is scheduled.
    pub(super) fn call<T: Work>(&self, shared: &Shared<T>) -> (Call, Request) {
        let context = Context::current();
        let own = Deadline::after(
            self.deadline
                .unwrap_or(Duration::MAX)
                .min(self.settings.deadline),
        );
        let deadline = context
            .deadline()
            .map_or(own, |inherited| inherited.min(own));
        let request = Request {
            caller: self.caller.clone().or_else(|| context.caller().cloned()),
            weight: 1,
            priority: self.priority,
            deadline: Some(shared.now() + deadline.remaining()),
        };
        let cancellation = context.known_cancellation().cloned();
        (
            Call {
                context,
                deadline,
                own_deadline: own,
                cancellation,
            },
            request,
        )
    }
}

/// Frees the queue slots of a request when its caller leaves.
pub(super) struct Slots {
    pool: Arc<dyn Pool>,
    ticket: Ticket,
}

impl Slots {
    pub(super) fn new(pool: Arc<dyn Pool>, ticket: Ticket) -> Self {
        Self { pool, ticket }
    }

    pub(super) fn free(&self) {
        self.pool.cancel(self.ticket);
    }
}
