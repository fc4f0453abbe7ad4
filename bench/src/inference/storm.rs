//! `storm`: 1,000 clients leave; how soon their slots are free, and what they leave behind.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::client::percentile;
use super::start;
use crate::figures::Figure::{self, More};
use crate::record::Measured;
use crate::server::Server;

const CLIENTS: usize = 1_000;
const STORMS: usize = 8;

/// The requests before and after a storm whose latencies are compared.
const SAMPLES: usize = 30;

const PATIENCE: Duration = Duration::from_secs(30);

pub const FREE: Figure = More("free_ms", "ms until all slots are free, the slowest storm");

pub const FIGURES: &[Figure] = &[
    FREE,
    More("before_ms", "ms of a request before, median"),
    More("next_ms", "ms of the next request, the slowest storm"),
    More("after_ms", "ms of a request after, median"),
    More("leaked_files", "open files more"),
    More("leaked_tasks", "tasks more"),
    More("leaked_threads", "threads more"),
    More(
        "grown_mb",
        "MB more after the last storm than after half of them",
    ),
];

pub fn phases() -> Vec<&'static str> {
    vec!["queued", "batching", "running", "streaming"]
}

pub fn measure(phase: &str, _: u32) -> Result<Measured, String> {
    let server = start("avocet_inference", &[])?;
    // Milliseconds of the model, or items of ten milliseconds each.
    let short = if phase == "streaming" { 1 } else { 10 };
    let sample = |count: usize| -> Result<Vec<Duration>, String> {
        (0..count).map(|_| one(&server, phase, short)).collect()
    };
    let before = sample(SAMPLES)?;
    let start = Held::by(&server)?;
    let (mut free, mut next, mut after, mut resident) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..STORMS {
        free.push(storm(&server, phase)?);
        next.extend(sample(1)?);
        after.extend(sample(SAMPLES)?);
        resident.push(server.resident_bytes() / 1e6);
    }
    // The server closes connections in the background.
    let begun = Instant::now();
    let mut end = Held::by(&server)?;
    while begun.elapsed() < Duration::from_secs(3) && end.files > start.files {
        sleep(Duration::from_millis(20));
        end = Held::by(&server)?;
    }
    let figures = [
        ("free_ms", percentile(free, 100)),
        ("before_ms", percentile(before, 50)),
        ("next_ms", percentile(next, 100)),
        ("after_ms", percentile(after, 50)),
        ("leaked_files", Some(end.files - start.files)),
        ("leaked_tasks", Some(end.tasks - start.tasks)),
        ("leaked_threads", Some(end.threads - start.threads)),
        (
            "grown_mb",
            Some(resident[STORMS - 1] - resident[STORMS / 2 - 1]),
        ),
    ];
    let more = figures
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Ok(Measured {
        units: STORMS as f64,
        rss_mb: resident.last().copied(),
        more: more.collect::<BTreeMap<_, _>>(),
        ..Measured::default()
    })
}

/// Lets the clients come and leave. Returns the time from the last departure until all slots are free.
fn storm(server: &Server, phase: &str) -> Result<Duration, String> {
    let told = |error: std::io::Error| format!("a client of the storm: {error}");
    let amount = match phase {
        "batching" => 20,
        "streaming" => 100_000,
        _ => 20_000,
    };
    let mut clients = Vec::new();
    for index in 0..CLIENTS {
        clients.push(request(server, phase, amount).map_err(told)?);
        // In `batching` most of them leave while others come.
        if phase == "batching" && index % 3 != 0 {
            clients.swap_remove(index * 7 % clients.len());
        }
    }
    if phase == "streaming" {
        for client in &mut clients {
            client.read_exact(&mut [0]).map_err(told)?;
        }
    }
    if phase != "batching" {
        until(server, phase, CLIENTS)?;
    }
    drop(clients);
    let begun = Instant::now();
    until(server, phase, 0)?;
    Ok(begun.elapsed())
}

/// Waits until this many requests of a phase wait or run.
fn until(server: &Server, phase: &str, wanted: usize) -> Result<(), String> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let held = &figures(server)?[phase];
        let count = |name: &str| held[name].as_u64().unwrap_or_default() as usize;
        if count("waiting") + count("running") == wanted {
            return Ok(());
        }
        sleep(Duration::from_millis(1));
    }
    Err(format!(
        "{} of {wanted} requests wait or run",
        figures(server)?[phase]
    ))
}

fn figures(server: &Server) -> Result<Value, String> {
    let response = ureq::get(server.url("/figures")).call();
    let text = response.and_then(|mut response| response.body_mut().read_to_string());
    let text = text.map_err(|error| format!("figures: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("figures: {error}"))
}

/// Sends a request, and leaves its response unread.
fn request(server: &Server, phase: &str, amount: u32) -> std::io::Result<TcpStream> {
    let mut socket = TcpStream::connect(("127.0.0.1", server.port))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let body = format!(r#"{{"amount":{amount}}}"#);
    write!(
        socket,
        "POST /storm/{phase} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    Ok(socket)
}

/// Returns the time of one request, from its connection to its end.
fn one(server: &Server, phase: &str, amount: u32) -> Result<Duration, String> {
    let told = |error: std::io::Error| format!("a request beside the storm: {error}");
    let begun = Instant::now();
    let mut response = String::new();
    let mut socket = request(server, phase, amount).map_err(told)?;
    socket.read_to_string(&mut response).map_err(told)?;
    let good = response.starts_with("HTTP/1.1 200");
    good.then(|| begun.elapsed()).ok_or(response)
}

/// What the server holds: open files, tasks, threads.
struct Held {
    files: f64,
    tasks: f64,
    threads: f64,
}

impl Held {
    fn by(server: &Server) -> Result<Self, String> {
        let count = |folder: &str| {
            let entries = fs::read_dir(format!("/proc/{}/{folder}", server.pid()));
            entries
                .map(|entries| entries.count() as f64)
                .map_err(|error| error.to_string())
        };
        Ok(Self {
            files: count("fd")?,
            tasks: figures(server)?["tasks"].as_f64().unwrap_or_default(),
            threads: count("task")?,
        })
    }
}
