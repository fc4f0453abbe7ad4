//! The command-line options of the harness.

use std::path::PathBuf;

use clap::Parser;

/// Measures Avocet and its peers under the same load, in turn, in one run.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo run --release --manifest-path bench/Cargo.toml --")]
pub struct Options {
    /// The number of rounds; in each, every server runs every workload.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// The seconds of each measurement.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub seconds: u32,
    /// Only this workload, or those whose names begin with it; may be repeated.
    #[arg(long, value_name = "WORKLOAD", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Only these servers; the ratios require the yardstick.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub peers: Vec<String>,
    /// Lists the workloads, the servers, and the estimated duration.
    #[arg(long)]
    pub list: bool,
    /// Writes the results to this file, after each round of a workload.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Writes the tables of the README to this file.
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Draws a chart of each workload into this folder.
    #[arg(long, value_name = "FOLDER")]
    pub charts: Option<PathBuf>,
    /// Measures nothing: prints tables and charts of an earlier run's results; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub from: Vec<PathBuf>,
}
