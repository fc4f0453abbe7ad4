//! The threads around the scheduler.

mod phase;
#[expect(
    clippy::module_inception,
    reason = "the trait that the folder is about"
)]
mod pool;
mod replica_thread;
mod shared;
mod supervisor;
mod work;

pub(crate) use pool::{Pool, Shape};
pub(crate) use replica_thread::Heartbeat;
pub(crate) use replica_thread::{Exit, ReplicaThread};
pub(crate) use shared::{Run, Shared};
pub(crate) use work::{Outcome, Work};
