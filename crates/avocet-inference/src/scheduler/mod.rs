//! The scheduler: which work runs next, and which is rejected.
//!
//! It is a state machine without threads, clocks or sleeps. Its caller gives it events with the time, and carries out what it returns. The
//! threads around it are in [`pool`](crate::pool).

mod batch_cost;
mod batch_wait;
mod config;
mod entry;
mod fair_queue;
mod keys;
mod machine;
mod running;
mod service_time;
#[cfg(test)]
mod simulation;
mod time;

pub(crate) use config::Config;
pub(crate) use entry::{Entry, Request, Ticket};
pub(crate) use machine::{Next, Room, Scheduler};
pub(crate) use time::Time;
