//! One connection: its task, the protocol it speaks, its time limits and how it ends.

pub(in crate::serve) mod activity;
pub(in crate::serve) mod client_end;
pub(in crate::serve) mod connection_config;
pub(in crate::serve) mod open_count;
pub(in crate::serve) mod progress;
pub(in crate::serve) mod protocol;
pub(in crate::serve) mod supervisor;
pub(in crate::serve) mod task;
pub(in crate::serve) mod wake_flags;
