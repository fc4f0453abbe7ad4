//! One route for each phase in which a client can disconnect.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use avocet::prelude::*;
use avocet::tasks::Tasks;
use bytes::Bytes;
use futures_core::Stream;
use http::request::Parts;
use serde_json::Value;

use super::board::{BOARD, Guard, QUEUE, SLOTS};

pub(super) fn app() -> App {
    App::new("Departures", "1.0.0").routes(routes![
        quick, json, upload, queued, running, unbegun, stream, produced, with_tasks, detached
    ])
}

/// The same routes as a router of axum, without uploads, producers, tasks and detached handlers.
pub(super) fn router() -> axum::Router {
    use axum::body::Body;
    use axum::routing::{get, post};

    let queued = async |_: Arrived| {
        let _permit = QUEUE.acquire().await;
        "never"
    };
    let running = async |_: Arrived| {
        let _permit = SLOTS.acquire().await;
        pending::<&str>().await
    };
    let unbegun = async |arrived: Arrived| Body::from_stream(never(arrived));
    let stream = async |arrived: Arrived| Body::from_stream(endless(arrived));
    axum::Router::new()
        .route("/quick", get("quick"))
        .route("/json", post(async |_: Arrived, body: Bytes| body))
        .route("/queued", get(queued))
        .route("/running", get(running))
        .route("/unbegun", get(unbegun))
        .route("/stream", get(stream))
}

fn never(arrived: Arrived) -> impl Stream<Item = Result<&'static str, Infallible>> {
    stream! {
        let _held = arrived;
        yield pending().await;
    }
}

fn endless(arrived: Arrived) -> impl Stream<Item = Result<&'static str, Infallible>> {
    stream! {
        let _permit = SLOTS.acquire().await;
        let _held = arrived;
        loop {
            yield "data: an item\n\n";
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Extracted before the body: the head has arrived, the body has not.
struct Arrived(#[expect(dead_code, reason = "held until it is dropped")] Guard);

impl axum_core::extract::FromRequestParts<()> for Arrived {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, (): &()) -> Result<Self, Infallible> {
        let id = parts
            .uri
            .query()
            .and_then(|query| query.strip_prefix("id="));
        let id = id.and_then(|id| id.parse().ok()).expect("an id");
        Ok(Self(BOARD.reached(id)))
    }
}

#[model(output)]
struct Item {
    index: u64,
}

#[get("/quick")]
async fn quick() -> &'static str {
    "quick"
}

#[post("/json")]
async fn json(#[extract] _arrived: Arrived, #[body] value: Value) -> Value {
    value
}

#[post("/upload", body_limit = 16_777_216)]
async fn upload(#[extract] _arrived: Arrived, #[file] file: Upload) -> u64 {
    file.size()
}

#[get("/queued")]
async fn queued(#[query] id: u64) -> &'static str {
    let _guard = BOARD.reached(id);
    let _permit = QUEUE.acquire().await;
    "never"
}

#[get("/running")]
async fn running(#[query] id: u64) -> &'static str {
    let _permit = SLOTS.acquire().await;
    let _guard = BOARD.reached(id);
    pending::<()>().await;
    "never"
}

#[get("/unbegun")]
async fn unbegun(#[query] id: u64) -> Sse<Item> {
    let guard = BOARD.reached(id);
    Sse::new(stream! {
        let _held = guard;
        pending::<()>().await;
        yield Item { index: 0 };
    })
}

#[get("/stream")]
async fn stream(#[query] id: u64) -> Sse<Item> {
    Sse::new(stream! {
        let _permit = SLOTS.acquire().await;
        let _guard = BOARD.reached(id);
        for index in 0.. {
            yield Item { index };
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
}

#[get("/produced")]
async fn produced(#[query] id: u64, #[request] tasks: Tasks) -> Result<Sse<Item>, HttpError> {
    let guard = BOARD.reached(id);
    Ok(Sse::new(tasks.produce(4, move |items| {
        let _held = guard;
        for index in 0.. {
            items.send(Item { index })?;
        }
        Ok(())
    })?))
}

#[get("/tasks")]
async fn with_tasks(#[query] id: u64, #[request] tasks: Tasks) -> &'static str {
    let guard = Arc::new(BOARD.reached(id));
    let held = Arc::clone(&guard);
    tasks.spawn(async move {
        let _held = held;
        pending::<()>().await;
    });
    let blocked = tasks.spawn_blocking(move |cancellation| {
        let _held = guard;
        while !cancellation.is_cancelled() {
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    let _ = blocked.await;
    "never"
}

#[get("/detached", detach)]
async fn detached(#[query] id: u64) -> &'static str {
    let _guard = BOARD.reached(id);
    tokio::time::sleep(Duration::from_millis(20)).await;
    BOARD.finished.fetch_add(1, Ordering::SeqCst);
    "done"
}
