//! Memory under crowds of clients that hold resources: never above the sum of the limits, and good requests get responses meanwhile.
//!
//! The default is a short run; `AVOCET_CROWD=10000 cargo test --release -p echo --test it memory -- --nocapture --test-threads 1` is the
//! long run: 10,000 idle connections, a tenth as many that read nothing or have sent half a body, and as many streams of HTTP/2. It needs
//! as many descriptors on either side (`ulimit -n`).

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Empty;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use crate::client::{Manners, PATIENCE, Way, Wire, ask};
use crate::observed::Observed;
use crate::process::number;
use crate::target::{Target, against_each_target};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

// The limits in the formula. All others have their defaults, and no client is cut for being slow.
const BUFFER: usize = 64 * KIB;
const HEADER: usize = 32 * KIB;
const HTTP2_WINDOW: usize = MIB;
const BODY: usize = 512 * KIB;
const FORM_TEXT: usize = 256 * KIB;

/// The program itself, without clients.
const BASE: usize = 24 * MIB;
/// A connection with empty buffers.
const CONNECTION: usize = 16 * KIB;
/// The bytes that a stream yields at once.
const PIECE: usize = 17 * KIB;
/// The bytes of its files that a form keeps in memory, and writes at once.
const FILES: usize = MIB + 256 * KIB;

const HTTP1: usize = CONNECTION + 2 * BUFFER + PIECE;
const STREAM: usize = HEADER + BUFFER + PIECE;

fn crowd(target: Target) -> usize {
    usize::try_from(target.share(number("AVOCET_CROWD", 100))).expect("a small number")
}

struct Server {
    process: Observed,
    way: Way,
    /// The memory at its start, in bytes.
    before: usize,
}

impl Server {
    fn start(target: Target) -> Self {
        let bytes = |name: &str, bytes: usize| format!("{name}={bytes}");
        let limits = [
            bytes("buffer_bytes", BUFFER),
            bytes("header_bytes", HEADER),
            bytes("http2_window_bytes", HTTP2_WINDOW),
            bytes("body_bytes", BODY),
            bytes("form_text_bytes", FORM_TEXT),
            bytes("connections", crowd(target) + 100),
            bytes("connections_per_address", crowd(target) + 100),
        ];
        let patient = ["header_time", "body_grace", "write_stall", "idle_time"];
        let patient = patient.map(|name| format!("{name}=600s"));
        let limits: Vec<&str> = limits.iter().chain(&patient).map(String::as_str).collect();
        let process = Observed::start(target, &limits, &[]);
        let way = Way {
            address: process.address,
            tls: false,
        };
        let before = bytes_of(&process, "VmRSS");
        Self {
            process,
            way,
            before,
        }
    }

    /// Opens a connection with a minimal receive buffer and sends these bytes.
    async fn visitor(&self, sent: &[u8]) -> Wire {
        let manners = Manners {
            receive: Some(4096),
            ..Manners::default()
        };
        let wire = self.way.connect_with(manners, b"http/1.1").await;
        let mut wire = wire.expect("it listens");
        wire.write_all(sent).await.expect("it reads");
        wire
    }

    /// Waits until the memory stops growing, and compares it with the sum of the limits. A good request gets a response.
    async fn check(&self, what: &str, count: usize, bound: usize) {
        let started = Instant::now();
        let mut before = 0;
        loop {
            let canary = async {
                let mut wire = self.way.connect().await?;
                ask(&mut wire, "GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await
            };
            let response = canary.await.expect("an answer");
            assert!(
                response.head.starts_with("HTTP/1.1 200"),
                "{}",
                response.head
            );
            let now = self.process.memory("VmRSS");
            if now.abs_diff(before) <= 256 || started.elapsed() > PATIENCE {
                break;
            }
            before = now;
            sleep(Duration::from_secs(1)).await;
        }
        let most = bytes_of(&self.process, "VmHWM");
        let each = most.saturating_sub(self.before) / count / KIB;
        eprintln!(
            "{count} {what}: {} MiB at most, of {} MiB that the limits allow; about {each} KiB each",
            most / MIB,
            bound / MIB
        );
        assert!(most <= bound, "{most} bytes, over {bound}");
    }
}

fn bytes_of(process: &Observed, name: &str) -> usize {
    usize::try_from(process.memory(name)).expect("a size") * KIB
}

async fn idle_connections(target: Target) {
    let (server, count) = (Server::start(target), crowd(target));
    let mut held = Vec::new();
    for index in 0..count {
        let mut wire = server.visitor(b"").await;
        if index % 2 == 0 {
            let response = ask(&mut wire, "GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await;
            response.expect("an answer");
        }
        // Without the read buffer, because there are many of them.
        held.push(wire.into_inner());
    }
    server
        .check("idle connections", count, BASE + count * CONNECTION)
        .await;
}

async fn clients_that_read_nothing(target: Target) {
    let (server, count) = (Server::start(target), crowd(target).div_ceil(10));
    let mut held = Vec::new();
    for _ in 0..count {
        let request = b"GET /sse?count=1000000 HTTP/1.1\r\nhost: x\r\n\r\n";
        held.push(server.visitor(request).await);
    }
    server
        .check("clients that read nothing", count, BASE + count * HTTP1)
        .await;
}

async fn half_sent_uploads(target: Target) {
    let (server, count) = (Server::start(target), crowd(target).div_ceil(10));
    let json = "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let most = BODY - 1;
    let said = format!("{json}content-length: {BODY}\r\n\r\n{}", " ".repeat(most));
    let chunked = format!(
        "{json}transfer-encoding: chunked\r\n\r\n{}",
        format!("400\r\n{}\r\n", " ".repeat(KIB)).repeat(most / KIB)
    );
    // The router of axum has no `/upload`: of three clients it rejects one.
    let form = format!(
        "POST /upload HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: {}\r\n\r\n\
         --b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n{}",
        32 * MIB,
        "x".repeat(3 * MIB)
    );
    let mut held = Vec::new();
    for index in 0..count {
        let sent = [&said, &chunked, &form][index % 3];
        held.push(server.visitor(sent.as_bytes()).await);
    }
    // The buffer of a body of unknown length grows by doubling.
    let each = HTTP1 + (2 * BODY).max(FORM_TEXT + FILES);
    server
        .check("half-sent uploads", count, BASE + count * each)
        .await;
}

async fn http2_streams_behind_closed_windows(target: Target) {
    let streams = 100;
    let (server, count) = (Server::start(target), crowd(target).div_ceil(streams));
    let mut held = Vec::new();
    for _ in 0..count {
        let wire = server.way.connect_with(Manners::default(), b"h2").await;
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.initial_stream_window_size(0);
        let io = TokioIo::new(wire.expect("it listens"));
        let (mut sender, connection) = builder
            .handshake::<_, Empty<Bytes>>(io)
            .await
            .expect("HTTP/2");
        tokio::spawn(connection);
        for _ in 0..streams {
            let request = http::Request::get("http://x/sse?count=1000000");
            let request = request.body(Empty::new()).expect("a good request");
            held.push(sender.send_request(request).await.expect("a head"));
        }
    }
    let bound = BASE + count * (CONNECTION + HTTP2_WINDOW + streams * STREAM);
    server
        .check(
            "HTTP/2 streams behind closed windows",
            count * streams,
            bound,
        )
        .await;
}

against_each_target!(
    async idle_connections clients_that_read_nothing half_sent_uploads http2_streams_behind_closed_windows
);
