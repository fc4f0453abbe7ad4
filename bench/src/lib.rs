//! What the programs of the benchmark share, which is nearly nothing: their options, the bodies that are sent, room for many
//! connections.

pub mod bodies;

use std::num::NonZeroUsize;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

/// How many tokens a stream has that ends.
pub const TOKENS: u32 = 100;

/// How long `/block` blocks its thread, in milliseconds.
pub const BLOCK_MS: u64 = 300;

/// The number behind `--port`.
///
/// # Panics
/// When it is missing: a server is started by the benchmark, or by hand with a port.
pub fn port() -> u16 {
    let port = value_of("--port").and_then(|port| port.parse().ok());
    port.expect("usage: SERVER --port PORT [--workers THREADS]")
}

/// The number behind `--workers`, or that of the cores.
///
/// # Panics
/// When it is no number.
pub fn workers() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    option("--workers", cores as u32) as usize
}

/// What `#[tokio::main]` makes, with as many threads as `--workers` says.
///
/// # Panics
/// When the system gives no threads.
pub fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(workers()).enable_all();
    builder.build().expect("a runtime")
}

/// The number behind an option, or another one.
///
/// # Panics
/// When what stands there is no number.
pub fn option(name: &str, otherwise: u32) -> u32 {
    value_of(name).map_or(otherwise, |value| value.parse().expect(name))
}

fn value_of(name: &str) -> Option<String> {
    std::env::args()
        .skip_while(|argument| argument != name)
        .nth(1)
}

/// Asks the system for as many open files as it gives: each connection is one.
pub fn many_files() {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
}

/// The tokens of a producer that has one ready at a time: a task of its own, which lets the others go first after each.
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
