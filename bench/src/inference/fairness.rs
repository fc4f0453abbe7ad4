//! `fairness`: the latency of one caller while a different one floods.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::{LocalSet, spawn_local};
use tokio::time::sleep;

use super::batch::BODY;
use super::client::{Poster, percentile, runtime, with_status};
use super::start;
use crate::figures::Figure;
use crate::record::Measured;

/// The concurrent requests of the caller that floods.
const FLOODING: usize = 200;

/// The pause of the other caller between a response and its next request.
const PAUSE: Duration = Duration::from_millis(7);

const PATIENCE: Duration = Duration::from_secs(30);

pub const FLOOD: Figure = Figure::More(
    "flood_per_second",
    "requests per second of the other caller",
);

pub fn contestants() -> Vec<&'static str> {
    vec!["alone", "flooded", "limited"]
}

pub fn measure(name: &str, seconds: u32) -> Result<Measured, String> {
    let mut options = vec![("--model-us", 4_000), ("--max-batch", 32)];
    if name == "limited" {
        options.extend([("--replicas", 2), ("--per-caller-running", 32)]);
    }
    let server = start("avocet_inference", &options)?;
    let poster = Poster::new(&server, "/predict", BODY);
    let flood = if name == "alone" { 0 } else { FLOODING };
    let time = Duration::from_secs(seconds.into());
    let (over, count) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(0_u32)));
    let runtime = runtime()?;
    let local = LocalSet::new();
    let seen = local.block_on(&runtime, async {
        for _ in 0..flood {
            let (poster, over, count) = (
                poster.clone().of("flood"),
                Rc::clone(&over),
                Rc::clone(&count),
            );
            spawn_local(async move {
                while !over.get() {
                    if poster.send(PATIENCE).await == Some(200) {
                        count.set(count.get() + 1);
                    }
                }
            });
        }
        sleep(Duration::from_millis(500)).await;
        count.set(0);
        let poster = poster.of("other");
        let (begun, mut seen) = (Instant::now(), Vec::new());
        while begun.elapsed() < time {
            sleep(PAUSE).await;
            let request = poster.clone();
            seen.push(request.send_due(Instant::now(), PATIENCE).await);
        }
        over.set(true);
        seen
    });
    let good = with_status(&seen, 200);
    if good.len() < seen.len() {
        return Err(format!(
            "{} of {} requests failed",
            seen.len() - good.len(),
            seen.len()
        ));
    }
    Ok(Measured {
        units: good.len() as f64,
        wall_seconds: Some(time.as_secs_f64()),
        p50_ms: percentile(good.clone(), 50),
        p99_ms: percentile(good, 99),
        more: BTreeMap::from([(
            "flood_per_second".to_owned(),
            f64::from(count.get()) / time.as_secs_f64(),
        )]),
        ..Measured::default()
    })
}
