//! The routes of the application as a router of axum.
//!
//! It has no `/ws` and no `/upload`: in axum, its own code reads them, and not that of Avocet.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use avocet::serve::Limits;
use avocet::{Settings, stream};
use avocet_server::Observer;
use axum::body::Body;
use axum::extract::State;
use axum::http::Uri;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use echo::Stats;
use futures_core::Stream;
use serde_json::{Value, json};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Serves the router on Avocet's server, with the settings of the program.
pub(crate) async fn run(settings: &Settings) -> avocet::Result<()> {
    // As an application logs: h2 warns of every invalid frame.
    let levels = Targets::new()
        .with_default(settings.log_level())
        .with_target("h2", LevelFilter::ERROR);
    tracing_subscriber::registry()
        .with(levels)
        .with(tracing_subscriber::fmt::layer().with_writer(io::stderr))
        .init();
    let open = OpenConnections::default();
    let limits = settings.limits(Limits::default()).server;
    let server = settings.server().limits(limits).observer(open.clone());
    server.serve(router(open)).await?;
    Ok(())
}

fn router(open: OpenConnections) -> Router {
    let stats = Stats::default();
    Router::new()
        .route("/health", get(async || Json(json!({ "status": "ok" }))))
        .route("/stats", get(figures))
        .route("/metrics", get(async move || open.page()))
        .route("/echo", post(async |Json(json): Json<Value>| Json(json)))
        .route("/sleep", get(sleep))
        .route("/block", get(block))
        .route("/sse", get(sse))
        .route("/jsonl", get(json_lines))
        .with_state(stats)
}

/// Returns a number from the query.
fn number(uri: &Uri, name: &str) -> Option<u64> {
    let pairs = uri.query()?.split('&');
    let mut values = pairs.filter_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    values.next()?.parse().ok()
}

async fn figures(State(stats): State<Stats>) -> String {
    let now = stats.snapshot();
    format!(
        r#"{{"running":{},"cancelled":{},"open_streams":{},"open_sockets":{}}}"#,
        now.running, now.cancelled, now.open_streams, now.open_sockets
    )
}

async fn sleep(State(stats): State<Stats>, uri: Uri) -> Json<Value> {
    let ms = number(&uri, "ms").unwrap_or_default();
    let work = stats.work();
    tokio::time::sleep(Duration::from_millis(ms)).await;
    work.done();
    Json(json!({ "slept": ms }))
}

/// Waits on a thread that stops when the handler is dropped.
async fn block(State(stats): State<Stats>, uri: Uri) -> Json<Value> {
    let ms = number(&uri, "ms").unwrap_or_default();
    let end = Instant::now() + Duration::from_millis(ms);
    let handler = Arc::new(());
    let running = Arc::downgrade(&handler);
    let work = stats.work();
    let waiting = tokio::task::spawn_blocking(move || {
        while running.strong_count() > 0 {
            if Instant::now() >= end {
                return work.done();
            }
            thread::sleep(Duration::from_millis(5));
        }
    });
    waiting.await.expect("no panic");
    drop(handler);
    Json(json!({ "slept": ms }))
}

async fn sse(State(stats): State<Stats>, uri: Uri) -> impl IntoResponse {
    let items = items(&stats, &uri, |item| format!("data: {item}\n\n"));
    (
        [(CONTENT_TYPE, "text/event-stream")],
        Body::from_stream(items),
    )
}

async fn json_lines(State(stats): State<Stats>, uri: Uri) -> impl IntoResponse {
    let items = items(&stats, &uri, |item| format!("{item}\n"));
    (
        [(CONTENT_TYPE, "application/jsonl")],
        Body::from_stream(items),
    )
}

fn items(
    stats: &Stats,
    uri: &Uri,
    shown: fn(&str) -> String,
) -> impl Stream<Item = io::Result<String>> + use<> {
    let open = stats.stream();
    let count = number(uri, "count").unwrap_or(10);
    let delay = Duration::from_millis(number(uri, "delay_ms").unwrap_or_default());
    stream! {
        for index in 0..count {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            yield shown(&format!(r#"{{"index":{index},"text":"item {index}"}}"#));
        }
        open.done();
    }
}

/// Counts the open connections, as the metrics of an application do.
#[derive(Clone, Default)]
struct OpenConnections(Arc<AtomicU64>);

impl Observer for OpenConnections {
    fn connection_opened(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn connection_closed(&self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl OpenConnections {
    fn page(&self) -> String {
        let tasks = tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks();
        let open = self.0.load(Ordering::SeqCst);
        format!("http_connections_open {open}\ntokio_tasks_alive {tasks}\n")
    }
}
