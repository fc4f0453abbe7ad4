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

/// Only a defect waits this long.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn nothing_stays_of_clients_that_leave() {
    let temporary = std::env::temp_dir().join(format!("avocet-departures-{}", std::process::id()));
    std::fs::create_dir(&temporary).expect("a folder");
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "departures::alone", "--ignored", "--nocapture"])
        .env("TMPDIR", &temporary)
        .output()
        .expect("it starts");
    std::fs::remove_dir(&temporary).expect("no temporary file is left");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "counts what the whole process holds: the test above runs it alone"]
fn alone() {
    let number = |name, otherwise| {
        let text = std::env::var(name).unwrap_or_default();
        text.parse().unwrap_or(otherwise)
    };
    let count = number("AVOCET_DEPARTURES", 200);
    let seed = number("AVOCET_DEPARTURES_SEED", 1);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.expect("threads").block_on(visits::run(count, seed));
}
