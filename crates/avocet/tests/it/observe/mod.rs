//! Logs, metrics and health for operators.

mod access_log;
pub(crate) mod capture;
#[cfg(feature = "websocket")]
mod conversations;
mod detached;
mod health;
mod ids;
mod metrics;
mod mounts;
mod secrets;
mod serving;
mod spans;
mod unread;
mod websockets;
