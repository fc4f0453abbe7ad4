//! The application in process, and the program as a process.

mod axum_echo;
#[cfg(target_os = "linux")]
mod client;
#[cfg(target_os = "linux")]
mod floods;
#[cfg(target_os = "linux")]
mod memory;
mod mutations;
#[cfg(target_os = "linux")]
mod observed;
mod process;
mod program;
#[cfg(unix)]
mod restarts;
mod routes;
mod snapshots;
#[cfg(target_os = "linux")]
mod soak;
#[cfg(target_os = "linux")]
mod stops;
mod target;
mod vectors;
