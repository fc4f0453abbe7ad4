//! The limits that are visible over HTTP/1.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use crate::served::Target;

use super::server::{LONG, SHORT, Server, patient, status};

pub(super) async fn header_time(target: Target) {
    let server = Server::start(target, patient().header_time(SHORT)).await;
    let mut client = server.connect().await;
    client.send("GET /nowh").await;
    assert_eq!(client.rest().await, "");

    let server = Server::start(target, patient()).await;
    let mut client = server.connect().await;
    client.send("GET /nowh").await;
    sleep(2 * SHORT).await;
    client
        .send("ere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await;
    assert_eq!(status(&client.rest().await), 404);
}

pub(super) async fn header_bytes(target: Target) {
    let server = Server::start(target, patient().header_bytes(1024)).await;
    for (bytes, expected) in [(1024, 404), (1025, 431)] {
        let head = "GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx: ";
        let filler = "x".repeat(bytes - head.len() - 4);
        let response = server.ask(&format!("{head}{filler}\r\n\r\n")).await;
        assert_eq!(status(&response), expected, "{bytes} bytes");
    }
}

pub(super) async fn header_count(target: Target) {
    let server = Server::start(target, patient().header_count(5)).await;
    for (more, expected) in [(3, 404), (4, 431)] {
        let headers = "x: y\r\n".repeat(more);
        let head =
            format!("GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
        assert_eq!(status(&server.ask(&head).await), expected, "{more} more");
    }
}

pub(super) async fn body_bytes(target: Target) {
    let server = Server::start(target, patient().body_bytes(10)).await;
    if target == Target::Axum {
        // Axum limits the bodies that its handlers read; the limit of the server is for those that no handler reads.
        for (body, expected) in [("a\r\n1234567890", 200), ("b\r\n12345678901", 413)] {
            let head =
                "POST /wait HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked";
            let request = format!("{head}\r\n\r\n{body}\r\n0\r\n\r\n");
            let _ = server.release.send(expected == 200);
            assert_eq!(status(&server.ask(&request).await), expected);
        }
        return;
    }
    assert_eq!(
        server
            .post("/json", "application/json", "\"12345678\"")
            .await,
        200
    );
    assert_eq!(
        server
            .post("/json", "application/json", "\"123456789\"")
            .await,
        413
    );
}

#[cfg(feature = "compression")]
pub(super) async fn decoded_body_bytes(target: Target) {
    use std::io::Write;

    let zipped = |length: usize| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let json = format!("\"{}\"", "x".repeat(length - 2));
        encoder.write_all(json.as_bytes()).expect("memory");
        encoder.finish().expect("memory")
    };
    let limits = patient().body_bytes(1000).decoded_body_bytes(100_000);
    let server = Server::start(target, limits).await;
    for (length, expected) in [(100_000, 200), (100_001, 413), (10_000_000, 413)] {
        let body = zipped(length);
        let mut client = server.connect().await;
        let head =
            "POST /json HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json";
        let length = body.len();
        let head = format!("{head}\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n");
        client.send(head).await;
        client.send(body).await;
        assert_eq!(status(&client.rest().await), expected, "{length}");
    }
}

pub(super) async fn json_depth(target: Target) {
    let server = Server::start(target, patient().json_depth(3)).await;
    assert_eq!(
        server.post("/json", "application/json", "[[[1]]]").await,
        200
    );
    assert_eq!(
        server.post("/json", "application/json", "[[[[1]]]]").await,
        422
    );
}

const URLENCODED: &str = "application/x-www-form-urlencoded";

pub(super) async fn form_fields(target: Target) {
    let server = Server::start(target, patient().form_fields(2)).await;
    assert_eq!(server.post("/form", URLENCODED, "a=1&a=2").await, 200);
    assert_eq!(server.post("/form", URLENCODED, "a=1&a=2&a=3").await, 400);
}

pub(super) async fn form_text_bytes(target: Target) {
    let server = Server::start(target, patient().form_text_bytes(10)).await;
    assert_eq!(server.post("/form", URLENCODED, "a=12345678").await, 200);
    assert_eq!(server.post("/form", URLENCODED, "a=123456789").await, 413);
}

/// Returns a multipart form of small files, with `head` as the headers of each part.
fn files(count: usize, head: &str) -> String {
    let part = format!("--b\r\n{head}\r\n\r\nx\r\n");
    format!("{}--b--\r\n", part.repeat(count))
}

const MULTIPART: &str = "multipart/form-data; boundary=b";
const FILE: &str = "content-disposition: form-data; name=\"f\"; filename=\"f\"";

pub(super) async fn form_files(target: Target) {
    let server = Server::start(target, patient().form_files(2)).await;
    assert_eq!(server.post("/files", MULTIPART, &files(2, FILE)).await, 200);
    assert_eq!(server.post("/files", MULTIPART, &files(3, FILE)).await, 400);
}

pub(super) async fn form_head_bytes(target: Target) {
    let server = Server::start(target, patient().form_head_bytes(256)).await;
    // The lines count including their line ends.
    let line = format!("{FILE}\r\nx: ");
    for (bytes, expected) in [(256, 200), (257, 400)] {
        let head = format!("{line}{}", "x".repeat(bytes - line.len()));
        assert_eq!(
            server.post("/files", MULTIPART, &files(1, &head)).await,
            expected
        );
    }
}

/// Returns the status for a body that pauses for longer than [`SHORT`] after its first 3600 bytes.
async fn hesitant(server: &Server) -> u16 {
    let body = format!("\"{}\"", "x".repeat(4000));
    let length = body.len();
    let mut client = server.connect().await;
    let head =
        "POST /json HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json";
    client
        .send(format!(
            "{head}\r\ncontent-length: {length}\r\n\r\n{}",
            &body[..3600]
        ))
        .await;
    sleep(4 * SHORT).await;
    client.send(&body[3600..]).await;
    status(&client.rest().await)
}

/// Returns the status for a body that is too slow: axum rejects every body that it cannot read with 400.
fn too_slow(target: Target) -> u16 {
    if target == Target::Axum { 400 } else { 408 }
}

pub(super) async fn body_rate(target: Target) {
    // At a byte per second, 3600 bytes allow an hour.
    let slow = patient().body_grace(SHORT).body_rate(1);
    assert_eq!(hesitant(&Server::start(target, slow).await).await, 200);
    let fast = patient().body_grace(SHORT).body_rate(1_000_000);
    assert_eq!(
        hesitant(&Server::start(target, fast).await).await,
        too_slow(target)
    );
}

pub(super) async fn body_grace(target: Target) {
    let fast = patient().body_rate(1_000_000);
    assert_eq!(
        hesitant(&Server::start(target, fast.clone().body_grace(LONG)).await).await,
        200
    );
    assert_eq!(
        hesitant(&Server::start(target, fast.body_grace(SHORT)).await).await,
        too_slow(target)
    );
}

pub(super) async fn idle_time(target: Target) {
    let server = Server::start(target, patient().idle_time(SHORT)).await;
    let mut client = server.connect().await;
    client.works().await;
    assert_eq!(client.rest().await, "");

    let server = Server::start(target, patient()).await;
    let mut client = server.connect().await;
    client.works().await;
    sleep(2 * SHORT).await;
    client.works().await;
}

pub(super) async fn write_stall(target: Target) {
    steady_reader(target).await;
    let mut server = Server::start(target, patient().write_stall(SHORT)).await;
    let mut client = server.connect().await;
    client
        .send("GET /endless?size=65536 HTTP/1.1\r\nhost: x\r\n\r\n")
        .await;
    server
        .drops
        .wait_for(|drops| *drops == 1)
        .await
        .expect("it runs");
    client.rest().await;

    let server = Server::start(target, patient()).await;
    let mut client = server.connect().await;
    client
        .send("GET /endless?size=65536 HTTP/1.1\r\nhost: x\r\n\r\n")
        .await;
    sleep(4 * SHORT).await;
    // More than the buffers in between can hold: it was not cut.
    let mut bytes = vec![0; 64 << 20];
    client.0.read_exact(&mut bytes).await.expect("it goes on");
}

/// A client that reads slowly and steadily is not cut: a third of the system's own buffer would take longer than the limit.
async fn steady_reader(target: Target) {
    let server = Server::start(target, patient().write_stall(Duration::from_secs(1))).await;
    let mut client = server.connect().await;
    client
        .send("GET /endless?size=16384 HTTP/1.1\r\nhost: x\r\n\r\n")
        .await;
    let mut piece = vec![0; 25_000];
    for _ in 0..100 {
        client.0.read_exact(&mut piece).await.expect("it goes on");
        sleep(SHORT).await;
    }
}

pub(super) async fn half_close_grace(target: Target) {
    for (limit, answered) in [(SHORT, false), (LONG, true)] {
        let mut server = Server::start(target, patient().half_close_grace(limit)).await;
        let mut client = server.connect().await;
        client.send("GET /wait HTTP/1.1\r\nhost: x\r\n\r\n").await;
        client.0.shutdown().await.expect("an open connection");
        server
            .waiting
            .wait_for(|waiting| *waiting == 1)
            .await
            .expect("it runs");
        if answered {
            sleep(2 * SHORT).await;
            server.release.send(true).expect("a handler that waits");
        }
        assert_eq!(client.rest().await.ends_with("\"released\""), answered);
    }
}

pub(super) async fn buffer_bytes(target: Target) {
    const PIECE: usize = 1 << 20;
    let mut taken = Vec::new();
    for bytes in [8 << 10, 16 << 20] {
        let mut server = Server::start(target, patient().buffer_bytes(bytes)).await;
        let mut client = server.connect().await;
        client
            .send(format!(
                "GET /endless?size={PIECE} HTTP/1.1\r\nhost: x\r\n\r\n"
            ))
            .await;
        // The server takes pieces until the buffers of the system and its own are full.
        while timeout(10 * SHORT, server.pieces.changed()).await.is_ok() {}
        taken.push(*server.pieces.borrow());
    }
    assert!(taken[1] >= taken[0] + 8, "{taken:?} pieces");
}

pub(super) async fn connections(target: Target) {
    let server = Server::start(target, patient().connections(1)).await;
    let mut first = server.connect().await;
    first.works().await;
    let mut second = server.connect().await;
    timeout(SHORT, second.works()).await.expect_err("no place");
    drop(first);
    // The earlier request is still open.
    let mut response = [0; 12];
    second.0.read_exact(&mut response).await.expect("a place");
    assert_eq!(&response, b"HTTP/1.1 404");
}

pub(super) async fn connections_per_address(target: Target) {
    let server = Server::start(target, patient().connections_per_address(1)).await;
    let mut first = server.connect().await;
    first.works().await;
    assert_eq!(server.connect().await.rest().await, "");
    first.works().await;
}

pub(super) async fn producers(target: Target) {
    const PRODUCED: &str = "GET /produced HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let server = Server::start(target, patient().producers(2)).await;
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut client = server.connect().await;
        client.send(PRODUCED).await;
        let mut start = [0; 12];
        client.0.read_exact(&mut start).await.expect("an answer");
        assert_eq!(&start, b"HTTP/1.1 200");
        open.push(client);
    }
    assert_eq!(status(&server.ask(PRODUCED).await), 503);
    open.pop();
    // Its slot is free as soon as its function has noticed the disconnect.
    loop {
        let mut client = server.connect().await;
        client.send(PRODUCED).await;
        let mut start = [0; 12];
        client.0.read_exact(&mut start).await.expect("an answer");
        if &start == b"HTTP/1.1 200" {
            break;
        }
    }
}

pub(super) async fn drain_time(target: Target) {
    for (limit, cut) in [(SHORT, 1), (LONG, 0)] {
        let mut server = Server::start(target, patient().drain_time(limit)).await;
        let mut client = server.connect().await;
        client.send("GET /wait HTTP/1.1\r\nhost: x\r\n\r\n").await;
        server
            .waiting
            .wait_for(|waiting| *waiting == 1)
            .await
            .expect("it runs");
        let release = server.release.clone();
        if cut == 0 {
            tokio::spawn(async move {
                sleep(2 * SHORT).await;
                let _ = release.send(true);
            });
        }
        assert_eq!(server.stop().await.cut, cut);
        assert_eq!(client.rest().await.ends_with("\"released\""), cut == 0);
    }
}
