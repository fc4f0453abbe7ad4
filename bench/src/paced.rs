//! `paced`: thousands of open streams, one token each 100 ms; what each costs in memory and each token in CPU time.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::server::Server;

/// What one run with so many streams showed.
pub struct Paced {
    /// Resident memory that a stream added to the idle server's.
    pub bytes_per_stream: f64,
    pub micros_per_token: f64,
    /// Between two tokens of a stream.
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// How late the client itself was; near the gaps' spread, the figures say nothing of the server.
    pub own_lateness_ms: f64,
    /// The share of the tokens that were due.
    pub delivered: f64,
}

/// Runs the client, a program of its own, against a server that has served nobody yet.
pub fn run(server: &Server, streams: u32, seconds: u32) -> Paced {
    let idle = server.resident_bytes();
    let program = std::env::current_exe().expect("a program");
    let mut client = Command::new(program.with_file_name("paced_client"))
        .args(["--port", &server.port.to_string()])
        .args(["--streams", &streams.to_string()])
        .args(["--seconds", &seconds.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the client is built with the package");
    let mut lines = BufReader::new(client.stdout.take().expect("it is piped")).lines();
    let mut line = || lines.next().expect("it goes on").expect("text");
    assert_eq!(line(), "BEGIN");
    let before = server.cpu_seconds();
    let result: serde_json::Value = serde_json::from_str(&line()).expect("JSON");
    let cpu = server.cpu_seconds() - before;
    let resident = server.resident_bytes();
    // The client keeps its streams open until now.
    drop(client.stdin.take());
    let _ = client.wait();
    let figure = |name: &str| result[name].as_f64().expect(name);
    Paced {
        bytes_per_stream: (resident - idle) / f64::from(streams),
        micros_per_token: cpu * 1e6 / figure("tokens"),
        p50_ms: figure("p50_ms"),
        p99_ms: figure("p99_ms"),
        own_lateness_ms: figure("own_lateness_p99_ms"),
        delivered: figure("tokens") / (f64::from(streams) * 10.0 * f64::from(seconds)),
    }
}

impl fmt::Display for Paced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.1} KiB a stream, gaps p50 {:.1} ms p99 {:.1} ms, {:.1} % of the tokens in time; the client itself late by p99 {:.1} ms",
            self.bytes_per_stream / 1024.0,
            self.p50_ms,
            self.p99_ms,
            self.delivered * 100.0,
            self.own_lateness_ms
        )
    }
}
