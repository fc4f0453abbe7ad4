//! The command-line options of the harness.

use std::path::PathBuf;

use clap::Parser;

/// Measures Avocet beside its peers: the same work, in turn, in one run.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo run --release --manifest-path bench/Cargo.toml --")]
pub struct Options {
    /// How often every server does every workload.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// How long a server is measured each time.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub seconds: u32,
    /// Only this workload, or those that begin so; may be repeated.
    #[arg(long, value_name = "WORKLOAD", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Only these servers; ratios need the yardstick among them.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub peers: Vec<String>,
    /// Lists workloads and servers, and how long such a run would take.
    #[arg(long)]
    pub list: bool,
    /// Writes what was measured there, anew after each round of a workload.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Writes the tables there, as they stand in the README.
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Draws a chart of each workload there.
    #[arg(long, value_name = "FOLDER")]
    pub charts: Option<PathBuf>,
    /// Measures nothing: tables and charts of what an earlier run wrote; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub from: Vec<PathBuf>,
}
