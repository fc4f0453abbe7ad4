//! The load: `wrk` (Debian's package) with one body, and the probes that show that all servers do the same work.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use avocet_bench::TOKENS;

use crate::server::Server;

/// What `wrk` asks for.
pub struct Load {
    method: &'static str,
    path: String,
    body: String,
    connections: u32,
}

impl Load {
    pub fn vector() -> Self {
        Self::post(vector_body())
    }

    pub fn invalid() -> Self {
        Self::post(invalid_body())
    }

    fn post(body: String) -> Self {
        Self {
            method: "POST",
            path: "/embed".to_owned(),
            body,
            connections: 32,
        }
    }

    /// A stream of tokens that are ready `together`, or each `alone`.
    pub fn stream(ready: &str) -> Self {
        Self {
            method: "GET",
            path: format!("/{ready}"),
            body: String::new(),
            connections: 64,
        }
    }
}

/// Whether the load generator is there.
pub fn ready() -> Result<(), String> {
    match Command::new("wrk").arg("--version").output() {
        Ok(_) => Ok(()),
        Err(_) => Err("wrk is missing; on Debian: apt-get install wrk".to_owned()),
    }
}

/// 512 floats of nine digits, as embeddings are written, and an id.
fn vector_body() -> String {
    let mut state = 1_u64;
    let mut body = r#"{"id":"document-0001","values":["#.to_owned();
    for index in 0..512 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let value = (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0;
        let comma = if index == 0 { "" } else { "," };
        write!(body, "{comma}{value:.9}").expect("text takes everything");
    }
    body + "]}"
}

/// The same with the middle float replaced by a text and the last one missing.
fn invalid_body() -> String {
    let body = vector_body();
    let (head, values) = body.split_once('[').expect("it has values");
    let mut values: Vec<&str> = values.trim_end_matches("]}").split(',').collect();
    values[256] = "\"x\"";
    values.pop();
    format!("{head}[{}]}}", values.join(","))
}

/// Asks for some seconds and gives the number of answers.
pub fn run(server: &Server, load: &Load, seconds: u32) -> f64 {
    let Load {
        method,
        path,
        body,
        connections,
    } = load;
    let script = std::env::temp_dir().join(format!("avocet-bench-{}.lua", std::process::id()));
    let lua = format!(
        "wrk.method = \"{method}\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\nwrk.body = [==[{body}]==]\n\
         done = function(summary) io.write(\"ANSWERS \" .. summary.requests .. \"\\n\") end\n"
    );
    std::fs::write(&script, lua).expect("a temporary file");
    let output = Command::new("wrk")
        .args([
            "-t1",
            &format!("-c{connections}"),
            "-d",
            &format!("{seconds}s"),
            "-s",
        ])
        .arg(&script)
        .arg(format!("http://127.0.0.1:{}{path}", server.port))
        .output()
        .expect("wrk runs");
    let _ = std::fs::remove_file(&script);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!text.contains("Socket errors"), "{}: {text}", server.name);
    let answers = text.lines().find_map(|line| line.strip_prefix("ANSWERS "));
    answers
        .unwrap_or_else(|| panic!("{}: {text}", server.name))
        .trim()
        .parse()
        .expect("a number")
}

/// Every server answers a good body alike and refuses bad ones.
pub fn check_equal(server: &Server) {
    let body = &vector_body();
    let (status, answer) = post(server, body);
    assert_eq!(status, 200, "{}", server.name);
    assert!(
        answer.contains(r#""id":"document-0001""#) && answer.contains(r#""norm":"#),
        "{}: {answer}",
        server.name
    );
    let no_id = body.replacen("document-0001", "", 1);
    for bad in [
        invalid_body().as_str(),
        r#"{"id":"x","values":[1]}"#,
        no_id.as_str(),
        "{",
    ] {
        let (status, _) = post(server, bad);
        assert!(
            (400..500).contains(&status),
            "{} takes {bad:.60}",
            server.name
        );
    }
}

/// Every server streams the same events.
pub fn check_stream(server: &Server) {
    let event = |index| format!("data: {{\"index\":{index},\"text\":\"token \"}}\n\n");
    let events: String = (0..TOKENS).map(event).collect();
    for path in ["/together", "/alone"] {
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let (status, answer) = ask(server, &head);
        assert_eq!(status, 200, "{}", server.name);
        let (_, body) = answer.split_once("\r\n\r\n").expect("a head");
        assert_eq!(unchunked(body), events, "{}", server.name);
    }
}

fn unchunked(mut body: &str) -> String {
    let mut text = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("a chunk's size");
        text.push_str(&rest[..size]);
        body = &rest[size + 2..];
    }
    text
}

fn post(server: &Server, body: &str) -> (u16, String) {
    let length = body.len();
    ask(
        server,
        &format!(
            "POST /embed HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        ),
    )
}

fn ask(server: &Server, request: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(("127.0.0.1", server.port)).expect("it listens");
    socket.write_all(request.as_bytes()).expect("it is sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("it is answered");
    (answer[9..12].parse().expect("a status"), answer)
}
