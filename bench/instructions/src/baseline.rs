//! The committed counts, and the environment in which they were taken.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde::{Deserialize, Serialize};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/baseline.json");

#[derive(Serialize, Deserialize)]
pub struct Baseline {
    pub setting: Setting,
    instructions: BTreeMap<String, u64>,
}

/// The environment that affects the instruction counts of the same source.
#[derive(Clone, Serialize, Deserialize)]
pub struct Setting {
    rustc: String,
    target: String,
    /// The processor features by which the C library and others select their code.
    processor: String,
    libc: String,
    valgrind: String,
    /// The lock file, as git names it (`git cat-file -p`).
    lock: String,
}

impl Setting {
    pub fn of_this_machine() -> Result<Self, String> {
        let version = said(&["rustc", "-vV"])?;
        let field = |name: &str| {
            let line = version.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_default().to_owned()
        };
        Ok(Self {
            rustc: version.lines().next().unwrap_or_default().to_owned(),
            target: field("host: "),
            processor: processor(),
            libc: said(&["getconf", "GNU_LIBC_VERSION"])?,
            valgrind: said(&["valgrind", "--version"])?,
            lock: said(&[
                "git",
                "hash-object",
                concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"),
            ])?,
        })
    }

    /// Returns why counts taken with `other` cannot be compared with these. A changed lock file is not a reason: a dependency that has
    /// become slower must be visible.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let pairs = [
            ("rustc", &self.rustc, &other.rustc),
            ("target", &self.target, &other.target),
            ("processor", &self.processor, &other.processor),
            ("libc", &self.libc, &other.libc),
            ("valgrind", &self.valgrind, &other.valgrind),
        ];
        let different = pairs.iter().filter(|(_, old, new)| old != new);
        different
            .map(|(name, old, new)| format!("{name}: {old} there, {new} here"))
            .collect()
    }

    pub fn has_lock_of(&self, other: &Self) -> bool {
        self.lock == other.lock
    }
}

fn said(command: &[&str]) -> Result<String, String> {
    let output = Command::new(command[0]).args(&command[1..]).output();
    let output = output.map_err(|error| format!("{}: {error}", command[0]))?;
    if !output.status.success() {
        return Err(format!("{}: {}", command.join(" "), output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn processor() -> String {
    let of_interest = ["avx2", "bmi2", "erms", "fsrm"];
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let flags = information.lines().find(|line| line.starts_with("flags"));
    let flags: Vec<&str> = flags.unwrap_or_default().split_whitespace().collect();
    let known = of_interest.into_iter().filter(|flag| flags.contains(flag));
    known.collect::<Vec<_>>().join(" ")
}

/// The deviations from the baseline, as sentences.
#[derive(Default, Debug)]
pub struct Verdict {
    pub worse: Vec<String>,
    pub better: Vec<String>,
}

impl Baseline {
    pub fn new(setting: Setting, measured: Vec<(String, u64)>) -> Self {
        Self {
            setting,
            instructions: measured.into_iter().collect(),
        }
    }

    pub fn read() -> Result<Self, String> {
        let text = fs::read_to_string(FILE).map_err(|error| format!("{FILE}: {error}"))?;
        serde_json::from_str(&text).map_err(|error| format!("{FILE}: {error}"))
    }

    pub fn write(&self) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        fs::write(FILE, text + "\n").map_err(|error| format!("{FILE}: {error}"))
    }

    pub fn instructions(&self, name: &str) -> Option<u64> {
        self.instructions.get(name).copied()
    }

    pub fn verdict(&self, measured: &[(String, u64)], tolerance: f64) -> Verdict {
        let mut verdict = Verdict::default();
        for (name, new) in measured {
            let Some(old) = self.instructions(name) else {
                verdict.worse.push(format!("{name} is not in the baseline"));
                continue;
            };
            let sentence = || {
                let change = change(old, *new);
                format!("{name}: {old} instructions in the baseline, {new} now ({change})")
            };
            if *new as f64 > old as f64 * (1.0 + tolerance) {
                verdict.worse.push(sentence());
            } else if (*new as f64) < old as f64 * (1.0 - tolerance) {
                verdict.better.push(sentence());
            }
        }
        let gone = self.instructions.keys().filter(|name| {
            let mut names = measured.iter().map(|(name, _)| name);
            !names.any(|measured| measured == *name)
        });
        let gone = gone.map(|name| format!("{name} is in the baseline and not measured any more"));
        verdict.worse.extend(gone);
        verdict
    }
}

/// Formats the change from `old` to `new` in readable form.
pub fn change(old: u64, new: u64) -> String {
    format!("{:+.1} %", (new as f64 / old as f64 - 1.0) * 100.0)
}

#[cfg(test)]
mod tests {
    use super::{Baseline, Setting};

    fn setting() -> Setting {
        let text = || "as it was".to_owned();
        Setting {
            rustc: text(),
            target: text(),
            processor: text(),
            libc: text(),
            valgrind: text(),
            lock: text(),
        }
    }

    fn counts(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
        let owned = counts
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count));
        owned.collect()
    }

    #[test]
    fn what_is_off_by_more_than_the_tolerance_is_named_with_both_counts() {
        let old = counts(&[
            ("same", 1000),
            ("worse", 1000),
            ("better", 1000),
            ("gone", 1),
        ]);
        let new = counts(&[("same", 1030), ("worse", 1031), ("better", 969), ("new", 1)]);
        let verdict = Baseline::new(setting(), old).verdict(&new, 0.03);
        let worse = [
            "worse: 1000 instructions in the baseline, 1031 now (+3.1 %)",
            "new is not in the baseline",
            "gone is in the baseline and not measured any more",
        ];
        assert_eq!(verdict.worse, worse);
        let better = ["better: 1000 instructions in the baseline, 969 now (-3.1 %)"];
        assert_eq!(verdict.better, better);
    }

    #[test]
    fn another_compiler_is_told_and_another_lock_file_is_no_excuse() {
        let (old, mut new) = (setting(), setting());
        new.lock = "another".to_owned();
        assert!(old.differences(&new).is_empty());
        assert!(!old.has_lock_of(&new));
        new.rustc = "rustc 2".to_owned();
        assert_eq!(
            old.differences(&new),
            ["rustc: as it was there, rustc 2 here"]
        );
    }
}
