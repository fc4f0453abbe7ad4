//! `stream` and `paced` with axum's `Sse`, as its own example has it, and small packets sent at once.

use std::time::Duration;

use async_stream::try_stream;
use avocet_bench::TOKENS;
use axum::Router;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use axum::routing::get;
use axum::serve::ListenerExt;
use futures_core::Stream;
use serde::Serialize;

#[derive(Serialize)]
struct Token {
    index: u32,
    text: String,
}

fn token(index: u32) -> Result<Event, axum::Error> {
    let text = "token ".to_owned();
    Event::default().json_data(Token { index, text })
}

async fn together() -> Sse<impl Stream<Item = Result<Event, axum::Error>>> {
    let stream = try_stream! {
        for index in 0..TOKENS {
            yield token(index)?;
        }
    };
    Sse::new(stream).keep_alive(KeepAlive::default())
}

async fn alone() -> Sse<impl Stream<Item = Result<Event, axum::Error>>> {
    let stream = try_stream! {
        let mut tokens = avocet_bench::one_by_one();
        while let Some(index) = tokens.recv().await {
            yield token(index)?;
        }
    };
    Sse::new(stream).keep_alive(KeepAlive::default())
}

async fn paced() -> Sse<impl Stream<Item = Result<Event, axum::Error>>> {
    let stream = try_stream! {
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        for index in 0.. {
            ticks.tick().await;
            yield token(index)?;
        }
    };
    Sse::new(stream).keep_alive(KeepAlive::default())
}

#[tokio::main]
async fn main() {
    avocet_bench::many_files();
    let app = Router::new()
        .route("/together", get(together))
        .route("/alone", get(alone))
        .route("/paced", get(paced));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", avocet_bench::port()))
        .await
        .expect("the port is free");
    let listener = listener.tap_io(|socket| {
        let _ = socket.set_nodelay(true);
    });
    axum::serve(listener, app).await.expect("it serves");
}
