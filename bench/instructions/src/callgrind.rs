//! Runs a path under callgrind, in the parent and in the child process.

use std::hint::black_box;
use std::process::Command;

/// How often a path runs before it is counted, so that lazy initialization is complete.
const BEFORE: usize = 3;
/// How often it runs and is counted.
const COUNTED: usize = 20;
/// The minimum number of inputs that a path prepares.
pub const RUNS: usize = BEFORE + COUNTED;

/// Runs a path; under callgrind, only `counted_runs` is counted.
pub fn run(mut path: Box<dyn FnMut()>) {
    for _ in 0..BEFORE {
        path();
    }
    counted_runs(&mut *path);
}

#[inline(never)]
fn counted_runs(path: &mut dyn FnMut()) {
    for _ in 0..black_box(COUNTED) {
        path();
    }
}

/// Counts the instructions of one run of a path or of its yardstick: runs this program with `option` and the path's name.
pub fn count(option: &str, path: &str) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*counted_runs*")
        .arg(program)
        .args([option, path]);
    // The start address of the program's stack depends on its environment.
    valgrind.env_clear().env("PATH", "/usr/bin:/bin");
    let output = valgrind
        .output()
        .map_err(|error| format!("valgrind does not start: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{path} under callgrind: {}\n{said}", output.status));
    }
    let collected =
        collected(&said).ok_or_else(|| format!("callgrind counted nothing:\n{said}"))?;
    Ok(collected / COUNTED as u64)
}

/// Parses the number after `Collected :` in callgrind's final output.
fn collected(said: &str) -> Option<u64> {
    let mut lines = said.lines();
    let (_, number) = lines.find_map(|line| line.split_once("Collected :"))?;
    number.trim().parse().ok().filter(|count| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::collected;

    #[test]
    fn the_count_is_found_and_nothing_is_not_a_count() {
        let said = "==1== Events    : Ir\n==1== Collected : 4210\n==1==\n";
        assert_eq!(collected(said), Some(4210));
        assert_eq!(collected("==1== Collected : 0"), None);
        assert_eq!(collected("==1== "), None);
    }
}
