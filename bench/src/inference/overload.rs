//! `overload` and `offered`: requests at a fixed rate, whatever the responses.

use std::collections::BTreeMap;
use std::time::Duration;

use super::batch::BODY;
use super::client::{Poster, Rate, percentile, runtime, with_status};
use super::{number_of, probe, start};
use crate::figures::Figure::{self, Memory, More, P50};
use crate::record::Measured;

const MODEL_US: u32 = 20_000;
const BATCH: u32 = 8;

/// What the model can do, per second.
const CAPACITY: f64 = BATCH as f64 * 1e6 / MODEL_US as f64;

/// A client that gives up frees its connection; a server without a bound would otherwise get tens of thousands.
const PATIENCE: Duration = Duration::from_secs(5);

pub const REJECTED: Figure = More("rejected_percent", "% rejected");

pub const GOODPUT: Figure = More("goodput_percent", "goodput, % of capacity");
pub const REJECTION: Figure = More("rejected_p99_ms", "rejections, p99 ms");
pub const SLOWER: Figure = More("over_unloaded", "p99, ratio to that");

pub const FIGURES: &[Figure] = &[
    P50,
    More("unloaded_p99_ms", "p99 ms at 0.1 of capacity"),
    SLOWER,
    GOODPUT,
    REJECTED,
    REJECTION,
    More("unanswered_percent", "% without a response in 5 s"),
    Memory,
    More("grown_mb", "MB grown under load"),
    More("own_lateness_p99_ms", "client late, p99 ms"),
];

pub fn servers() -> Vec<&'static str> {
    vec!["avocet_inference", "furnace", "litserve_models"]
}

pub fn loads() -> Vec<&'static str> {
    vec![
        "offered_20",
        "offered_40",
        "offered_60",
        "offered_80",
        "offered_90",
        "offered_100",
        "offered_110",
        "offered_130",
        "offered_150",
    ]
}

pub fn measure(name: &str, seconds: u32) -> Result<Measured, String> {
    // A queue of one batch: a request waits for the batch that runs, and then runs itself. furnace counts those that run as well.
    let queue = if name == "furnace" { 2 * BATCH } else { BATCH };
    let mut measured = offer(name, queue, Rate::Regular(5.0 * CAPACITY), seconds, true)?;
    let unloaded = offer(
        name,
        queue,
        Rate::Regular(0.1 * CAPACITY),
        seconds.min(5),
        false,
    )?;
    let more = &mut measured.more;
    if let (Some(unloaded), Some(p99)) = (unloaded.p99_ms, measured.p99_ms) {
        more.insert("unloaded_p99_ms".to_owned(), unloaded);
        more.insert("over_unloaded".to_owned(), p99 / unloaded);
    }
    Ok(measured)
}

pub fn measure_load(name: &str, seconds: u32) -> Result<Measured, String> {
    let share = f64::from(number_of(name)?) / 100.0;
    offer(
        "avocet_inference",
        32,
        Rate::Random(share * CAPACITY),
        seconds,
        false,
    )
}

fn offer(name: &str, queue: u32, rate: Rate, seconds: u32, warm: bool) -> Result<Measured, String> {
    let options = [
        ("--model-us", MODEL_US),
        ("--max-batch", BATCH),
        ("--queue", queue),
    ];
    let server = start(name, &options)?;
    probe(&server)?;
    let poster = Poster::new(&server, "/predict", BODY);
    let time = Duration::from_secs(seconds.into());
    let runtime = runtime()?;
    if warm {
        runtime.block_on(poster.at_rate(rate, Duration::from_secs(2), PATIENCE));
    }
    let (before, cpu) = (server.resident_bytes(), server.cpu());
    let (seen, lateness) = runtime.block_on(poster.at_rate(rate, time, PATIENCE));
    let cpu_seconds = server.cpu().since(&cpu);
    let after = server.resident_bytes();
    let good = with_status(&seen, 200);
    let mut rejected = with_status(&seen, 503);
    rejected.extend(with_status(&seen, 429));
    let all = seen.len() as f64;
    let percent = |count: usize| count as f64 / all * 100.0;
    let goodput = good.len() as f64 / time.as_secs_f64() / CAPACITY * 100.0;
    let mut more = BTreeMap::from([
        ("goodput_percent".to_owned(), goodput),
        ("rejected_percent".to_owned(), percent(rejected.len())),
        (
            "unanswered_percent".to_owned(),
            percent(seen.iter().filter(|seen| seen.status.is_none()).count()),
        ),
        ("grown_mb".to_owned(), (after - before) / 1e6),
    ]);
    let mut add = |name: &str, value: Option<f64>| {
        more.extend(value.map(|value| (name.to_owned(), value)));
    };
    add("rejected_p99_ms", percentile(rejected, 99));
    add("own_lateness_p99_ms", percentile(lateness, 99));
    Ok(Measured {
        units: good.len() as f64,
        cpu_seconds: Some(cpu_seconds),
        wall_seconds: Some(time.as_secs_f64()),
        p50_ms: percentile(good.clone(), 50),
        p99_ms: percentile(good, 99),
        rss_mb: Some(after / 1e6),
        more,
        ..Measured::default()
    })
}
