//! What gRPC needs of a mounted service, over the real server: HTTP/2 without TLS, a streamed request and trailers.
//!
//! `guide/grpc` has the same with tonic.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use avocet::prelude::*;
use avocet::response::BodyError;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, Version, header};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::sync::mpsc;
use tower_http::trace::TraceLayer;
use tower_service::Service;

use crate::served::Served;

/// Sends each message back, and the number of bytes in a trailer, as a bidirectional call does.
#[derive(Clone)]
struct Echo;

type Messages = Pin<Box<dyn futures_core::Stream<Item = Result<Frame<Bytes>, BodyError>> + Send>>;

impl<B> Service<Request<B>> for Echo
where
    B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<BodyError>,
{
    type Response = Response<StreamBody<Messages>>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        assert_eq!(request.version(), Version::HTTP_2);
        let mut body = request.into_body().map_err(Into::<BodyError>::into);
        let messages: Messages = Box::pin(stream! {
            let mut count = 0;
            while let Some(frame) = body.frame().await {
                if let Ok(message) = frame?.into_data() {
                    count += message.len();
                    yield Frame::data(message);
                }
            }
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", HeaderValue::from_static("0"));
            trailers.insert("x-bytes", HeaderValue::from(count));
            yield Frame::trailers(trailers);
        });
        let mut response = Response::new(StreamBody::new(messages));
        let grpc = HeaderValue::from_static("application/grpc");
        response.headers_mut().insert(header::CONTENT_TYPE, grpc);
        std::future::ready(Ok(response))
    }
}

#[get("/typed")]
async fn typed() -> &'static str {
    "typed"
}

#[tokio::test]
async fn a_bidirectional_call_ends_with_trailers() {
    let app = App::new("Models", "1.0.0")
        .routes(routes![typed])
        .mount("/", Echo)
        .layer(TraceLayer::new_for_http());
    let served = Served::start(app).await;
    let io = TokioIo::new(served.connect().await);
    let (mut client, connection) = http2::handshake(TokioExecutor::new(), io)
        .await
        .expect("HTTP/2");
    let connection = tokio::spawn(connection);

    let (messages, mut waiting) = mpsc::channel::<Bytes>(1);
    let body: Messages = Box::pin(stream! {
        while let Some(message) = waiting.recv().await {
            yield Frame::data(message);
        }
    });
    let request = Request::post(format!("http://{}/models.Models/Chat", served.address))
        .header(header::CONTENT_TYPE, "application/grpc")
        .header(header::TE, "trailers")
        .body(StreamBody::new(body))
        .expect("a request");
    let mut response = client.send_request(request).await.expect("a response");
    assert_eq!(response.status(), 200);
    // Each message comes back before the next one is sent.
    for message in ["one", "two"] {
        messages.send(message.into()).await.expect("a reader");
        let frame = response.frame().await.expect("a frame").expect("no error");
        assert_eq!(frame.into_data().ok().as_deref(), Some(message.as_bytes()));
    }
    drop(messages);
    let frame = response.frame().await.expect("a frame").expect("no error");
    let trailers = frame.into_trailers().expect("trailers");
    assert_eq!(
        (&trailers["grpc-status"], &trailers["x-bytes"]),
        (
            &HeaderValue::from_static("0"),
            &HeaderValue::from_static("6")
        )
    );
    assert!(response.frame().await.is_none());

    drop(client);
    let report = served.drained().await;
    assert_eq!(report.cut, 0);
    connection.await.expect("no panic").expect("a clean end");
}
