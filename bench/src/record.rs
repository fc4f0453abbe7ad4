//! The result of one server in one round of a workload, as stored in the JSON.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    pub workload: String,
    pub server: String,
    pub round: u32,
    #[serde(flatten)]
    pub measured: Measured,
}

/// The figures; a figure that a workload does not have is null.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    /// The unit of work: a request, a token, a build.
    pub unit: String,
    pub units: f64,
    /// User and system time of the whole process tree.
    pub cpu_seconds: Option<f64>,
    pub wall_seconds: Option<f64>,
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    /// Resident memory of the whole process tree, in units of 1,000,000 bytes.
    pub rss_mb: Option<f64>,
    /// Figures of this workload only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, f64>,
}

pub fn write(records: &[Record], file: &Path) -> Result<(), String> {
    let lines: Vec<String> = records
        .iter()
        .map(|record| serde_json::to_string(record).expect("plain data"))
        .collect();
    // One line for each record, and never a partial file, even if the run is interrupted.
    let part = file.with_extension("part");
    fs::write(&part, format!("[\n{}\n]\n", lines.join(",\n")))
        .and_then(|()| fs::rename(&part, file))
        .map_err(|error| format!("{}: {error}", file.display()))
}

pub fn read(file: &Path) -> Result<Vec<Record>, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| told(&error))?;
    serde_json::from_str(&text).map_err(|error| told(&error))
}
