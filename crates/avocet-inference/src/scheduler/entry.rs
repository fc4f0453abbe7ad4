//! What waits in the queue.

use avocet_context::Caller;

use super::time::Time;
use crate::priority::Priority;

/// One input, with what the scheduler needs to order it.
#[derive(Debug)]
pub(crate) struct Entry<T> {
    /// Ascends in the order of submission.
    pub(crate) id: u64,
    pub(crate) cost: u32,
    pub(crate) priority: Priority,
    /// The index of its caller.
    pub(super) key: usize,
    /// The number of the batch that it runs in.
    pub(super) batch: Option<u64>,
    pub(crate) deadline: Option<Time>,
    pub(crate) submitted: Time,
    pub(crate) value: T,
}

/// What the entries of one request have in common.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) caller: Option<Caller>,
    /// The caller's share in relation to others; at least 1.
    pub(crate) weight: u32,
    pub(crate) priority: Priority,
    pub(crate) deadline: Option<Time>,
}

/// Accepted entries of one request, to cancel them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    pub(super) first: u64,
    pub(super) count: u64,
    pub(super) key: usize,
    pub(super) priority: Priority,
}

impl<T> Entry<T> {
    /// Returns the entry with another value.
    pub(crate) fn with<U>(&self, value: U) -> Entry<U> {
        let Self {
            id,
            cost,
            priority,
            key,
            batch,
            deadline,
            submitted,
            ..
        } = *self;
        Entry {
            id,
            cost,
            priority,
            key,
            batch,
            deadline,
            submitted,
            value,
        }
    }

    /// Returns the value, and the entry without it.
    pub(crate) fn take(self) -> (T, Entry<()>) {
        let rest = self.with(());
        (self.value, rest)
    }
}
