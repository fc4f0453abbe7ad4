//! A server under test: a separate process on its own port.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::peers::Peer;
use crate::processes::{Cpu, resident_bytes, tree};

const TO_START: Duration = Duration::from_secs(60);
const TO_SETTLE: Duration = Duration::from_secs(3);
const TO_STOP: Duration = Duration::from_secs(10);

pub struct Server {
    pub peer: &'static Peer,
    pub port: u16,
    /// The time from the start to the first good response.
    pub first_response: Duration,
    process: Child,
}

impl Server {
    /// Starts the server and waits until it responds and is idle.
    pub fn start(peer: &'static Peer) -> Result<Self, String> {
        Self::start_with(peer, &[])
    }

    /// The same with additional arguments.
    pub fn start_with(peer: &'static Peer, arguments: &[&str]) -> Result<Self, String> {
        let told = |error: std::io::Error| format!("{} does not start: {error}", peer.name);
        let port = free_port();
        let mut output = tempfile::tempfile().map_err(told)?;
        let begun = Instant::now();
        let process = peer
            .command(port)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(output.try_clone().map_err(told)?)
            .stderr(output.try_clone().map_err(told)?)
            .spawn()
            .map_err(told)?;
        let mut server = Self {
            peer,
            port,
            first_response: Duration::ZERO,
            process,
        };
        server.responses(&mut output)?;
        server.first_response = begun.elapsed();
        server.settles();
        Ok(server)
    }

    fn responses(&mut self, output: &mut File) -> Result<(), String> {
        let begun = Instant::now();
        while begun.elapsed() < TO_START {
            if ureq::get(self.url(self.peer.first)).call().is_ok() {
                return Ok(());
            }
            if let Ok(Some(status)) = self.process.try_wait() {
                return Err(format!(
                    "{} ended ({status}): {}",
                    self.peer.name,
                    last(output)
                ));
            }
            sleep(Duration::from_micros(500));
        }
        let seconds = TO_START.as_secs();
        Err(format!(
            "{} did not answer GET {} within {seconds} s: {}",
            self.peer.name,
            self.peer.first,
            last(output)
        ))
    }

    /// Workers may still be loading when the first worker responds.
    fn settles(&self) {
        let begun = Instant::now();
        while begun.elapsed() < TO_SETTLE {
            let before = self.cpu();
            sleep(Duration::from_millis(50));
            if self.cpu().since(&before) < 0.005 {
                return;
            }
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    pub fn cpu(&self) -> Cpu {
        Cpu::of_tree(self.process.id())
    }

    pub fn resident_bytes(&self) -> f64 {
        resident_bytes(self.process.id())
    }
}

impl Drop for Server {
    /// Terminates the server gracefully, as a supervisor would, and kills the rest after a timeout.
    fn drop(&mut self) {
        let tree = tree(self.process.id());
        let send = |pid: i32, signal| kill(Pid::from_raw(pid), signal);
        let _ = send(self.process.id() as i32, Signal::SIGTERM);
        let begun = Instant::now();
        while begun.elapsed() < TO_STOP {
            if let Ok(Some(_)) = self.process.try_wait() {
                break;
            }
            sleep(Duration::from_millis(5));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        for pid in tree.into_iter().skip(1) {
            let _ = send(pid, Signal::SIGKILL);
        }
    }
}

/// Returns the end of the server's output.
fn last(output: &mut File) -> String {
    let mut text = String::new();
    let _ = output.seek(SeekFrom::Start(0));
    let _ = output.read_to_string(&mut text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

/// Picks a port below the system's range for clients, of which there will be many.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + (std::process::id() % 1_000) as u16 * 20;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 2_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
