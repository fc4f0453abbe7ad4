//! The scheduler in virtual time: seeded runs with replicas that are slow, die and hang, swaps, and callers that leave.
//!
//! `AVOCET_INFERENCE_RUNS` sets the number of runs, `AVOCET_INFERENCE_SEED` the only seed to run.

mod estimates;
mod ledger;
mod plan;
mod priorities;
mod random;
mod shares;
mod world;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use world::World;

fn number(variable: &str) -> Option<u64> {
    let value = std::env::var(variable).ok()?;
    Some(value.parse().expect("a number"))
}

#[test]
fn runs() {
    let seeds = match number("AVOCET_INFERENCE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("AVOCET_INFERENCE_RUNS").unwrap_or(300),
    };
    let count = seeds.end - seeds.start;
    let mut ends: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in seeds {
        let run = || {
            let mut world = World::new(seed);
            world.run();
            world.ledger.ends
        };
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(run) => run
                .into_iter()
                .for_each(|(how, count)| *ends.entry(how).or_default() += count),
            Err(panic) => {
                eprintln!("AVOCET_INFERENCE_SEED={seed} repeats this run");
                resume_unwind(panic);
            }
        }
    }
    eprintln!("{ends:?}");
    // Each end occurs, or the runs would prove little.
    if count >= 300 {
        for how in [
            "completed",
            "cancelled",
            "expired",
            "failed",
            "refused",
            "rejected",
        ] {
            assert!(ends.contains_key(how), "nothing was {how}");
        }
    }
}
