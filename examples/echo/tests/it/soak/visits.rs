//! The behavior of each kind of client from its connection to its end. Well-behaved clients get correct responses, and the server cuts the
//! others.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::AsyncWriteExt;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::client::websocket::{BINARY, CLOSE, frame, open, read};
use crate::client::{Manners, PATIENCE, Way, Wire, ask, response, rest};
use crate::mutations::{Chance, failed, mutant};
use crate::target::Target;

/// The pause between two bytes of a slow client: slower than any allowed rate.
const DRIP: Duration = Duration::from_millis(500);
/// Far longer than the limits of the soak test.
const TOO_LONG: Duration = Duration::from_secs(20);

async fn connect(way: &Way) -> Wire {
    way.connect().await.expect("it listens")
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n")
}

fn post_json(body: &str) -> String {
    let length = body.len();
    format!(
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// Sends many requests on one connection, and checks each response.
pub(super) async fn kept_alive(way: &Way, chance: &mut Chance) {
    let mut wire = connect(way).await;
    for _ in 0..20 {
        let json = format!("[{}1]", "0.25,".repeat(chance.below(2000)));
        let asked = [get("/health"), get("/sleep?ms=20"), post_json(&json)];
        let which = chance.below(asked.len());
        let response = ask(&mut wire, &asked[which]).await.expect("an answer");
        assert!(
            response.head.starts_with("HTTP/1.1 200"),
            "{}",
            response.head
        );
        if which == 2 {
            assert_eq!(response.body, json.as_bytes());
        }
    }
}

/// Reads a stream to its end.
pub(super) async fn stream(way: &Way, chance: &mut Chance, path: &str) {
    let mut wire = connect(way).await;
    let (count, delay) = (1 + chance.below(200), chance.below(10));
    let request = get(&format!("{path}?count={count}&delay_ms={delay}"));
    let response = ask(&mut wire, &request).await.expect("a stream");
    assert!(
        response.head.starts_with("HTTP/1.1 200"),
        "{}",
        response.head
    );
    let text = String::from_utf8_lossy(&response.body);
    assert_eq!(text.matches(r#"{"index":"#).count(), count);
}

/// Sends messages of any size and expects each back; ends orderly or abruptly.
pub(super) async fn websocket(way: &Way, chance: &mut Chance) {
    let mut wire = connect(way).await;
    open(&mut wire).await.expect("a WebSocket");
    for _ in 0..10 {
        let message = vec![7; chance.below(70_000)];
        let sent = frame(BINARY, &message);
        wire.write_all(&sent).await.expect("it reads");
        wire.flush().await.expect("it reads");
        let (opcode, returned) = read(&mut wire).await.expect("a message");
        assert!(opcode == BINARY && returned == message);
    }
    if chance.below(2) == 0 {
        let close = frame(CLOSE, &1000_u16.to_be_bytes());
        wire.write_all(&close).await.expect("it reads");
        wire.flush().await.expect("it reads");
        assert_eq!(read(&mut wire).await.expect("a close").0, CLOSE);
    }
}

/// Uploads a file, which is written to disk beyond a size.
pub(super) async fn upload(way: &Way, chance: &mut Chance) {
    let mut wire = connect(way).await;
    let file = vec![b'x'; chance.below(3 << 20)];
    wire.write_all(&form(file.len())).await.expect("it reads");
    wire.write_all(&file).await.expect("it reads");
    wire.write_all(FORM_END).await.expect("it reads");
    wire.flush().await.expect("it reads");
    let response = response(&mut wire).await.expect("an answer");
    let text = String::from_utf8_lossy(&response.body);
    assert!(
        text.contains(&format!(r#""size":{}"#, file.len())),
        "{text}"
    );
}

const FORM_END: &[u8] = b"\r\n--b--\r\n";

/// Returns the head of a request with one file of this size, up to its first byte.
fn form(size: usize) -> Vec<u8> {
    let part = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
    let length = part.len() + size + FORM_END.len();
    format!(
        "POST /upload HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: {length}\r\n\r\n{part}"
    )
    .into_bytes()
}

/// Opens parallel streams on one connection.
pub(super) async fn http2(way: &Way, chance: &mut Chance) {
    let (mut sender, connection) = http2_connection(way, None).await;
    let mut responses = Vec::new();
    for _ in 0..12 {
        let path = match chance.below(3) {
            0 => "/health".to_owned(),
            1 => "/sleep?ms=30".to_owned(),
            _ => format!("/sse?count={}&delay_ms=1", 1 + chance.below(50)),
        };
        // The client resets its stream.
        let leaves = chance.below(6) == 0;
        let response = sender.send_request(request(&path));
        responses.push(tokio::spawn(async move {
            let response = response.await.expect("an answer");
            assert_eq!(response.status(), 200);
            if !leaves {
                response.into_body().collect().await.expect("all of it");
            }
        }));
    }
    for response in responses {
        timeout(PATIENCE, response)
            .await
            .expect("an end")
            .expect("good answers");
    }
    drop(sender);
    connection.abort();
}

type Sender = http2::SendRequest<Empty<Bytes>>;

fn request(path: &str) -> Request<Empty<Bytes>> {
    let request = Request::get(format!("http://x{path}"));
    request.body(Empty::new()).expect("a good request")
}

async fn http2_connection(way: &Way, window: Option<u32>) -> (Sender, JoinHandle<()>) {
    let wire = way
        .connect_with(Manners::default(), b"h2")
        .await
        .expect("it listens");
    let mut builder = http2::Builder::new(TokioExecutor::new());
    if let Some(window) = window {
        builder.initial_stream_window_size(window);
    }
    let (sender, connection) = builder.handshake(TokioIo::new(wire)).await.expect("HTTP/2");
    (sender, tokio::spawn(async move { drop(connection.await) }))
}

/// Sends one request, and then nothing until the server closes the connection.
pub(super) async fn idle(way: &Way) {
    let mut wire = connect(way).await;
    ask(&mut wire, &get("/health")).await.expect("an answer");
    assert_eq!(rest(&mut wire).await, b"");
}

/// Sends the head of a request, byte by byte, until the server closes the connection.
pub(super) async fn slow_head(way: &Way) {
    let mut wire = connect(way).await;
    drip(
        &mut wire,
        b"GET /health HTTP/1.1\r\nx-patience: yes yes yes yes yes yes yes",
    )
    .await;
    assert_eq!(rest(&mut wire).await, b"");
}

/// Sends the body of a request, byte by byte, until the server closes the connection.
pub(super) async fn slow_body(target: Target, way: &Way) {
    let mut wire = connect(way).await;
    let request = post_json(&" ".repeat(100_000));
    let (head, _) = request.split_once("\r\n\r\n").expect("a head");
    wire.write_all(format!("{head}\r\n\r\n").as_bytes())
        .await
        .expect("it reads");
    drip(&mut wire, &[b' '; 60]).await;
    let rejection = rest(&mut wire).await;
    // The router of axum rejects every body that it cannot read with 400.
    let expected = if target == Target::Axum { 400 } else { 408 };
    assert!(
        rejection.starts_with(format!("HTTP/1.1 {expected}").as_bytes()),
        "{:?}",
        String::from_utf8_lossy(&rejection)
    );
}

/// Sends byte by byte until the server accepts no more.
async fn drip(wire: &mut Wire, bytes: &[u8]) {
    for byte in bytes {
        if wire.write_all(&[*byte]).await.is_err() || wire.flush().await.is_err() {
            return;
        }
        sleep(DRIP).await;
    }
}

/// Requests an endless stream and reads nothing until the server closes the connection.
pub(super) async fn slow_reader(way: &Way) {
    let manners = Manners {
        receive: Some(4096),
        ..Manners::default()
    };
    let wire = way.connect_with(manners, b"http/1.1").await;
    let mut wire = wire.expect("it listens");
    let request = get("/sse?count=1000000&delay_ms=0");
    wire.write_all(request.as_bytes()).await.expect("it reads");
    wire.flush().await.expect("it reads");
    sleep(TOO_LONG).await;
    let read = rest(&mut wire).await;
    assert!(
        !read.ends_with(b"\r\n0\r\n\r\n"),
        "the whole answer was taken from it"
    );
}

/// Does the same with the window of an HTTP/2 stream.
pub(super) async fn closed_window(way: &Way) {
    let (mut sender, connection) = http2_connection(way, Some(0)).await;
    let responses: Vec<_> = (0..4)
        .map(|_| sender.send_request(request("/sse?count=1000000&delay_ms=0")))
        .collect();
    let mut held = Vec::new();
    for response in responses {
        held.push(response.await.expect("a head"));
    }
    timeout(PATIENCE, connection)
        .await
        .expect("it is cut")
        .expect("no panic");
    for response in held {
        response
            .into_body()
            .collect()
            .await
            .expect_err("it was cut");
    }
}

/// Disconnects at a random point, orderly or with a reset.
pub(super) async fn leaving(target: Target, way: &Way, chance: &mut Chance) {
    let manners = Manners {
        resets: chance.below(2) == 0,
        ..Manners::default()
    };
    let wire = way.connect_with(manners, b"http/1.1").await;
    let mut wire = wire.expect("it listens");
    let json = post_json(&" ".repeat(10_000));
    let half_a_form = [form(2 << 20), vec![b'x'; 3 << 19]].concat();
    let half_a_message = &frame(BINARY, &[7; 10_000])[..5000];
    // The last one is a WebSocket, which the router of axum does not have.
    let phases = if target == Target::Axum { 7 } else { 8 };
    // The waits are longer than the patience of the test, so that it fails if they are not cancelled.
    let sent: &[u8] = match chance.below(phases) {
        0 => b"",
        1 => b"GET /heal",
        2 => &json.as_bytes()[..json.len() / 2],
        3 => b"GET /sleep?ms=600000 HTTP/1.1\r\nhost: x\r\n\r\n",
        4 => b"GET /block?ms=600000 HTTP/1.1\r\nhost: x\r\n\r\n",
        5 => b"GET /sse?count=1000&delay_ms=10 HTTP/1.1\r\nhost: x\r\n\r\n",
        6 => &half_a_form,
        _ => {
            open(&mut wire).await.expect("a WebSocket");
            half_a_message
        }
    };
    wire.write_all(sent).await.expect("it reads");
    wire.flush().await.expect("it reads");
    sleep(Duration::from_millis(chance.below(300) as u64)).await;
}

/// Sends a malformed or almost correct request.
pub(super) async fn malformed(way: &Way, chance: &mut Chance, seeds: &[Vec<u8>]) {
    let mut wire = connect(way).await;
    let sent = mutant(chance, seeds);
    // The server may close the connection before all bytes are sent.
    let _ = wire.write_all(&sent).await;
    let _ = wire.flush().await;
    let _ = wire.shutdown().await;
    let said = rest(&mut wire).await;
    assert!(!failed(&said), "{:?}", String::from_utf8_lossy(&said));
}
