//! Bare hyper and serde_json with only the checks: the code that a specialist would write by hand.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use async_stream::stream;
use avocet_bench::{BLOCK_MS, TOKENS};
use bytes::Bytes;
use futures_core::Stream;
use http_body_util::{BodyExt, Either, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    values: Vec<f32>,
}

#[derive(Serialize)]
struct Norm {
    id: String,
    norm: f32,
}

#[derive(Deserialize)]
struct Chat {
    messages: Vec<Turn>,
}

#[derive(Deserialize)]
#[expect(
    dead_code,
    reason = "a conversation is read whole and then only counted"
)]
#[serde(tag = "role", rename_all = "snake_case")]
enum Turn {
    System {
        content: String,
    },
    User {
        content: String,
        name: Option<String>,
    },
    Assistant {
        content: Option<String>,
        tool_calls: Option<Vec<Call>>,
    },
    Tool {
        tool_call_id: String,
        content: String,
    },
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "as above")]
struct Call {
    id: String,
    name: String,
    arguments: String,
}

#[derive(Serialize)]
struct Counted {
    messages: usize,
    characters: usize,
}

#[derive(Serialize)]
struct Token {
    index: u32,
    text: String,
}

type Frames = Pin<Box<dyn Stream<Item = Result<Frame<Bytes>, Infallible>> + Send>>;
type Body = Either<Full<Bytes>, StreamBody<Frames>>;
type Answer = Response<Body>;

async fn response(request: Request<Incoming>) -> Result<Answer, Infallible> {
    let response = match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => json(&Message {
            message: "Hello World",
        }),
        (&Method::POST, "/embed") => embed(request).await,
        (&Method::POST, "/chat") => chat(request).await,
        (&Method::GET, "/together") => events(together()),
        (&Method::GET, "/alone") => events(alone()),
        (&Method::GET, "/paced") => events(paced()),
        (&Method::GET, "/block") => block().await,
        _ => refused(StatusCode::NOT_FOUND, "{\"detail\":\"Not Found\"}"),
    };
    Ok(response)
}

async fn embed(request: Request<Incoming>) -> Answer {
    let good = |vector: &Vector| {
        (1..=64).contains(&vector.id.chars().count())
            && vector.values.len() == 512
            && vector.values.iter().all(|value| value.is_finite())
    };
    let Some(vector) = read::<Vector>(request).await.filter(good) else {
        return invalid();
    };
    let squares = vector.values.iter().map(|value| value * value);
    let norm = squares.sum::<f32>().sqrt();
    json(&Norm {
        id: vector.id,
        norm,
    })
}

async fn chat(request: Request<Incoming>) -> Answer {
    let good = |chat: &Chat| (1..=256).contains(&chat.messages.len());
    let Some(chat) = read::<Chat>(request).await.filter(good) else {
        return invalid();
    };
    let content = |turn: &Turn| match turn {
        Turn::System { content } | Turn::User { content, .. } | Turn::Tool { content, .. } => {
            content.chars().count()
        }
        Turn::Assistant { content, .. } => content.as_ref().map_or(0, |text| text.chars().count()),
    };
    json(&Counted {
        messages: chat.messages.len(),
        characters: chat.messages.iter().map(content).sum(),
    })
}

async fn block() -> Answer {
    let blocking = || std::thread::sleep(Duration::from_millis(BLOCK_MS));
    match tokio::task::spawn_blocking(blocking).await {
        Ok(()) => json(&Message { message: "done" }),
        Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR, "{}"),
    }
}

async fn read<T: DeserializeOwned>(request: Request<Incoming>) -> Option<T> {
    let body = request.into_body().collect().await.ok()?;
    serde_json::from_slice(&body.to_bytes()).ok()
}

fn json(value: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(value).expect("it serializes");
    with_type("application/json", Either::Left(Full::new(body.into())))
}

fn invalid() -> Answer {
    refused(StatusCode::UNPROCESSABLE_ENTITY, "{\"detail\":\"invalid\"}")
}

fn refused(status: StatusCode, body: &'static str) -> Answer {
    let body = Either::Left(Full::new(Bytes::from_static(body.as_bytes())));
    let mut response = with_type("application/json", body);
    *response.status_mut() = status;
    response
}

fn with_type(content_type: &'static str, body: Body) -> Answer {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn events(frames: Frames) -> Answer {
    let mut response = with_type("text/event-stream", Either::Right(StreamBody::new(frames)));
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Returns a frame for each token, without heartbeats or error events.
fn token(index: u32) -> Result<Frame<Bytes>, Infallible> {
    let text = "token ".to_owned();
    let mut event = b"data: ".to_vec();
    serde_json::to_writer(&mut event, &Token { index, text }).expect("it serializes");
    event.extend_from_slice(b"\n\n");
    Ok(Frame::data(event.into()))
}

fn together() -> Frames {
    Box::pin(stream! {
        for index in 0..TOKENS {
            yield token(index);
        }
    })
}

fn alone() -> Frames {
    Box::pin(stream! {
        let mut tokens = avocet_bench::one_by_one();
        while let Some(index) = tokens.recv().await {
            yield token(index);
        }
    })
}

fn paced() -> Frames {
    Box::pin(stream! {
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        for index in 0.. {
            ticks.tick().await;
            yield token(index);
        }
    })
}

async fn serve() {
    let listener = TcpListener::bind(("127.0.0.1", avocet_bench::port()))
        .await
        .expect("the port is free");
    loop {
        let (socket, _) = listener.accept().await.expect("a connection");
        let _ = socket.set_nodelay(true);
        tokio::spawn(
            http1::Builder::new().serve_connection(TokioIo::new(socket), service_fn(response)),
        );
    }
}

fn main() {
    avocet_bench::many_files();
    avocet_bench::runtime().block_on(serve());
}
