//! Shutdown with unresponsive clients: none of them delays it beyond its own limit, and a second signal ends the program immediately.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use crate::client::{Manners, PATIENCE, Way, Wire, websocket};
use crate::observed::Observed;
use crate::process::certificate;
use crate::target::{Target, against_each_target};

/// The drain timeout is longer than the timeout of the test.
const LIMITS: &[&str] = &[
    "header_time=1s",
    "body_grace=1s",
    "write_stall=1s",
    "tls_time=1s",
    "websocket_close_time=1s",
    "http2_ping_interval=600s",
    "drain_time=600s",
];

/// Opens clients that have all started a request and do not continue.
async fn stuck(target: Target, way: &Way) -> Vec<Wire> {
    let mut wires = Vec::new();
    for begun in [
        "",
        "GET /heal",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n[1,",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n3\r\n[1,",
        "GET /health HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /sse?count=1000000 HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /sse?count=1000000 HTTP/1.1\r\nhost: x\r\n\r\nGET /health",
        "POST /sleep HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n[",
    ] {
        let manners = Manners {
            receive: Some(4096),
            ..Manners::default()
        };
        let mut wire = way
            .connect_with(manners, b"http/1.1")
            .await
            .expect("it listens");
        wire.write_all(begun.as_bytes()).await.expect("it reads");
        wire.flush().await.expect("it reads");
        wires.push(wire);
    }
    // The router of axum has no WebSockets.
    if target != Target::Axum {
        wires.push(deaf_websocket(way).await);
        wires.push(silent_websocket(way).await);
    }
    for streams in [0, 3] {
        wires.push(frozen_http2(way, streams).await);
    }
    wires
}

/// Sends messages and reads no responses.
async fn deaf_websocket(way: &Way) -> Wire {
    let mut wire = way.connect().await.expect("it listens");
    websocket::open(&mut wire).await.expect("a WebSocket");
    let message = websocket::frame(websocket::BINARY, &vec![7; 60_000]);
    // Until the server accepts no more either.
    let sending = async {
        loop {
            wire.write_all(&message).await.expect("it reads");
        }
    };
    let blocked: Result<(), _> = timeout(Duration::from_millis(500), sending).await;
    assert!(blocked.is_err());
    wire
}

/// Does not respond.
async fn silent_websocket(way: &Way) -> Wire {
    let mut wire = way.connect().await.expect("it listens");
    websocket::open(&mut wire).await.expect("a WebSocket");
    wire
}

/// Opens an HTTP/2 client with a closed window and some open streams, which stops responding, also to pings.
async fn frozen_http2(way: &Way, streams: u32) -> Wire {
    const NO_WINDOW: &[u8] = b"\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\0\0";
    // `:method GET`, `:scheme http`, `:path /sse?count=1000000`, `:authority x`.
    const FIELDS: &[u8] = b"\x82\x86\x04\x12/sse?count=1000000\x41\x01x";
    let mut wire = way
        .connect_with(Manners::default(), b"h2")
        .await
        .expect("it listens");
    let mut begun = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", NO_WINDOW].concat();
    for stream in 0..streams {
        begun.extend([0, 0, u8::try_from(FIELDS.len()).expect("few"), 1, 5]);
        begun.extend((2 * stream + 1).to_be_bytes());
        begun.extend(FIELDS);
    }
    wire.write_all(&begun).await.expect("it reads");
    wire.flush().await.expect("it reads");
    // Its settings have arrived, so it is an HTTP/2 connection.
    wire.read_u8().await.expect("an answer");
    wire
}

async fn ends(mut process: Observed) {
    let ended = tokio::task::spawn_blocking(move || process.ended().success());
    let ended = timeout(PATIENCE, ended).await.expect("it ends by itself");
    assert!(ended.expect("a status"));
}

async fn nobody_holds_up_a_stop_for_longer_than_a_limit(target: Target) {
    let files = [certificate("first.pem"), certificate("first.key")];
    let [certificate, key] = files.map(|file| file.to_str().expect("text").to_owned());
    for arguments in [&[][..], &["--cert", &certificate, "--key", &key]] {
        let process = Observed::start(target, LIMITS, arguments);
        let tls = !arguments.is_empty();
        let way = Way {
            address: process.address,
            tls,
        };
        // Sends no bytes at all.
        let mute = TcpStream::connect(process.address).expect("it listens");
        let stuck = stuck(target, &way).await;
        process.signal("TERM");
        ends(process).await;
        drop((mute, stuck));
    }
}

async fn a_second_signal_waits_for_nobody(target: Target) {
    let process = Observed::start(target, LIMITS, &[]);
    let mut wires = Vec::new();
    for path in [
        "/sleep?ms=600000",
        "/block?ms=600000",
        "/sse?count=9&delay_ms=60000",
    ] {
        let way = Way {
            address: process.address,
            tls: false,
        };
        let mut wire = way.connect().await.expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
        wire.write_all(request.as_bytes()).await.expect("it reads");
        wires.push(wire);
    }
    while !process
        .page("/stats")
        .contains(r#""running":2,"cancelled":0,"open_streams":1"#)
    {
        sleep(Duration::from_millis(10)).await;
    }
    process.signal("TERM");
    until_closed(process.address).await;
    process.signal("TERM");
    ends(process).await;
}

/// Waits until the server accepts no more connections.
async fn until_closed(address: SocketAddr) {
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        sleep(Duration::from_millis(10)).await;
    }
}

against_each_target!(async nobody_holds_up_a_stop_for_longer_than_a_limit a_second_signal_waits_for_nobody);
