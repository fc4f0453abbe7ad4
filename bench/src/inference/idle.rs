//! `idle`: what the queue, the thread and the wake-ups add to one call of a model that is idle.

use std::process::Command;

use crate::figures::Figure;
use crate::peers::beside;
use crate::record::Measured;

pub const MEDIAN: Figure = Figure::More("median_us", "median µs");
pub const P99: Figure = Figure::More("p99_us", "p99 µs");

pub fn contestants() -> Vec<&'static str> {
    vec!["direct", "thread", "workers"]
}

/// Runs the separate program `idle_latency`.
pub fn measure(name: &str, seconds: u32) -> Result<Measured, String> {
    let output = Command::new(beside("idle_latency"))
        .args([name, "--seconds", &seconds.to_string()])
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
