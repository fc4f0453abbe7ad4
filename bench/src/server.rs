//! A server under test: a process of its own on a port of its own.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

static NEXT_PORT: AtomicU16 = AtomicU16::new(18_400);

pub struct Server {
    pub name: &'static str,
    pub port: u16,
    process: Child,
}

impl Server {
    /// Starts the program of this name, which lies beside this one, and waits until it listens.
    pub fn start(name: &'static str) -> Self {
        let port = NEXT_PORT.fetch_add(1, Ordering::Relaxed);
        let program = std::env::current_exe()
            .expect("a program")
            .with_file_name(name);
        let process = Command::new(&program)
            .args(["--port", &port.to_string()])
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{}: {error}; build all of the package", program.display())
            });
        let server = Self {
            name,
            port,
            process,
        };
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{name} does not listen");
    }

    /// User and system time of the process so far.
    pub fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))
            .expect("Linux' /proc");
        // The name in parentheses may hold spaces; user and system time are fields 14 and 15, counted from 1.
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .expect("a name")
            .split_whitespace()
            .collect();
        let ticks: f64 = fields[11..13]
            .iter()
            .map(|field| field.parse::<f64>().expect("ticks"))
            .sum();
        ticks / 100.0
    }
}

impl Server {
    /// The memory of the process that is in use, in bytes.
    pub fn resident_bytes(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.expect("Linux' /proc");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line.expect("it runs").trim().trim_end_matches(" kB");
        kibibytes.parse::<f64>().expect("a number") * 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
