//! Conversations whose parts run on several threads: no wake-up is lost between them.
//!
//! `AVOCET_BURSTS` says how many bursts of messages there are. A message that waits for a wake-up which never comes waits for ever
//! here, because the pings that would wake the conversation are an hour apart.

use std::sync::Arc;
use std::time::Duration;

use avocet::prelude::*;
use avocet::serve::Limits;
use avocet::testing::TestClient;
use avocet::websocket::{Close, Closed, Message};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::frames::{Raw, frame};
use crate::served::Served;

const TEXT: u8 = 0x81;
/// Only a defect makes anything here wait as long.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many conversations go on at once.
const CLIENTS: usize = 4;

fn rounds() -> usize {
    let text = std::env::var("AVOCET_BURSTS").unwrap_or_default();
    text.parse().unwrap_or(4000) / CLIENTS
}

/// Answers each message with two, from a task of its own.
#[websocket("/burst")]
async fn burst(socket: WebSocket<String>) -> Result<(), HttpError> {
    let (sender, mut receiver) = socket.split();
    let (requests, mut requested) = mpsc::unbounded_channel();
    let response_context = tokio::spawn(async move {
        while let Some(text) = requested.recv().await {
            sender.send(text).await?;
            sender.send("second".to_owned()).await?;
        }
        Ok::<_, Closed>(())
    });
    while let Some(text) = receiver.recv().await {
        requests.send(text)?;
    }
    drop(requests);
    response_context.await??;
    Ok(())
}

/// Receives and answers in a task of its own.
#[websocket("/elsewhere")]
async fn elsewhere(mut socket: WebSocket<Message>) -> Result<(), HttpError> {
    let echoing = tokio::spawn(async move {
        while let Some(message) = socket.recv().await {
            socket.send(message).await?;
        }
        Ok::<_, Closed>(())
    });
    echoing.await??;
    Ok(())
}

/// Goes on for ever, and leaves the socket to another task that drops it, or closes.
#[websocket("/ends/{how}")]
async fn ends(how: String, mut socket: WebSocket<String>) -> Result<(), HttpError> {
    // The client is let in.
    socket.send("here".to_owned()).await?;
    tokio::spawn(async move {
        tokio::task::yield_now().await;
        if how == "close" {
            socket.close(Close::new(4000, "enough"));
        }
    });
    std::future::pending().await
}

fn app() -> App {
    let limits = Limits::default()
        .websocket_ping_interval(Duration::from_secs(3600))
        .websocket_close_time(Duration::from_secs(3600));
    App::new("Threads", "1.0.0")
        .limits(limits)
        .routes(routes![burst, elsewhere, ends])
}

/// Runs `visit` for some clients at once, each in a task of its own.
async fn at_once<F: Future<Output = ()> + Send + 'static>(visit: impl Fn() -> F) {
    let mut visits = JoinSet::new();
    for _ in 0..CLIENTS {
        visits.spawn(visit());
    }
    while let Some(visited) = visits.join_next().await {
        visited.expect("no panic");
    }
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(PATIENCE, what).await.expect("a wake-up was lost")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn messages_of_another_task_are_sent_at_once() {
    let address = Served::start(app()).await.for_good();
    at_once(|| async move {
        let mut client = Raw::connect_to(address, "/burst", b"").await;
        for _ in 0..rounds() {
            client.send(&frame(TEXT, b"first")).await;
            assert_eq!(soon(client.next()).await, Some((TEXT, b"first".to_vec())));
            assert_eq!(soon(client.next()).await, Some((TEXT, b"second".to_vec())));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn messages_to_another_task_are_received_at_once() {
    let client = Arc::new(TestClient::new(app().build().expect("it builds")));
    at_once(|| {
        let client = Arc::clone(&client);
        async move {
            let mut socket = client.websocket("/elsewhere").connect().await;
            for _ in 0..rounds() / 10 {
                // Together they have no room, so that reading goes on when the handler has taken some.
                for _ in 0..3 {
                    socket.send_bytes(vec![0; 30_000]).await;
                }
                for _ in 0..3 {
                    assert_eq!(soon(socket.bytes()).await.len(), 30_000);
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn messages_before_a_fault_are_answered_by_another_task_before_the_end() {
    let address = Served::start(app()).await.for_good();
    at_once(|| async move {
        for _ in 0..rounds() / 20 {
            // Behind the message, a reserved opcode.
            let bytes = [frame(TEXT, b"one"), frame(0x83, b"")].concat();
            let mut client = Raw::connect_to(address, "/elsewhere", &bytes).await;
            assert_eq!(soon(client.next()).await, Some((TEXT, b"one".to_vec())));
            assert_eq!(soon(client.closed()).await.0, 1002);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_end_that_another_task_sets_reaches_the_client_at_once() {
    let client = Arc::new(TestClient::new(app().build().expect("it builds")));
    at_once(|| {
        let client = Arc::clone(&client);
        async move {
            for _ in 0..rounds() / 10 {
                for (how, code) in [("close", 4000), ("drop", 1000)] {
                    let path = format!("/ends/{how}");
                    let mut socket = client.websocket(&path).connect().await;
                    assert_eq!(soon(socket.text()).await, "here");
                    assert_eq!(soon(socket.closed()).await.code(), code);
                }
            }
        }
    })
    .await;
}
