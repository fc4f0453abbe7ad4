//! Runs the servers in turn under the same load and prints CPU time per request as ratios.
//!
//! `cargo run --release --manifest-path bench/Cargo.toml -- --rounds 5`

mod load;
mod server;
mod table;

use std::process::ExitCode;

use avocet_bench::option;
use server::Server;

/// The servers, the first one being what the others are compared with.
const SERVERS: [&str; 3] = ["raw", "axum_garde", "avocet"];

fn main() -> ExitCode {
    let rounds = option("--rounds", 5);
    let seconds = option("--seconds", 5);
    if let Err(reason) = load::ready() {
        eprintln!("{reason}");
        return ExitCode::FAILURE;
    }
    let body = load::vector_body();
    for name in SERVERS {
        let server = Server::start(name);
        load::check_equal(&server, &body);
    }
    let mut results = table::Table::new(&SERVERS);
    for workload in ["vector", "invalid"] {
        let body = if workload == "vector" {
            body.clone()
        } else {
            load::invalid_body()
        };
        for round in 1..=rounds {
            for name in SERVERS {
                let server = Server::start(name);
                load::run(&server, &body, 1);
                let before = server.cpu_seconds();
                let requests = load::run(&server, &body, seconds);
                let micros = (server.cpu_seconds() - before) * 1e6 / requests;
                eprintln!(
                    "{workload} round {round}/{rounds} {name}: {requests} requests, {micros:.1} CPU µs each"
                );
                results.add(workload, name, micros);
            }
        }
    }
    results.print();
    ExitCode::SUCCESS
}
