//! `stream` and `paced` on bare hyper: a frame for each token, and nothing else.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use async_stream::stream;
use avocet_bench::TOKENS;
use bytes::Bytes;
use futures_core::Stream;
use http_body_util::StreamBody;
use hyper::body::{Frame, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::net::TcpListener;

#[derive(Serialize)]
struct Token {
    index: u32,
    text: String,
}

type Frames = Pin<Box<dyn Stream<Item = Result<Frame<Bytes>, Infallible>> + Send>>;

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

async fn answer(request: Request<Incoming>) -> Result<Response<StreamBody<Frames>>, Infallible> {
    let frames = match request.uri().path() {
        "/together" => together(),
        "/alone" => alone(),
        _ => paced(),
    };
    let mut response = Response::new(StreamBody::new(frames));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

#[tokio::main]
async fn main() {
    avocet_bench::many_files();
    let listener = TcpListener::bind(("127.0.0.1", avocet_bench::port()))
        .await
        .expect("the port is free");
    loop {
        let (socket, _) = listener.accept().await.expect("a connection");
        let _ = socket.set_nodelay(true);
        tokio::spawn(
            http1::Builder::new().serve_connection(TokioIo::new(socket), service_fn(answer)),
        );
    }
}
