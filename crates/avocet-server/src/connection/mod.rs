//! One connection: its task, the protocol it speaks, its time limits and how it ends.

pub(crate) mod activity;
pub(crate) mod client_end;
pub(crate) mod connection_config;
pub(crate) mod open_count;
pub(crate) mod progress;
pub(crate) mod protocol;
pub(crate) mod supervisor;
pub(crate) mod task;
pub(crate) mod wake_flags;
