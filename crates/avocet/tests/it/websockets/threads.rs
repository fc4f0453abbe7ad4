//! Conversations whose parts run on several threads: no wake-up is lost.
//!
//! `AVOCET_BURSTS` sets the number of bursts of messages. A message whose wake-up is lost waits forever here, because the pings that would
//! wake the conversation are an hour apart.

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
/// Only a defect waits this long.
const PATIENCE: Duration = Duration::from_secs(60);
/// The number of concurrent conversations.
const CLIENTS: usize = 4;

fn rounds() -> usize {
    let text = std::env::var("AVOCET_BURSTS").unwrap_or_default();
    text.parse().unwrap_or(4000) / CLIENTS
}

/// Responds to each message with two, from a separate task.
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

/// Receives and responds in a separate task.
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

/// Runs forever, and moves the socket to another task that drops it, or closes.
#[websocket("/ends/{how}")]
async fn ends(how: String, mut socket: WebSocket<String>) -> Result<(), HttpError> {
    // The upgrade has succeeded.
    socket.send("here".to_owned()).await?;
    tokio::spawn(async move {
        tokio::task::yield_now().await;
        if how == "close" {
            socket.close(Close::new(4000, "enough"));
        }
    });
    std::future::pending().await
}

/// Notifies the test when it is dropped.
struct Witness(mpsc::UnboundedSender<()>);

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[derive(Clone)]
struct Dropped(mpsc::UnboundedSender<()>);

/// Sends forever from a separate task, while the handler receives.
#[websocket("/talk")]
async fn talk(socket: WebSocket<String>, #[state] dropped: Dropped) -> Result<(), HttpError> {
    let witness = Witness(dropped.0.clone());
    let (sender, mut receiver) = socket.split();
    let talking = tokio::spawn(async move {
        let _witness = witness;
        while sender.send("on and on".to_owned()).await.is_ok() {}
    });
    while receiver.recv().await.is_some() {}
    talking.await?;
    Ok(())
}

/// Waits for a different event, and keeps the socket open.
#[websocket("/busy")]
async fn busy(mut socket: WebSocket<String>, #[state] dropped: Dropped) -> Result<(), HttpError> {
    let _witness = Witness(dropped.0.clone());
    socket.send("on and on".to_owned()).await?;
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

/// Runs `visit` for several clients at once, each in a separate task.
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
                // Together they exceed the buffer, so reading continues when the handler has taken some.
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
            // After the message, a reserved opcode.
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_client_that_leaves_or_closes_ends_what_another_task_does_for_it() {
    let (dropped, mut drops) = mpsc::unbounded_channel();
    let app = app().state(Dropped(dropped)).routes(routes![talk, busy]);
    let address = Served::start(app).await.for_good();
    at_once(|| async move {
        for round in 0..rounds() / 20 {
            for path in ["/talk", "/busy"] {
                let mut client = Raw::connect_to(address, path, b"").await;
                assert_eq!(
                    soon(client.next()).await,
                    Some((TEXT, b"on and on".to_vec()))
                );
                if round % 2 == 0 {
                    client.send(&frame(0x88, b"")).await;
                    // Frames already in transit come first.
                    while soon(client.next())
                        .await
                        .is_some_and(|(first, _)| first == TEXT)
                    {}
                }
            }
        }
    })
    .await;
    for _ in 0..CLIENTS * (rounds() / 20) * 2 {
        soon(drops.recv()).await.expect("a handler that is dropped");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stop_ends_conversations_in_other_tasks() {
    for _ in 0..rounds() / 100 {
        let mut served = Served::start(app()).await;
        let mut clients = Vec::new();
        for path in ["/elsewhere", "/burst"] {
            let mut client = Raw::connect_to(served.address, path, b"").await;
            client.send(&frame(TEXT, b"here")).await;
            assert_eq!(soon(client.next()).await, Some((TEXT, b"here".to_vec())));
            clients.push(client);
        }
        served.ask_to_stop();
        for mut client in clients {
            let (_, close) = loop {
                match soon(client.next()).await.expect("a close frame") {
                    (TEXT, _) => {}
                    close => break close,
                }
            };
            assert_eq!(close[..2], 1001_u16.to_be_bytes());
            client.send(&frame(0x88, &close)).await;
        }
        let drained = soon(served.drained()).await;
        assert_eq!((drained.finished, drained.cut), (2, 0));
    }
}
