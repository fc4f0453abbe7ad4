//! A target as an observed process: its metrics on a separate address, and the system's data about it.

use std::fs;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

use crate::process::Process;
use crate::target::Target;

pub(crate) struct Observed {
    process: Process,
    pub(crate) address: SocketAddr,
    /// The Unix socket of the operators' pages, whatever the protocol of the main address.
    operators: PathBuf,
}

/// An operator's view of the process at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Figures {
    /// In KiB.
    pub(crate) memory: u64,
    pub(crate) descriptors: u64,
    pub(crate) connections: u64,
    pub(crate) in_flight: u64,
    pub(crate) tasks: u64,
}

impl Figures {
    /// The figures that must return to their initial values.
    pub(crate) fn held(self) -> [u64; 4] {
        [
            self.descriptors,
            self.connections,
            self.in_flight,
            self.tasks,
        ]
    }
}

impl Observed {
    /// Starts it with these limits and further arguments.
    pub(crate) fn start(target: Target, limits: &[&str], arguments: &[&str]) -> Self {
        let operators = std::env::temp_dir().join(format!("avocet-echo-{}.sock", unique()));
        let path = format!("unix:{}", operators.display());
        let limits = limits.iter().flat_map(|limit| ["--limit", limit]);
        let arguments: Vec<&str> = limits.chain(arguments.iter().copied()).collect();
        let process = Process::start_on(target, &["127.0.0.1:0", &path], &arguments);
        let address = process.address.parse().expect("an address");
        Self {
            process,
            address,
            operators,
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.child.id()
    }

    pub(crate) fn figures(&self) -> Figures {
        let page = self.page("/metrics");
        Figures {
            memory: self.memory("VmRSS"),
            descriptors: self.descriptors(),
            connections: sum(&page, "http_connections_open"),
            in_flight: sum(&page, "http_requests_in_flight"),
            tasks: sum(&page, "tokio_tasks_alive"),
        }
    }

    /// Returns one of its operators' pages.
    pub(crate) fn page(&self, path: &str) -> String {
        let mut socket = UnixStream::connect(&self.operators).expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        socket.write_all(request.as_bytes()).expect("it reads");
        let mut page = String::new();
        socket.read_to_string(&mut page).expect("it answers");
        page
    }

    /// Returns a line of `/proc/*/status` in KiB: `VmRSS` is the resident memory, `VmHWM` its peak.
    pub(crate) fn memory(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id()));
        let status = status.expect("it runs");
        let line = status.lines().find_map(|line| {
            let amount = line.strip_prefix(name)?.strip_prefix(':')?;
            amount.strip_suffix("kB")?.trim().parse().ok()
        });
        line.expect("an amount")
    }

    fn descriptors(&self) -> u64 {
        let open = fs::read_dir(format!("/proc/{}/fd", self.id())).expect("it runs");
        open.count() as u64
    }

    /// Sends a signal, by its name without `SIG`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.id().to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status();
        assert!(status.expect("kill runs").success());
    }

    /// Waits until the process ends.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        self.process.child.wait().expect("a process")
    }

    /// Ends the process; fails if it had ended already or has logged anything.
    pub(crate) fn end_in_silence(self) {
        let _ = fs::remove_file(&self.operators);
        self.process.end_in_silence();
    }
}

/// Returns the sum of all series of one metric.
pub(crate) fn sum(page: &str, metric: &str) -> u64 {
    let series = page.lines().filter_map(|line| {
        let rest = line.strip_prefix(metric)?;
        let value = rest
            .rsplit_once(' ')
            .filter(|_| rest.starts_with(['{', ' ']))?
            .1;
        value.parse::<u64>().ok()
    });
    series.sum()
}

/// Returns a unique file name.
fn unique() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!(
        "{}-{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}
