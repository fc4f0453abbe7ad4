//! Streams whose items are made in other threads than those that send them: no wake-up is lost.
//!
//! `AVOCET_BURSTS` sets the number of bursts of items. An item whose wake-up is lost waits forever here, because the heartbeats that would
//! wake the stream are an hour apart.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use avocet::prelude::*;
use avocet::response::{Followed, Replay, TextData};
use avocet::serve::Limits;
use avocet::tasks::{Produced, Tasks};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::sync::{Barrier, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::served::Served;

/// Only a defect waits this long.
const PATIENCE: Duration = Duration::from_secs(60);
/// The number of concurrent clients.
const CLIENTS: usize = 4;

fn bursts() -> usize {
    let text = std::env::var("AVOCET_BURSTS").unwrap_or_default();
    text.parse().unwrap_or(1000) / CLIENTS
}

/// Requests the next two items of a stream.
#[derive(Clone)]
struct Requests(Arc<std::sync::Mutex<Vec<mpsc::UnboundedReceiver<()>>>>);

impl Requests {
    fn next(&self) -> mpsc::UnboundedReceiver<()> {
        let mut requests = self.0.lock().expect("no panic");
        requests.pop().expect("one for each client")
    }
}

#[get("/recorded")]
async fn recorded(#[state] runs: Replay<TextData>) -> Followed<TextData> {
    runs.follow("run", None)
}

/// Sends two items for each request, from a separate task.
#[get("/sent")]
async fn sent(#[state] requests: Requests) -> Sse<TextData> {
    let mut requests = requests.next();
    let (sender, mut items) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while requests.recv().await.is_some() {
            let _ = sender.send("first");
            let _ = sender.send("second");
        }
    });
    Sse::new(stream! {
        while let Some(item) = items.recv().await {
            yield TextData::from(item);
        }
    })
}

/// Sends two items for each request, from a separate thread.
#[get("/produced")]
async fn produced(
    #[state] requests: Requests,
    #[request] tasks: Tasks,
) -> Result<Sse<TextData>, HttpError> {
    let mut requests = requests.next();
    let items: Produced<TextData, HttpError> = tasks.produce(1, move |items| {
        while requests.blocking_recv().is_some() {
            items.send("first".into())?;
            items.send("second".into())?;
        }
        Ok(())
    })?;
    Ok(Sse::new(items))
}

struct Follower(Lines<BufReader<TcpStream>>);

impl Follower {
    async fn new(address: SocketAddr, path: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("it reads");
        Self(BufReader::new(stream).lines())
    }

    /// Reads up to an event with this data.
    async fn until(&mut self, data: &str) {
        let found = async {
            while let Some(line) = self.0.next_line().await.expect("a stream") {
                if line.strip_prefix("data: ") == Some(data) {
                    return;
                }
            }
            panic!("the stream ended before `{data}`");
        };
        timeout(PATIENCE, found).await.expect("a wake-up was lost");
    }
}

fn app() -> App {
    App::new("Threads", "1.0.0")
        .limits(Limits::default())
        .heartbeat(Duration::from_secs(3600))
}

async fn follow(path: &'static str) {
    let (asks, requests): (Vec<_>, Vec<_>) =
        (0..CLIENTS).map(|_| mpsc::unbounded_channel()).unzip();
    let requests = Requests(Arc::new(std::sync::Mutex::new(requests)));
    let app = app().state(requests).routes(routes![sent, produced]);
    let address = Served::start(app).await.for_good();
    // It is unknown which client has which stream, so all send requests, and then all read.
    let barrier = Arc::new(Barrier::new(CLIENTS));
    let mut clients = JoinSet::new();
    for ask in asks {
        let barrier = Arc::clone(&barrier);
        clients.spawn(async move {
            let mut follower = Follower::new(address, path).await;
            for _ in 0..bursts() {
                ask.send(()).expect("a stream");
                follower.until("first").await;
                follower.until("second").await;
                barrier.wait().await;
            }
        });
    }
    while let Some(followed) = clients.join_next().await {
        followed.expect("no panic");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn items_of_another_task_are_sent_at_once() {
    follow("/sent").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn items_of_a_thread_are_sent_at_once() {
    follow("/produced").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn recorded_events_reach_all_who_follow_at_once() {
    let runs: Replay<TextData> = Replay::default();
    let recorder = runs.record("run").expect("room");
    let app = app().state(runs).routes(routes![recorded]);
    let address = Served::start(app).await.for_good();
    let barrier = Arc::new(Barrier::new(CLIENTS + 1));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let barrier = Arc::clone(&barrier);
        clients.spawn(async move {
            let mut follower = Follower::new(address, "/recorded").await;
            for burst in 0..bursts() {
                follower.until(&format!("{burst}a")).await;
                follower.until(&format!("{burst}b")).await;
                barrier.wait().await;
            }
        });
    }
    for burst in 0..bursts() {
        for part in ["a", "b"] {
            let event = TextData::from(format!("{burst}{part}"));
            recorder.publish(event).expect("text");
        }
        barrier.wait().await;
    }
    while let Some(followed) = clients.join_next().await {
        followed.expect("no panic");
    }
}
