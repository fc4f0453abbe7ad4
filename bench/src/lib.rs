//! Code shared by the programs of the benchmark: their options, the request bodies, the limit of open files.

pub mod bodies;
pub mod completion;

use std::num::NonZeroUsize;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

/// The number of tokens of a finite stream.
pub const TOKENS: u32 = 100;

/// How long `/block` blocks its thread, in milliseconds.
pub const BLOCK_MS: u64 = 300;

/// Returns the number after `--port`.
///
/// # Panics
///
/// If it is missing: a server is started by the benchmark, or manually with a port.
pub fn port() -> u16 {
    let port = value_of("--port").and_then(|port| port.parse().ok());
    port.expect("usage: SERVER --port PORT [--workers THREADS]")
}

/// Returns the number after `--workers`, or the number of cores.
///
/// # Panics
///
/// If it is not a number.
pub fn workers() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    option("--workers", cores as u32) as usize
}

/// Builds the runtime that `#[tokio::main]` builds, with as many threads as `--workers` says.
///
/// # Panics
///
/// If the system cannot create threads.
pub fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(workers()).enable_all();
    builder.build().expect("a runtime")
}

/// Returns the number after an option, or the default.
///
/// # Panics
///
/// If the value is not a number.
pub fn option(name: &str, otherwise: u32) -> u32 {
    value_of(name).map_or(otherwise, |value| value.parse().expect(name))
}

fn value_of(name: &str) -> Option<String> {
    std::env::args()
        .skip_while(|argument| argument != name)
        .nth(1)
}

/// Raises the limit of open files to the system's maximum: each connection needs one.
pub fn many_files() {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
}

/// Returns the tokens of a producer that has one ready at a time: a separate task, which yields to the others after each.
pub fn one_by_one() -> mpsc::Receiver<u32> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        for index in 0..TOKENS {
            if sender.send(index).await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
    });
    receiver
}
