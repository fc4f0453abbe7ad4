//! Counts the instructions of Avocet's hot paths and compares them with the committed baseline.
//!
//! `cargo run --release --manifest-path bench/instructions/Cargo.toml -- [--renew]`
//!
//! The program starts itself under callgrind once for each path. Unlike time, instruction counts are reproducible: the same program on the
//! same processor gives the same number, whatever the load of the machine.

use std::process::ExitCode;

mod baseline;
mod callgrind;
mod paths;

use baseline::{Baseline, Setting, change};
use paths::{PATHS, Path};

/// The relative deviation from the baseline that is allowed.
const TOLERANCE: f64 = 0.03;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        [] => compare(),
        ["--renew"] => renew(),
        ["--run", path] => run(path, |path| Some(path.prepare)),
        ["--yardstick", path] => run(path, |path| path.yardstick),
        _ => Err("usage: avocet-instructions [--renew | --run PATH | --yardstick PATH]".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Runs one path: under callgrind, or manually for a profiler.
fn run(name: &str, choose: impl Fn(&Path) -> Option<paths::Prepare>) -> Result<(), String> {
    let path = PATHS.iter().find(|path| path.name == name);
    let prepare = path.and_then(choose);
    callgrind::run(prepare
        .ok_or_else(|| format!("there is no such path: {name}"))?(
    ));
    Ok(())
}

fn renew() -> Result<(), String> {
    let setting = Setting::of_this_machine()?;
    let measured = measure(None)?;
    Baseline::new(setting, measured).write()
}

fn compare() -> Result<(), String> {
    let baseline = Baseline::read()?;
    let setting = Setting::of_this_machine()?;
    let differences = baseline.setting.differences(&setting);
    if !differences.is_empty() {
        measure(None)?;
        println!("\nNOT COMPARED, because the baseline was not taken with what is here:");
        for difference in differences {
            println!("  {difference}");
        }
        return Ok(());
    }
    let verdict = baseline.verdict(&measure(Some(&baseline))?, TOLERANCE);
    for better in verdict.better {
        println!("{better}: renew the baseline with --renew, so that it stays so");
    }
    if verdict.worse.is_empty() {
        return Ok(());
    }
    let mut message = verdict.worse.join("\n");
    if !baseline.setting.has_lock_of(&setting) {
        message += "\nThe lock file is not the baseline's either: a dependency may be the reason.";
    }
    Err(message)
}

/// Counts every path and its yardstick, and prints each result immediately.
fn measure(baseline: Option<&Baseline>) -> Result<Vec<(String, u64)>, String> {
    println!(
        "{:<42} {:>12} {:>12} {:>8} {:>12} {:>6}",
        "path", "instructions", "baseline", "change", "yardstick", "ratio"
    );
    let mut measured = Vec::new();
    for path in PATHS {
        let count = callgrind::count("--run", path.name)?;
        let yardstick = match path.yardstick {
            Some(_) => Some(callgrind::count("--yardstick", path.name)?),
            None => None,
        };
        let old = baseline.and_then(|baseline| baseline.instructions(path.name));
        let text = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        println!(
            "{:<42} {count:>12} {:>12} {:>8} {:>12} {:>6}",
            path.name,
            text(old.map(|old| old.to_string())),
            text(old.map(|old| change(old, count))),
            text(yardstick.map(|yardstick| yardstick.to_string())),
            text(yardstick.map(|yardstick| format!("{:.2}", count as f64 / yardstick as f64))),
        );
        measured.push((path.name.to_owned(), count));
    }
    Ok(measured)
}
