//! What a process and all that it has started use of the machine.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use nix::sys::time::TimeSpec;
use nix::time::{clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

/// CPU time of each process of a tree so far.
pub struct Cpu(HashMap<i32, Duration>);

impl Cpu {
    pub fn of_tree(root: u32) -> Self {
        let time = |pid: i32| Some((pid, cpu_time(pid)?));
        Self(tree(root).into_iter().filter_map(time).collect())
    }

    /// The seconds that the tree has used since then.
    pub fn since(&self, before: &Self) -> f64 {
        let used = |(pid, now): (&i32, &Duration)| {
            let then = before.0.get(pid).copied().unwrap_or_default();
            now.saturating_sub(then).as_secs_f64()
        };
        self.0.iter().map(used).sum()
    }
}

/// Resident memory of a tree in bytes; what its processes share is counted in each.
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

/// The process, its children, theirs, and so on.
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
    // The name in parentheses may hold anything; the state and the parent follow it.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

/// By the clock of the process, which counts nanoseconds where /proc counts hundredths of a second.
fn cpu_time(pid: i32) -> Option<Duration> {
    let clock = clock_getcpuclockid(Pid::from_raw(pid)).ok()?;
    clock_gettime(clock).ok().map(TimeSpec::into)
}
