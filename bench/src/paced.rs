//! `paced`: thousands of open streams, one token each 100 ms; measures the memory of each stream and the CPU time of each token.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::peers::beside;
use crate::record::Measured;
use crate::server::Server;

/// The token rate of each stream, per second.
const A_SECOND: f64 = 10.0;

/// Runs the client, a separate program, against a fresh server.
pub fn measure(server: &Server, streams: u32, seconds: u32) -> Result<Measured, String> {
    let idle = server.resident_bytes();
    let mut client = Command::new(beside("paced_client"))
        .args(["--port", &server.port.to_string()])
        .args(["--streams", &streams.to_string()])
        .args(["--seconds", &seconds.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("paced_client: {error}"))?;
    let mut lines = BufReader::new(client.stdout.take().expect("it is piped")).lines();
    let mut line = || match lines.next() {
        Some(Ok(line)) => Ok(line),
        _ => Err("the client of the streams ended".to_owned()),
    };
    let begin = line()?;
    if begin != "BEGIN" {
        return Err(begin);
    }
    let before = server.cpu();
    let result = line()?;
    let cpu_seconds = server.cpu().since(&before);
    let resident = server.resident_bytes();
    // The client keeps its streams open until here.
    drop(client.stdin.take());
    let _ = client.wait();
    let result: Value = serde_json::from_str(&result).map_err(|_| result)?;
    let figure = |name: &str| result[name].as_f64().expect(name);
    let tokens = figure("tokens");
    let due = f64::from(streams) * A_SECOND * f64::from(seconds);
    Ok(Measured {
        units: tokens,
        cpu_seconds: Some(cpu_seconds),
        wall_seconds: Some(f64::from(seconds)),
        p50_ms: Some(figure("p50_ms")),
        p99_ms: Some(figure("p99_ms")),
        rss_mb: Some(resident / 1e6),
        more: BTreeMap::from([
            (
                "kib_per_stream".to_owned(),
                (resident - idle) / f64::from(streams) / 1024.0,
            ),
            ("delivered_percent".to_owned(), tokens / due * 100.0),
            (
                "own_lateness_p99_ms".to_owned(),
                figure("own_lateness_p99_ms"),
            ),
        ]),
        ..Measured::default()
    })
}
