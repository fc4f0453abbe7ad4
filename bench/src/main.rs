//! Runs the servers in turn under the same load and prints CPU time per unit of work as ratios.
//!
//! `cargo run --release --manifest-path bench/Cargo.toml -- --rounds 5`

mod load;
mod paced;
mod server;
mod table;

use std::process::ExitCode;

use avocet_bench::{TOKENS, option, value_of};
use load::Load;
use server::Server;
use table::Table;

/// A workload, its unit, and the servers that do it, the first one being what the others are compared with.
struct Workload {
    name: &'static str,
    unit: &'static str,
    servers: [&'static str; 3],
}

const EMBEDDERS: [&str; 3] = ["raw", "axum_garde", "avocet"];
const STREAMERS: [&str; 3] = ["stream_axum", "stream_raw", "stream_avocet"];
const PACED: [&str; 3] = ["stream_raw", "stream_axum", "stream_avocet"];

const fn workload(name: &'static str, unit: &'static str, servers: [&'static str; 3]) -> Workload {
    Workload {
        name,
        unit,
        servers,
    }
}

const WORKLOADS: [Workload; 6] = [
    workload("vector", "request", EMBEDDERS),
    workload("invalid", "request", EMBEDDERS),
    workload("together", "token", STREAMERS),
    workload("alone", "token", STREAMERS),
    workload("paced_1000", "token", PACED),
    workload("paced_10000", "token", PACED),
];

fn main() -> ExitCode {
    let rounds = option("--rounds", 5);
    let seconds = option("--seconds", 5);
    let only = value_of("--only");
    if let Err(reason) = load::ready() {
        eprintln!("{reason}");
        return ExitCode::FAILURE;
    }
    let chosen = WORKLOADS.iter().filter(|workload| {
        let only = only.as_deref().unwrap_or_default();
        workload.name.starts_with(only)
    });
    let mut results = Table::default();
    for workload in chosen {
        run(workload, rounds, seconds, &mut results);
    }
    results.print();
    ExitCode::SUCCESS
}

fn run(workload: &Workload, rounds: u32, seconds: u32, results: &mut Table) {
    for name in workload.servers {
        let server = Server::start(name);
        match workload.name {
            "vector" | "invalid" => load::check_equal(&server),
            _ => load::check_stream(&server),
        }
    }
    for round in 1..=rounds {
        for server in workload.servers {
            let progress = format!("{} round {round}/{rounds} {server}", workload.name);
            let server = Server::start(server);
            let micros = match workload.name {
                "vector" => requests(&server, &Load::vector(), seconds, 1),
                "invalid" => requests(&server, &Load::invalid(), seconds, 1),
                "together" | "alone" => {
                    requests(&server, &Load::stream(workload.name), seconds, TOKENS)
                }
                paced => {
                    let streams = paced["paced_".len()..].parse().expect("a number");
                    let run = paced::run(&server, streams, seconds);
                    eprintln!("{progress}: {run}");
                    results.add(
                        workload,
                        "bytes per stream",
                        server.name,
                        run.bytes_per_stream,
                    );
                    results.add(workload, "gap p99 in ms", server.name, run.p99_ms);
                    run.micros_per_token
                }
            };
            eprintln!("{progress}: {micros:.2} CPU µs per {}", workload.unit);
            results.add(workload, "CPU µs", server.name, micros);
        }
    }
}

/// CPU time of one unit, of which an answer holds so many.
fn requests(server: &Server, load: &Load, seconds: u32, units: u32) -> f64 {
    load::run(server, load, 1);
    let before = server.cpu_seconds();
    let answers = load::run(server, load, seconds);
    (server.cpu_seconds() - before) * 1e6 / (answers * f64::from(units))
}
