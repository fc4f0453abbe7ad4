//! The resource usage of a process and all its descendants.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use nix::sys::time::TimeSpec;
use nix::time::{clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

/// The CPU time so far of each process of a tree.
pub struct Cpu(HashMap<i32, Duration>);

impl Cpu {
    pub fn of_tree(root: u32) -> Self {
        let time = |pid: i32| Some((pid, cpu_time(pid)?));
        Self(tree(root).into_iter().filter_map(time).collect())
    }

    /// Returns the CPU seconds of the tree since `before`.
    pub fn since(&self, before: &Self) -> f64 {
        let used = |(pid, now): (&i32, &Duration)| {
            let then = before.0.get(pid).copied().unwrap_or_default();
            now.saturating_sub(then).as_secs_f64()
        };
        self.0.iter().map(used).sum()
    }
}

/// Returns the resident memory of a tree in bytes; shared memory is counted in each process.
pub fn resident_bytes(root: u32) -> f64 {
    let resident = |pid: i32| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse::<f64>().ok()
    };
    tree(root).into_iter().filter_map(resident).sum::<f64>() * 1024.0
}

/// Returns the process and all its descendants.
pub fn tree(root: u32) -> Vec<i32> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    let entries = fs::read_dir("/proc").expect("Linux' /proc");
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    for pid in names.filter_map(|name| name.parse::<i32>().ok()) {
        if let Some(parent) = parent(pid) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut tree = vec![root as i32];
    let mut next = 0;
    while next < tree.len() {
        tree.extend(children.get(&tree[next]).into_iter().flatten());
        next += 1;
    }
    tree
}

fn parent(pid: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may contain anything; the state and the parent follow it.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

/// Reads the process's CPU clock, which counts nanoseconds; /proc counts hundredths of a second.
fn cpu_time(pid: i32) -> Option<Duration> {
    let clock = clock_getcpuclockid(Pid::from_raw(pid)).ok()?;
    clock_gettime(clock).ok().map(TimeSpec::into)
}
