//! The state of a connection after a response that precedes the end of the request, with the application's own responses.

use std::sync::Arc;
use std::time::Duration;

use avocet::observe::Metrics;
use avocet::prelude::*;
use avocet::serve::Limits;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::served::Served;

#[post("/sum")]
async fn sum(#[body] numbers: Vec<i64>) -> i64 {
    numbers.iter().sum()
}

#[post("/form")]
async fn form(#[form] a: String) -> String {
    a
}

/// Does not extract the body, which may be small.
#[post("/ping", body_limit = 100)]
async fn ping() -> &'static str {
    tokio::time::sleep(Duration::from_millis(50)).await;
    "pong"
}

/// The same, but responds immediately.
#[post("/quick", body_limit = 100)]
async fn quick() -> &'static str {
    "quick"
}

#[model(output)]
struct Tick {
    count: u32,
}

#[get("/ticks")]
async fn ticks() -> Sse<Tick> {
    Sse::new(stream! {
        yield Tick { count: 1 };
        std::future::pending::<()>().await;
    })
}

/// Streams for as long as the test wants, without extracting the body.
#[post("/read_aloud", body_limit = 100)]
async fn read_aloud(#[state] gate: Arc<Notify>) -> Sse<Tick> {
    Sse::new(stream! {
        yield Tick { count: 1 };
        gate.notified().await;
        yield Tick { count: 2 };
    })
}

async fn start() -> (Served, Metrics) {
    let metrics = Metrics::new();
    let app = App::new("Connections", "1.0.0")
        .limits(Limits::default().body_bytes(200_000))
        .metrics(metrics.clone())
        .routes(routes![sum, form, ping, quick, ticks]);
    (Served::start(app).await, metrics)
}

fn post(path: &str, headers: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: x\r\n{headers}\r\n\r\n")
}

async fn send(client: &mut TcpStream, request: impl AsRef<[u8]>) {
    client.write_all(request.as_ref()).await.expect("it reads");
}

/// Sends one request on a new connection and returns what is received until its end.
async fn only_response(server: &Served, request: impl AsRef<[u8]>) -> String {
    let mut client = server.connect().await;
    send(&mut client, request).await;
    let mut seen = Vec::new();
    client.read_to_end(&mut seen).await.expect("an orderly end");
    String::from_utf8_lossy(&seen).into_owned()
}

#[track_caller]
fn has_status(response: &str, status: u16) {
    let start = format!("HTTP/1.1 {status} ");
    assert!(response.starts_with(&start), "{response}");
}

/// Reads one response with a content length.
async fn response(client: &mut TcpStream) -> String {
    let mut seen = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&seen).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1).expect("a length");
            let length = length.lines().next().expect("a line").parse();
            if body.len() == length.unwrap_or(usize::MAX) {
                return text;
            }
        }
        seen.push(client.read_u8().await.expect("more of the answer"));
    }
}

