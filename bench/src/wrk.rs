//! The load: `wrk` (Debian's package), which repeats one request.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use serde::Deserialize;

use crate::record::Measured;
use crate::server::Server;

/// The request, and the number of connections.
pub struct Load {
    pub method: &'static str,
    pub path: &'static str,
    pub body: String,
    pub connections: u32,
    /// Whether the expected response is an error, so that `wrk` errors are allowed.
    pub refused: bool,
    /// The number of units in a response, if more than one: units are then counted by bytes, because responses in progress at the end are
    /// work as well.
    pub tokens: Option<u32>,
}

impl Load {
    pub fn get(path: &'static str) -> Self {
        Self {
            method: "GET",
            path,
            body: String::new(),
            connections: 32,
            refused: false,
            tokens: None,
        }
    }

    pub fn post(path: &'static str, body: String) -> Self {
        Self {
            method: "POST",
            body,
            ..Self::get(path)
        }
    }
}

/// The final output of `wrk`; times are in microseconds.
#[derive(Deserialize)]
struct Summary {
    responses: f64,
    bytes: f64,
    duration: f64,
    p50: f64,
    p99: f64,
    /// Connections that were refused or broken, and responses that timed out.
    broken: u64,
    /// Responses with a status of 400 or more.
    refused: f64,
}

/// Checks that the load generator is installed.
pub fn ready() -> Result<(), String> {
    match Command::new("wrk").arg("--version").output() {
        Ok(_) => Ok(()),
        Err(_) => Err("wrk is missing; on Debian: apt-get install wrk".to_owned()),
    }
}

/// Warms up for a second, and then measures for `seconds`.
pub fn measure(server: &Server, load: &Load, seconds: u32) -> Result<Measured, String> {
    let whole = match load.tokens {
        Some(_) => Some(response_bytes(server, load).map_err(|error| error.to_string())?),
        None => None,
    };
    run(server, load, 1)?;
    let before = server.cpu();
    let summary = run(server, load, seconds)?;
    let cpu_seconds = server.cpu().since(&before);
    let units = match (load.tokens, whole) {
        (Some(tokens), Some(whole)) => summary.bytes / whole * f64::from(tokens),
        _ => summary.responses,
    };
    if units == 0.0 {
        return Err(format!("no answer within {seconds} s"));
    }
    Ok(Measured {
        units,
        cpu_seconds: Some(cpu_seconds),
        wall_seconds: Some(summary.duration / 1e6),
        p50_ms: Some(summary.p50 / 1e3),
        p99_ms: Some(summary.p99 / 1e3),
        rss_mb: Some(server.resident_bytes() / 1e6),
        ..Measured::default()
    })
}

fn run(server: &Server, load: &Load, seconds: u32) -> Result<Summary, String> {
    let mut file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    file.write_all(script(load).as_bytes())
        .map_err(|error| error.to_string())?;
    let output = Command::new("wrk")
        .args(["-t1", "--timeout", "20s", "-s"])
        .arg(file.path())
        .args(["-c", &load.connections.to_string()])
        .args(["-d", &format!("{seconds}s")])
        .arg(server.url(load.path))
        .output()
        .map_err(|error| format!("wrk: {error}"))?;
    let summary = parsed(&String::from_utf8_lossy(&output.stdout))?;
    let wrong = if load.refused {
        summary.responses - summary.refused
    } else {
        summary.refused
    };
    if summary.broken > 0 {
        return Err(format!("wrk saw {} broken connections", summary.broken));
    }
    if wrong > 0.0 {
        return Err(format!("{wrong} answers had the wrong status"));
    }
    Ok(summary)
}

fn script(load: &Load) -> String {
    let Load { method, body, .. } = load;
    let body = match body.as_str() {
        "" => String::new(),
        body => format!(
            "wrk.headers[\"Content-Type\"] = \"application/json\"\nwrk.body = [==[{body}]==]\n"
        ),
    };
    format!(
        r#"wrk.method = "{method}"
{body}done = function(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\nSUMMARY {{"responses":%d,"bytes":%d,"duration":%d,"p50":%.3f,"p99":%.3f,"broken":%d,"refused":%d}}\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.timeout, e.status))
end
"#
    )
}

fn parsed(output: &str) -> Result<Summary, String> {
    let line = output
        .lines()
        .find_map(|line| line.strip_prefix("SUMMARY "));
    let line = line.ok_or_else(|| format!("wrk said: {output}"))?;
    serde_json::from_str(line).map_err(|error| format!("wrk said {line}: {error}"))
}

/// Returns the bytes of one whole response, head and chunks included.
fn response_bytes(server: &Server, load: &Load) -> std::io::Result<f64> {
    let mut socket = TcpStream::connect(("127.0.0.1", server.port))?;
    let Load { method, path, .. } = load;
    let Load { body, .. } = load;
    let content = match body.len() {
        0 => String::new(),
        length => format!("content-type: application/json\r\ncontent-length: {length}\r\n"),
    };
    write!(
        socket,
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{content}\r\n{body}"
    )?;
    let mut response = Vec::new();
    let mut piece = [0; 16 * 1024];
    while !response.ends_with(b"0\r\n\r\n") {
        let read = socket.read(&mut piece)?;
        if read == 0 {
            break;
        }
        response.extend_from_slice(&piece[..read]);
    }
    Ok(response.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_found_among_what_wrk_prints() {
        let output = "Running 1s test @ http://127.0.0.1:1/\n  2 requests in 1.00s\n\nSUMMARY \
            {\"responses\":2,\"bytes\":300,\"duration\":1000000,\"p50\":12.500,\"p99\":20.000,\"broken\":0,\"refused\":1}\n";
        let summary = parsed(output).expect("it is there");
        assert_eq!(
            (summary.responses, summary.p50, summary.refused),
            (2.0, 12.5, 1.0)
        );
        let error = parsed("unable to connect").err().expect("no summary");
        assert!(error.contains("unable to connect"), "{error}");
    }
}
