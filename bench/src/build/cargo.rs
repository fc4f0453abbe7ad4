//! Runs Cargo and measures it.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::record::Measured;

#[derive(Clone, Copy, Default)]
pub struct Spent {
    pub wall: Duration,
    pub cpu: Duration,
}

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.wall += other.wall;
        self.cpu += other.cpu;
    }
}

impl Spent {
    /// Converts it to the figures of `times` runs.
    pub fn measured(self, times: u32) -> Measured {
        let cpu = self.cpu.as_secs_f64();
        Measured {
            units: times.into(),
            cpu_seconds: Some(cpu),
            wall_seconds: Some(self.wall.as_secs_f64()),
            more: BTreeMap::from([("cpu_s".to_owned(), cpu / f64::from(times))]),
            ..Measured::default()
        }
    }
}

/// Runs `cargo` with these arguments in a folder, and measures the elapsed time and the CPU time of all its processes.
pub fn run(folder: &Path, arguments: &[&str], target: &Path) -> Result<Spent, String> {
    let (begun, before) = (Instant::now(), children());
    let output = Command::new("cargo")
        .args(arguments)
        .arg("--quiet")
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        // As in a developer's environment, whatever is set here.
        .env("CARGO_INCREMENTAL", "1")
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTFLAGS")
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    let spent = Spent {
        wall: begun.elapsed(),
        cpu: children().saturating_sub(before),
    };
    match output.status.success() {
        true => Ok(spent),
        false => {
            let folder = folder.display();
            let told = String::from_utf8_lossy(&output.stderr);
            Err(format!("cargo {} in {folder}: {told}", arguments.join(" ")))
        }
    }
}

/// Returns the CPU time of all child processes that have ended.
fn children() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("this process may ask of its own");
    let duration = |time: TimeVal| {
        Duration::from_secs(time.tv_sec() as u64) + Duration::from_micros(time.tv_usec() as u64)
    };
    duration(usage.user_time()) + duration(usage.system_time())
}
