//! What an operator sees.

mod access_log;
mod capture;
mod detached;
mod health;
mod ids;
mod metrics;
mod secrets;
mod serving;
mod spans;
mod websockets;
