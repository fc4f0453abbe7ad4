//! blazingly on its own server. Its models have no tagged unions, so it has no `/chat`.

use std::num::NonZeroUsize;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use avocet_bench::{BLOCK_MS, TOKENS};
use blazingly::native::{MulticoreServer, termination_channel};
use blazingly::openapi::OpenApiConfig;
use blazingly::prelude::*;
use blazingly::realtime::{Sse, SseEvent};

#[api_model]
struct Message {
    message: String,
}

#[get("/", id = "hello")]
fn hello() -> Json<Message> {
    Json(Message {
        message: "Hello World".to_owned(),
    })
}

#[api_model]
struct Vector {
    #[min_length(1)]
    #[max_length(64)]
    id: String,
    #[min_items(512)]
    #[max_items(512)]
    values: Vec<f32>,
}

#[api_model]
struct Norm {
    id: String,
    norm: f32,
}

#[post("/embed", id = "embed")]
fn embed(Json(vector): Json<Vector>) -> Json<Norm> {
    let squares = vector.values.iter().map(|value| value * value);
    let norm = squares.sum::<f32>().sqrt();
    Json(Norm {
        id: vector.id,
        norm,
    })
}

#[api_model]
struct Token {
    index: u32,
    text: String,
}

fn token(index: u32) -> SseEvent {
    let text = "token ".to_owned();
    SseEvent::json(&Token { index, text }).expect("it serializes")
}

#[get("/together", id = "together")]
fn together() -> Sse {
    Sse::from_events((0..TOKENS).map(token))
}

/// A stream of events as bytes.
struct Events<S>(Pin<Box<S>>);

impl<S: futures_core::Stream<Item = u32> + 'static> BodyStream for Events<S> {
    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Vec<u8>, BodyStreamError>>> {
        let next = self.get_mut().0.as_mut().poll_next(context);
        next.map(|index| index.map(|index| Ok(token(index).encode())))
    }
}

fn events<S: futures_core::Stream<Item = u32> + 'static>(stream: S) -> Sse {
    Sse::new(StreamingBody::new(Events(Box::pin(stream))))
}

#[get("/paced", id = "paced")]
fn paced() -> Sse {
    events(async_stream::stream! {
        let mut ticks = compio::time::interval(Duration::from_millis(100));
        for index in 0.. {
            ticks.tick().await;
            yield index;
        }
    })
}

#[get("/alone", id = "alone")]
fn alone() -> Sse {
    // The channel needs no separate runtime.
    let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
    let produce = async move {
        for index in 0..TOKENS {
            if sender.send(index).await.is_err() {
                return;
            }
            futures_lite::future::yield_now().await;
        }
    };
    compio::runtime::spawn(produce).detach();
    events(async_stream::stream! {
        while let Some(index) = receiver.recv().await {
            yield index;
        }
    })
}

#[get("/block", id = "block")]
async fn block() -> Json<Message> {
    let blocking = || std::thread::sleep(Duration::from_millis(BLOCK_MS));
    let outcome = blazingly::run_blocking(blocking).await;
    outcome.expect("the pool has room");
    Json(Message {
        message: "done".to_owned(),
    })
}

fn application() -> ExecutableApp {
    let routes = routes![hello, embed, together, alone, paced, block];
    ExecutableApp::from_plugin(Plugin::new("bench").routes(routes)).expect("the contract is good")
}

fn main() -> std::io::Result<()> {
    avocet_bench::many_files();
    // The threads of its pool start with it; the default, one for each core, is meant for computing, not for waiting.
    let (threads, queue) = (NonZeroUsize::new(64), NonZeroUsize::new(1024));
    let (threads, queue) = (threads.expect("not zero"), queue.expect("not zero"));
    install_global_blocking_pool(BlockingPoolConfig::new(threads, queue))
        .expect("nothing has blocked yet");
    let (_shutdown, signal) = termination_channel()?;
    let workers = NonZeroUsize::new(avocet_bench::workers()).unwrap_or(NonZeroUsize::MIN);
    MulticoreServer::new(workers, application)
        .with_openapi(OpenApiConfig::new("Bench", "1.0.0"))
        .serve_gracefully(
            format!("127.0.0.1:{}", avocet_bench::port()),
            signal,
            Duration::from_secs(5),
        )
}
