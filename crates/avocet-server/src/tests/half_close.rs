//! Clients that close their sending side after a request and continue to read.

use std::task::{Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, Response, header};
use http_body::Frame;
use http_body_util::StreamBody;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use super::harness::{Client, Guard, LONG, SHORT, Server, patient, text};
use crate::HeartbeatBytes;

/// Only a defect makes a test wait this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends a request and closes the sending side after it.
async fn ask(server: &Server) -> Client {
    let mut client = server.connect().await;
    client.get("/").await;
    client.0.shutdown().await.expect("an open connection");
    client
}

#[tokio::test]
async fn an_response_that_is_ready_within_the_grace_is_sent() {
    let limits = patient().half_close_grace(LONG);
    let server = Server::start(limits, |_| async {
        sleep(SHORT).await;
        text("hello")
    })
    .await;
    for _ in 0..20 {
        let mut client = ask(&server).await;
        assert!(client.rest().await.ends_with("hello"));
    }
}

#[tokio::test]
async fn every_one_of_several_requests_has_the_grace() {
    let server = Server::start(patient().half_close_grace(20 * SHORT), |_| async {
        sleep(12 * SHORT).await;
        text("hello")
    })
    .await;
    let mut client = server.connect().await;
    client.get("/").await;
    client.get("/").await;
    client.get("/").await;
    client.0.shutdown().await.expect("an open connection");
    assert_eq!(client.rest().await.matches("hello").count(), 3);
}

#[tokio::test]
async fn a_handler_that_takes_longer_is_cancelled() {
    let (guard, mut dropped) = Guard::channel();
    let server = Server::start(patient().half_close_grace(SHORT), move |_| {
        let guard = guard();
        async move {
            std::future::pending::<()>().await;
            drop(guard);
            text("never")
        }
    })
    .await;
    let mut client = ask(&server).await;
    timeout(PATIENCE, dropped.recv()).await.expect("a drop");
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_large_response_that_has_begun_is_sent_to_its_end() {
    const SIZE: usize = 32 << 20;
    let server = Server::start(patient().half_close_grace(SHORT), |_| async {
        text("x".repeat(SIZE))
    })
    .await;
    let mut client = ask(&server).await;
    // Longer than the grace and all checks after it.
    sleep(10 * SHORT).await;
    let response = client.rest().await;
    assert_eq!(response.matches('x').count(), SIZE);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    /// Its heartbeat bytes are available.
    Signs,
    /// The same, but the frames are encoded.
    Encoded,
}

type Events = mpsc::UnboundedReceiver<&'static str>;

/// A server whose responses are streams of the test's items; it reports each stream that is dropped.
async fn streaming(
    kind: Kind,
    grace: Duration,
) -> (
    Server,
    mpsc::UnboundedReceiver<mpsc::UnboundedSender<&'static str>>,
    mpsc::UnboundedReceiver<()>,
) {
    let (guard, dropped) = Guard::channel();
    let (streams, started) = mpsc::unbounded_channel();
    let server = Server::start(patient().half_close_grace(grace), move |_| {
        let guard = guard();
        let (sender, mut events): (_, Events) = mpsc::unbounded_channel();
        streams.send(sender).expect("a test that waits");
        async move {
            let events = stream::poll_fn(move |context| {
                let _held = &guard;
                let event = ready!(events.poll_recv(context));
                Poll::Ready(event.map(|event| {
                    Ok::<_, std::io::Error>(Frame::data(Bytes::from_static(event.as_bytes())))
                }))
            });
            let mut response = Response::new(StreamBody::new(events));
            if kind != Kind::Plain {
                response
                    .extensions_mut()
                    .insert(HeartbeatBytes(b": ping\n\n"));
            }
            if kind == Kind::Encoded {
                let gzip = HeaderValue::from_static("gzip");
                response
                    .headers_mut()
                    .insert(header::CONTENT_ENCODING, gzip);
            }
            response
        }
    })
    .await;
    (server, started, dropped)
}

async fn read_until(client: &mut Client, end: &str) -> String {
    let mut seen = String::new();
    while !seen.contains(end) {
        let byte = timeout(PATIENCE, client.0.read_u8()).await;
        let byte = byte.unwrap_or_else(|_| panic!("no {end:?} in {seen:?}"));
        seen.push(char::from(byte.expect("an open connection")));
    }
    seen
}

#[tokio::test]
async fn an_event_stream_goes_on_behind_two_signs_of_life() {
    let (server, mut started, mut dropped) = streaming(Kind::Signs, SHORT).await;
    let mut client = server.connect().await;
    client.get("/").await;
    let events = started.recv().await.expect("a start");
    events.send("data: 1\n\n").expect("a stream");
    read_until(&mut client, "data: 1\n\n").await;
    client.0.shutdown().await.expect("an open connection");
    let signs = read_until(&mut client, ": ping\n\n\r\n8\r\n: ping\n\n").await;
    assert_eq!(signs.matches(": ping").count(), 2);
    sleep(10 * SHORT).await;
    dropped.try_recv().expect_err("the stream is open");
    events.send("data: 2\n\n").expect("a stream");
    let rest = read_until(&mut client, "data: 2\n\n").await;
    assert!(!rest.contains("ping"), "{rest}");
    drop(events);
    assert!(client.rest().await.ends_with("0\r\n\r\n"));
}

#[tokio::test]
async fn an_event_stream_of_a_client_that_is_gone_is_cancelled() {
    let (server, mut started, mut dropped) = streaming(Kind::Signs, LONG).await;
    let mut client = server.connect().await;
    client.get("/").await;
    let events = started.recv().await.expect("a start");
    events.send("data: 1\n\n").expect("a stream");
    read_until(&mut client, "data: 1\n\n").await;
    drop(client);
    timeout(PATIENCE, dropped.recv()).await.expect("a drop");
}

#[tokio::test]
async fn a_silent_stream_that_cannot_write_signs_of_life_has_the_grace() {
    for kind in [Kind::Plain, Kind::Encoded] {
        let (server, mut started, mut dropped) = streaming(kind, SHORT).await;
        let mut client = server.connect().await;
        client.get("/").await;
        let events = started.recv().await.expect("a start");
        events.send("one").expect("a stream");
        read_until(&mut client, "one\r\n").await;
        client.0.shutdown().await.expect("an open connection");
        timeout(PATIENCE, dropped.recv()).await.expect("a drop");
        assert_eq!(client.rest().await, "");
    }
}

#[tokio::test]
async fn a_reset_behind_the_end_cancels_at_once() {
    let (guard, mut dropped) = Guard::channel();
    let (start, started) = oneshot::channel();
    let start = std::sync::Arc::new(std::sync::Mutex::new(Some(start)));
    let server = Server::start(patient().half_close_grace(LONG), move |_| {
        let guard = guard();
        let start = start.lock().expect("no panic").take();
        async move {
            start.map(|start| start.send(()));
            std::future::pending::<()>().await;
            drop(guard);
            text("never")
        }
    })
    .await;
    let client = ask(&server).await;
    started.await.expect("a start");
    client.0.set_zero_linger().expect("an option of sockets");
    drop(client);
    timeout(PATIENCE, dropped.recv()).await.expect("a drop");
}