#[tokio::test]
async fn a_rejected_request_with_a_body_leaves_the_connection_usable() {
    let (server, _) = start().await;
    let mut client = server.connect().await;
    let body = "x".repeat(50_000);
    let length = "content-length: 50000";
    let json = format!("{length}\r\ncontent-type: application/json");
    let coded = format!("{json}\r\ncontent-encoding: br");
    for (path, headers, status) in [
        ("/missing", length, 404),
        ("/ticks", length, 405),
        ("/sum", length, 415),
        ("/sum", &*coded, 415),
        ("/ping", length, 413),
    ] {
        // The body follows its head, as clients send it.
        send(&mut client, post(path, headers)).await;
        send(&mut client, &body).await;
        let response = response(&mut client).await;
        has_status(&response, status);
        assert!(!response.contains("connection: close"), "{response}");
    }
    send(
        &mut client,
        b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n",
    )
    .await;
    assert!(response(&mut client).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_rejected_request_whose_body_is_not_read_away_is_the_last_one() {
    let (server, metrics) = start().await;
    let large = "content-length: 3000000";
    let json = format!("{large}\r\ncontent-type: application/json");
    let expects = "content-length: 5\r\nexpect: 100-continue";
    for (path, headers, sent, status) in [
        ("/missing", large, "x", 404),
        ("/ticks", large, "", 405),
        ("/sum", &*json, "[1,", 413),
        ("/sum", expects, "", 415),
        (
            "/sum",
            "content-type: application/json\r\ntransfer-encoding: chunked",
            "zz\r\n",
            400,
        ),
        ("/ping", "transfer-encoding: chunked", "zz\r\n", 200),
        ("/quick", "transfer-encoding: chunked", "zz\r\n", 200),
    ] {
        let request = post(path, headers) + sent;
        let response = only_response(&server, &request).await;
        has_status(&response, status);
        assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
    }
    let counted = metrics.render();
    for reason in [
        "not_found",
        "method",
        "too_large",
        "media_type",
        "malformed",
    ] {
        let sample = format!("http_rejections_total{{reason=\"{reason}\"}} 1\n");
        assert!(counted.contains(&sample), "{sample}{counted}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_of_a_route_that_takes_none_is_a_413() {
    let (server, metrics) = start().await;
    let chunk = format!("65\r\n{}\r\n", "x".repeat(101));
    for (headers, sent) in [
        ("content-length: 101", "x".repeat(101)),
        ("content-length: 101", String::new()),
        ("transfer-encoding: chunked", chunk.clone()),
        ("transfer-encoding: chunked", chunk + "0\r\n\r\n"),
    ] {
        let request = post("/ping", &format!("{headers}\r\nconnection: close")) + &sent;
        let response = only_response(&server, &request).await;
        assert!(
            response.starts_with("HTTP/1.1 413 "),
            "{headers}: {response}"
        );
        let detail = r#"{"detail":"The body is over the limit of 100 bytes"}"#;
        assert!(response.ends_with(detail), "{response}");
    }
    let chunks = format!("65\r\n{}\r\n0\r\n\r\n", "x".repeat(101));
    let request = post("/quick", "transfer-encoding: chunked") + &chunks;
    has_status(&only_response(&server, request).await, 413);
    let counted = metrics.render();
    assert!(
        counted.contains("http_rejections_total{reason=\"too_large\"} 5\n"),
        "{counted}"
    );
    assert!(
        counted.contains("http_limits_hit_total{limit=\"body_bytes\"} 5\n"),
        "{counted}"
    );
    // A body within the limit is accepted.
    let mut client = server.connect().await;
    for (headers, sent) in [
        ("content-length: 100", "x".repeat(100)),
        (
            "transfer-encoding: chunked",
            format!("64\r\n{}\r\n0\r\n\r\n", "x".repeat(100)),
        ),
    ] {
        let request = post("/ping", headers) + &sent;
        send(&mut client, &request).await;
        assert!(response(&mut client).await.ends_with("\"pong\""));
    }
}

#[tokio::test]
async fn a_response_that_has_begun_ends_when_the_body_exceeds_the_limit_and_is_counted() {
    let (metrics, gate) = (Metrics::new(), Arc::new(Notify::new()));
    let app = App::new("Connections", "1.0.0")
        .state(Arc::clone(&gate))
        .metrics(metrics.clone())
        .routes(routes![read_aloud]);
    let server = Served::start(app).await;
    let mut client = server.connect().await;
    send(
        &mut client,
        post("/read_aloud", "transfer-encoding: chunked"),
    )
    .await;
    let mut seen = String::new();
    while !seen.contains("{\"count\":1}\n\n") {
        seen.push(char::from(client.read_u8().await.expect("an event")));
    }
    has_status(&seen, 200);
    send(&mut client, format!("65\r\n{}\r\n", "x".repeat(101))).await;
    let hit = "http_limits_hit_total{limit=\"body_bytes\"} 1\n";
    for _ in 0..1000 {
        if metrics.render().contains(hit) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut rest = Vec::new();
    // The end, orderly or not: the response has no last chunk.
    let _ = client.read_to_end(&mut rest).await;
    gate.notify_one();
    assert!(!rest.ends_with(b"\r\n0\r\n\r\n"), "{rest:?}");
    assert!(metrics.render().contains(hit), "{}", metrics.render());
}

#[tokio::test]
async fn a_body_with_an_unknown_coding_is_a_415_that_says_what_is_accepted() {
    let (server, _) = start().await;
    let mut client = server.connect().await;
    for (path, kind) in [
        ("/sum", "application/json"),
        ("/form", "application/x-www-form-urlencoded"),
        ("/form", "multipart/form-data; boundary=b"),
    ] {
        let headers = format!("content-type: {kind}\r\ncontent-encoding: Br\r\ncontent-length: 3");
        let request = post(path, &headers) + "[1]";
        send(&mut client, &request).await;
        let response = response(&mut client).await;
        has_status(&response, 415);
        let accepted = if cfg!(feature = "compression") {
            "gzip, deflate, identity"
        } else {
            "identity"
        };
        let header = format!("\r\naccept-encoding: {accepted}\r\n");
        assert!(response.contains(&header), "{response}");
        let body = response.split_once("\r\n\r\n").expect("a body").1;
        let body: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(
            body["detail"],
            format!("The content coding of the body should be one of {accepted}, not `Br`")
        );
    }
    let headers =
        "content-type: application/json\r\ncontent-encoding: identity\r\ncontent-length: 3";
    let request = post("/sum", headers) + "[1]";
    send(&mut client, &request).await;
    assert!(response(&mut client).await.ends_with("\r\n\r\n1"));
}

#[tokio::test]
async fn an_event_stream_in_http_1_0_says_that_the_connection_ends() {
    let (server, _) = start().await;
    let mut client = server.connect().await;
    send(
        &mut client,
        b"GET /ticks HTTP/1.0\r\nhost: x\r\nconnection: keep-alive\r\n\r\n",
    )
    .await;
    let mut seen = String::new();
    while !seen.ends_with("{\"count\":1}\n\n") {
        seen.push(char::from(client.read_u8().await.expect("an event")));
    }
    let said = seen.lines().filter(|line| line.starts_with("connection:"));
    assert_eq!(said.collect::<Vec<_>>(), ["connection: close"], "{seen}");
}

#[tokio::test]
async fn an_event_stream_goes_on_for_a_client_that_has_closed_its_side() {
    let (server, _) = start().await;
    let mut client = server.connect().await;
    send(&mut client, b"GET /ticks HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut seen = String::new();
    while !seen.ends_with("{\"count\":1}\n\n\r\n") {
        seen.push(char::from(client.read_u8().await.expect("an event")));
    }
    client.shutdown().await.expect("an open connection");
    let mut signs = String::new();
    while signs.matches(": ping\n\n").count() < 2 {
        signs.push(char::from(client.read_u8().await.expect("a sign of life")));
    }
    // A client that disconnects resets the connection, which ends the stream.
    drop(client);
    assert_eq!(server.drained().await.cut, 0);
}

#[tokio::test]
async fn what_is_wrong_with_a_head_is_said_in_the_body() {
    let (server, metrics) = start().await;
    for (request, status, detail) in [
        (
            "GET /a b HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
            400,
            "The request line should be a method, a target and a version, with one space between them",
        ),
        (
            "GET /\x01 HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
            400,
            "The request line should be text without control characters",
        ),
        (
            "GET / HTTP/1.1\r\n\r\n".to_owned(),
            400,
            "The request should name its host once, as `host` or `host:port`",
        ),
        (
            "GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n".to_owned(),
            400,
            "`Transfer-Encoding` should be `chunked`",
        ),
        (
            format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(40_000)),
            414,
            "The target is over the limit of 32768 bytes for a whole head",
        ),
        (
            format!(
                "GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n",
                "x".repeat(40_000)
            ),
            431,
            "The head is over the limit of 32768 bytes",
        ),
    ] {
        let response = only_response(&server, &request).await;
        has_status(&response, status);
        assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
        let body = response.split_once("\r\n\r\n").expect("a body").1;
        let body: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(body["detail"], detail);
    }
    let counted = metrics.render();
    for sample in [
        "http_rejections_total{reason=\"malformed\"} 4\n",
        "http_rejections_total{reason=\"target_too_long\"} 1\n",
        "http_rejections_total{reason=\"head_too_large\"} 1\n",
        "http_limits_hit_total{limit=\"head\"} 2\n",
    ] {
        assert!(counted.contains(sample), "{sample}{counted}");
    }
}

#[cfg(feature = "compression")]
#[tokio::test]
async fn a_compressed_body_is_decoded() {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    let (server, _) = start().await;
    let mut client = server.connect().await;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(b"[1, 2, 3]").expect("memory");
    let gzip = gzip.finish().expect("memory");
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(b"a=hello").expect("memory");
    let zlib = zlib.finish().expect("memory");
    let json = "application/json";
    let form = "application/x-www-form-urlencoded";
    for (path, kind, coding, body, expected) in [
        ("/sum", json, "gzip", &gzip[..], "6"),
        ("/sum", json, "X-GZIP", &gzip[..], "6"),
        ("/form", form, "deflate", &zlib[..], "\"hello\""),
        ("/sum", json, "gzip", &gzip[..gzip.len() - 4], "400"),
        ("/sum", json, "gzip", b"[1, 2, 3]", "400"),
        ("/sum", json, "deflate", &gzip[..], "400"),
    ] {
        let length = body.len();
        let headers = format!(
            "content-type: {kind}\r\ncontent-encoding: {coding}\r\ncontent-length: {length}"
        );
        let request = [post(path, &headers).as_bytes(), body].concat();
        send(&mut client, &request).await;
        let response = response(&mut client).await;
        if expected == "400" {
            has_status(&response, 400);
        } else {
            assert!(
                response.ends_with(&format!("\r\n\r\n{expected}")),
                "{response}"
            );
        }
    }
    // In chunks, split anywhere.
    let mut request = post(
        "/sum",
        "content-type: application/json\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked",
    )
    .into_bytes();
    for byte in &gzip {
        request.extend_from_slice(b"1\r\n");
        request.push(*byte);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    send(&mut client, &request).await;
    assert!(response(&mut client).await.ends_with("\r\n\r\n6"));
}
