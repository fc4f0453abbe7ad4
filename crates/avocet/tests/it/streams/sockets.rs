//! Streams on real sockets: backpressure, batched writes, and the end of a stream.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use avocet::prelude::*;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::served::Served;

#[model]
struct Piece {
    text: String,
}

/// The number of pieces made.
#[derive(Clone, Default)]
struct Made(Arc<AtomicUsize>);

/// Sends pieces of 1 KiB endlessly, as fast as they are taken.
#[get("/endless")]
async fn endless(#[state] made: Made) -> JsonLines<Piece> {
    JsonLines::new(stream! {
        loop {
            made.0.fetch_add(1, Ordering::SeqCst);
            yield Piece { text: "x".repeat(1000) };
        }
    })
}

/// Sends a hundred pieces that are ready together.
#[get("/together")]
async fn together() -> Sse<Piece> {
    Sse::new(stream! {
        for _ in 0..100 {
            yield Piece { text: "x".to_owned() };
        }
    })
}

/// Sends a single piece, and stays open.
#[get("/first")]
async fn first() -> Sse<Piece> {
    Sse::new(stream! {
        yield Piece { text: "first".to_owned() };
        std::future::pending::<()>().await;
    })
}

/// Sends a head, but never a piece.
#[get("/opened")]
async fn opened() -> Sse<Piece> {
    let stream = stream! {
        std::future::pending::<()>().await;
        yield Piece { text: "never".to_owned() };
    };
    Sse::new(stream).open_at_once()
}

/// Sends a piece and an error.
#[get("/broken")]
async fn broken() -> Sse<Piece> {
    Sse::new(stream! {
        yield Piece { text: "first".to_owned() };
        Err(HttpError::new(StatusCode::BAD_GATEWAY, "the model stopped"))?;
    })
}

async fn serve(made: Made) -> SocketAddr {
    let app = App::new("Sockets", "1.0.0")
        .state(made)
        .routes(routes![endless, together, first, opened, broken]);
    Served::start(app).await.for_good()
}

async fn ask(address: SocketAddr, request: &str) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.expect("it listens");
    let head = format!("{request} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    socket.write_all(head.as_bytes()).await.expect("it reads");
    socket
}

async fn response(address: SocketAddr, request: &str) -> String {
    let mut response = String::new();
    let mut socket = ask(address, request).await;
    socket.read_to_string(&mut response).await.expect("text");
    response
}

/// Returns the number of pieces made, when it stops growing.
async fn standstill(made: &Made) -> usize {
    let mut before = 0;
    loop {
        sleep(Duration::from_millis(300)).await;
        let now = made.0.load(Ordering::SeqCst);
        if now == before && now > 0 {
            return now;
        }
        before = now;
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_pauses_the_producer() {
    let made = Made::default();
    let mut socket = ask(serve(made.clone()).await, "GET /endless").await;
    let patience = Duration::from_secs(25);
    let paused = timeout(patience, standstill(&made)).await.expect("a pause");
    // The system's buffers take a few megabytes, ours less than one.
    assert!(paused < 32 * 1024, "{paused} KiB without a reader");

    let mut taken = vec![0; paused * 1024];
    socket.read_exact(&mut taken).await.expect("it goes on");
    assert!(made.0.load(Ordering::SeqCst) > paused);
}

#[tokio::test]
async fn what_is_ready_together_is_one_chunk() {
    let response = response(serve(Made::default()).await, "GET /together").await;
    let (_, body) = response.split_once("\r\n\r\n").expect("a head");
    let events = "data: {\"text\":\"x\"}\n\n".repeat(100);
    assert_eq!(body, format!("{:X}\r\n{events}\r\n0\r\n\r\n", events.len()));
}

#[tokio::test]
async fn the_first_item_waits_for_no_other() {
    let mut socket = ask(serve(Made::default()).await, "GET /first").await;
    let mut seen = String::new();
    while !seen.contains("data: {\"text\":\"first\"}\n\n") {
        let mut bytes = [0; 1024];
        let read = timeout(Duration::from_secs(25), socket.read(&mut bytes));
        let read = read.await.expect("it comes").expect("it is open");
        seen.push_str(std::str::from_utf8(&bytes[..read]).expect("text"));
    }
}

#[tokio::test]
async fn a_stream_that_opens_at_once_sends_its_head_alone() {
    let mut socket = ask(serve(Made::default()).await, "GET /opened").await;
    let mut seen = String::new();
    while !seen.ends_with("\r\n\r\n") {
        let mut bytes = [0; 1024];
        let read = timeout(Duration::from_secs(25), socket.read(&mut bytes));
        let read = read.await.expect("it comes").expect("it is open");
        seen.push_str(std::str::from_utf8(&bytes[..read]).expect("text"));
    }
    assert!(seen.starts_with("HTTP/1.1 200"), "{seen}");
}

#[tokio::test]
async fn head_tells_what_get_would_say_and_ends() {
    let response = response(serve(Made::default()).await, "HEAD /first").await;
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert!(
        response.contains("content-type: text/event-stream"),
        "{response}"
    );
    assert!(response.ends_with("\r\n\r\n"), "{response}");
}

#[tokio::test]
async fn on_http2_the_error_comes_whole_and_then_a_reset() {
    let address = serve(Made::default()).await;
    let socket = TcpStream::connect(address).await.expect("it listens");
    let (mut client, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(socket))
            .await
            .expect("HTTP/2");
    tokio::spawn(connection);
    for _ in 0..50 {
        let request = Request::get(format!("http://{address}/broken"));
        let request = request.body(Empty::<Bytes>::new()).expect("a request");
        let mut body = client
            .send_request(request)
            .await
            .expect("an answer")
            .into_body();
        let mut text = Vec::new();
        let error = loop {
            match body.frame().await.expect("no clean end") {
                Ok(frame) => text.extend(frame.into_data().expect("data")),
                Err(error) => break error,
            }
        };
        let text = String::from_utf8(text).expect("text");
        assert!(
            text.ends_with("event: error\ndata: {\"detail\":\"the model stopped\"}\n\n"),
            "{text}"
        );
        assert!(format!("{error:?}").contains("Reset"), "{error:?}");
    }
}
