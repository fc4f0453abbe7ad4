//! Runs the servers in turn under the same load and compares their resource usage.
//!
//! `cargo run --release --manifest-path bench/Cargo.toml -- --rounds 5`

mod blocking;
mod build;
mod chart;
mod contest;
mod curve;
mod figures;
mod goals;
mod inference;
mod machine;
mod options;
mod paced;
mod peers;
mod probes;
mod processes;
mod progress;
mod record;
mod server;
mod start;
mod table;
mod workload;
mod wrk;

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, ExitCode};

use clap::Parser;

use contest::Contest;
use options::Options;
use progress::{Progress, span};
use record::Record;

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the benchmark, and returns whether every selected server took part.
fn run(options: &Options) -> Result<bool, String> {
    if !options.from.is_empty() {
        let mut records = Vec::new();
        for file in &options.from {
            records.extend(record::read(file)?);
        }
        report(options, "", &records)?;
        return Ok(true);
    }
    let mut contest = Contest::chosen(options)?;
    if options.list {
        list(options, &contest);
        return Ok(true);
    }
    wrk::ready()?;
    avocet_bench::many_files();
    if contest.needs_servers() {
        build(&contest.programs())?;
    }
    let description = machine::description();
    eprintln!("{description}");
    contest.admit();
    for absent in &contest.absent {
        eprintln!("{absent}");
    }
    let (records, failures) = measure(options, &mut contest)?;
    report(options, &description, &records)?;
    for absent in contest.absent.iter().chain(&failures) {
        eprintln!("{absent}");
    }
    Ok(!contest.failed && failures.is_empty())
}

/// Builds the servers and the clients, so that they match their sources.
fn build(programs: &BTreeSet<&str>) -> Result<(), String> {
    if cfg!(debug_assertions) {
        eprintln!("This is a debug build: its figures say nothing. Add --release.");
    }
    // In turn, so that the features of one package do not change the other.
    for package in ["avocet-bench", peers::INFERENCE] {
        let of_it = |program: &&&str| peers::package_of(program) == package;
        let programs: Vec<_> = programs.iter().filter(of_it).collect();
        if !programs.is_empty() {
            build_package(package, &programs)?;
        }
    }
    Ok(())
}

fn build_package(package: &str, programs: &[&&str]) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--locked", "--package", package]);
    for program in programs {
        command.args(["--bin", program]);
    }
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let status = command.current_dir(peers::folder()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the servers were not built: {status}")),
        Err(error) => Err(format!("cargo: {error}")),
    }
}

/// Measures round by round, in each every workload, in each every server; returns the records and the failures.
fn measure(options: &Options, contest: &mut Contest) -> Result<(Vec<Record>, Vec<String>), String> {
    let estimate = contest.estimate(options);
    eprintln!("about {} (minutes and seconds)", span(estimate));
    let mut progress = Progress::new(estimate);
    let (mut records, mut failures) = (Vec::new(), Vec::new());
    for round in 1..=options.rounds {
        for entry in &mut contest.entries {
            let workload = entry.workload;
            let mut failed = Vec::new();
            for server in &entry.contestants {
                let what = format!("{} {round}/{} {server}", workload.name, options.rounds);
                let outcome = workload.measure(server, options.seconds);
                let told = match outcome {
                    Ok(measured) => {
                        let record = Record {
                            workload: workload.name.to_owned(),
                            server: (*server).to_owned(),
                            round,
                            measured,
                        };
                        let told = table::figures(workload, &record);
                        records.push(record);
                        told
                    }
                    Err(why) => {
                        failures.push(format!("{what}: {why}"));
                        failed.push(*server);
                        format!("FAILED: {why}")
                    }
                };
                progress.step(
                    workload.estimate(server, options.seconds),
                    &format!("{what}: {told}"),
                );
            }
            entry.contestants.retain(|server| !failed.contains(server));
            if let Some(file) = &options.json {
                record::write(&records, file)?;
            }
        }
    }
    Ok((records, failures))
}

fn report(options: &Options, description: &str, records: &[Record]) -> Result<(), String> {
    let text = format!(
        "{description}\n{}### Goals\n\n{}",
        table::tables(records),
        goals::table(records)
    );
    println!("{text}");
    if let Some(file) = &options.markdown {
        fs::write(file, &text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    if let Some(folder) = &options.charts {
        chart::draw(records, folder)?;
        curve::draw(records, folder)?;
    }
    Ok(())
}

fn list(options: &Options, contest: &Contest) {
    println!("Workloads");
    for entry in &contest.entries {
        println!("  {:12} {}", entry.workload.name, entry.workload.what);
    }
    println!("\nServers");
    for peer in peers::PEERS {
        let prepared = match peer.prepared() {
            Ok(()) => String::new(),
            Err(how) => format!(" (not prepared: {how})"),
        };
        println!("  {:12} {}{prepared}", peer.name, peer.what);
    }
    println!("\nNot in all of them");
    for absent in &contest.absent {
        println!("  {absent}");
    }
    let time = span(contest.estimate(options));
    println!("\nAbout {time} (minutes and seconds), if all the others take part.");
}
