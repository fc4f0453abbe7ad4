//! Clients that disconnect, at random, in every phase of a request: the server must release everything.
//!
//! The visits run alone in a separate process, where file descriptors, temporary files and tasks can be counted. `AVOCET_DEPARTURES` sets
//! their number, and `AVOCET_DEPARTURES_SEED` selects them.

mod board;
mod client;
mod leftovers;
mod routes;
mod visits;

use std::process::Command;
use std::time::Duration;

use crate::served::Target;

/// Only a defect waits this long.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn nothing_stays_of_clients_that_leave() {
    departures(Target::App);
}

#[test]
fn nothing_stays_of_clients_that_leave_behind_a_layer() {
    departures(Target::Layered);
}

#[test]
fn nothing_stays_of_clients_that_leave_a_router_of_axum() {
    departures(Target::Axum);
}

fn departures(target: Target) {
    let name = format!("avocet-departures-{target:?}-{}", std::process::id());
    let temporary = std::env::temp_dir().join(name);
    std::fs::create_dir(&temporary).expect("a folder");
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "departures::alone", "--ignored", "--nocapture"])
        .env("TMPDIR", &temporary)
        .env(TARGET, format!("{target:?}"))
        .output()
        .expect("it starts");
    std::fs::remove_dir(&temporary).expect("no temporary file is left");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

/// The variable that selects the target of the process.
const TARGET: &str = "AVOCET_DEPARTURES_TARGET";

#[test]
#[ignore = "counts what the whole process holds: the tests above run it alone"]
fn alone() {
    let number = |name, otherwise| {
        let text = std::env::var(name).unwrap_or_default();
        text.parse().unwrap_or(otherwise)
    };
    let named = std::env::var(TARGET).unwrap_or_default();
    let others = [Target::Layered, Target::Axum];
    let other = others
        .into_iter()
        .find(|target| format!("{target:?}") == named);
    let count: u64 = number("AVOCET_DEPARTURES", 200);
    // A short run against the others.
    let count = if other.is_some() {
        count.div_ceil(2)
    } else {
        count
    };
    let seed = number("AVOCET_DEPARTURES_SEED", 1);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let visits = visits::run(other.unwrap_or(Target::App), count, seed);
    runtime.expect("threads").block_on(visits);
}
