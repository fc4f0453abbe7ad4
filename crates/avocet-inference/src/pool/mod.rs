//! The threads around the scheduler.

mod heartbeat;
mod phase;
#[expect(
    clippy::module_inception,
    reason = "the trait that the folder is about"
)]
mod pool;
mod replica_thread;
mod shared;
mod supervisor;
mod swap;
mod waiters;
mod work;

pub(crate) use heartbeat::Heartbeat;
pub(crate) use pool::{Pool, Shape};
pub(crate) use replica_thread::{Exit, ReplicaThread};
pub(crate) use shared::{Run, Shared};
pub(crate) use swap::Swap;
pub(crate) use work::{Outcome, Work};
