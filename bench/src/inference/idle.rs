//! `idle`: what the queue, the thread and the wake-ups add to one call of a model that is idle.

use std::num::NonZeroUsize;
use std::process::{Child, Command};

use crate::figures::Figure;
use crate::peers::beside;
use crate::record::Measured;

pub const MEDIAN: Figure = Figure::More("median_us", "median µs");
pub const P99: Figure = Figure::More("p99_us", "p99 µs");

pub fn contestants() -> Vec<&'static str> {
    vec![
        "direct",
        "thread",
        "workers",
        "thread_awake",
        "workers_awake",
    ]
}

/// Keeps the cores from sleeping: a virtual machine takes up to a tenth of a millisecond to wake one.
struct Awake(Vec<Child>);

impl Awake {
    fn begin() -> Result<Self, String> {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let mut awake = Self(Vec::new());
        for _ in 0..cores {
            let loops = Command::new("nice")
                .args(["-n", "19", "sh", "-c", "while :; do :; done"])
                .spawn();
            awake
                .0
                .push(loops.map_err(|error| format!("nice: {error}"))?);
        }
        Ok(awake)
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Runs the separate program `idle_latency`.
pub fn measure(name: &str, seconds: u32) -> Result<Measured, String> {
    let way = name.trim_end_matches("_awake");
    let _awake = (way != name).then(Awake::begin).transpose()?;
    let output = Command::new(beside("idle_latency"))
        .args([way, "--seconds", &seconds.to_string()])
        .output()
        .map_err(|error| format!("idle_latency: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let more: std::collections::BTreeMap<String, f64> = serde_json::from_str(&text)
        .map_err(|_| format!("{text}{}", String::from_utf8_lossy(&output.stderr)))?;
    Ok(Measured {
        units: more.get("calls").copied().unwrap_or_default(),
        more,
        ..Measured::default()
    })
}
