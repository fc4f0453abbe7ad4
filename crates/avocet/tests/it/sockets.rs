//! The whole application on a real socket, where the transport is visible.

use std::convert::Infallible;

use avocet::prelude::*;
use avocet::response::{Response, ResponseBody};
use avocet::serve::{ClientAddress, Limits, ShutdownSignal};
use http::StatusCode;
use http::request::Parts;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::served::Served;

#[model]
struct Number {
    number: u32,
}

#[post("/echo", body_limit = 1000)]
async fn echo(#[body] number: Number) -> Number {
    number
}

#[get("/panic")]
async fn panic() -> u32 {
    panic!("on purpose")
}

#[get("/stream")]
async fn broken_stream() -> Sse<Number> {
    Sse::new(stream! {
        yield Number { number: 1 };
        Err(HttpError::new(StatusCode::BAD_GATEWAY, "the model stopped"))?;
    })
}

/// The values that an extractor unrelated to Avocet finds.
struct Found {
    is_local: bool,
    is_served: bool,
}

impl axum_core::extract::FromRequestParts<()> for Found {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, (): &()) -> Result<Self, Infallible> {
        let client = parts.extensions.get::<ClientAddress>();
        Ok(Self {
            is_local: client
                .and_then(ClientAddress::ip)
                .is_some_and(|ip| ip.is_loopback()),
            is_served: parts.extensions.get::<ShutdownSignal>().is_some(),
        })
    }
}

#[get("/known")]
async fn known(
    #[extract] found: Found,
    #[request] client: Option<ClientAddress>,
    #[request] draining: ShutdownSignal,
) -> Vec<bool> {
    vec![
        found.is_local,
        found.is_served,
        client.is_some(),
        draining.is_draining(),
    ]
}

#[get("/nothing")]
async fn nothing() {}

#[get("/same")]
async fn same() -> Response {
    let mut response = Response::new(ResponseBody::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}

struct Server(Served);

async fn start() -> Server {
    let app = App::new("Sockets", "1.0.0")
        .limits(Limits::default().body_bytes(500))
        .routes(routes![echo, panic, broken_stream, known, nothing, same]);
    Server(Served::start(app).await)
}

impl Server {
    async fn raw(&self, request: &str) -> String {
        let mut socket = self.0.connect().await;
        socket
            .write_all(request.as_bytes())
            .await
            .expect("it reads");
        let mut response = Vec::new();
        socket.read_to_end(&mut response).await.expect("it answers");
        String::from_utf8(response).expect("text")
    }

    async fn post(&self, body: &str, framing: &str) -> String {
        let head =
            "POST /echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json";
        self.raw(&format!("{head}\r\n{framing}\r\n\r\n{body}"))
            .await
    }
}

#[tokio::test]
async fn v7_a_body_over_the_limit_is_413_announced_or_not() {
    let server = start().await;
    let fits = format!("{{\"number\":7}}{}", " ".repeat(988));
    assert_eq!(fits.len(), 1000);
    assert!(
        server
            .post(&fits, "content-length: 1000")
            .await
            .starts_with("HTTP/1.1 200")
    );
    let over = format!("{fits} ");
    for response in [
        server.post(&over, "content-length: 1001").await,
        server
            .post(
                &format!("3e9\r\n{over}\r\n0\r\n\r\n"),
                "transfer-encoding: chunked",
            )
            .await,
    ] {
        assert!(response.starts_with("HTTP/1.1 413"), "{response}");
        assert!(
            response.ends_with(r#"{"detail":"The body is over the limit of 1000 bytes"}"#),
            "{response}"
        );
    }
}

#[tokio::test]
async fn what_the_server_knows_of_a_request_is_found_by_every_extractor() {
    let server = start().await;
    let request = "GET /known HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let response = server.raw(request).await;
    assert!(response.ends_with("[true,true,true,false]"), "{response}");
}

#[tokio::test]
async fn v27_a_panic_is_a_500_for_its_request_alone() {
    let server = start().await;
    let mut socket = server.0.connect().await;
    let request = "GET /panic HTTP/1.1\r\nhost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    socket
        .write_all(request.as_bytes())
        .await
        .expect("it reads");
    let mut responses = String::new();
    socket
        .read_to_string(&mut responses)
        .await
        .expect("it answers");
    let statuses: Vec<_> = responses
        .match_indices("HTTP/1.1 ")
        .map(|(at, _)| &responses[at + 9..at + 12])
        .collect();
    assert_eq!(statuses, ["500", "404"], "the same connection goes on");
}

#[tokio::test]
async fn a_stream_that_fails_sends_its_error_and_no_final_chunk() {
    let server = start().await;
    let response = server.raw("GET /stream HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert!(response.contains("data: {\"number\":1}\n\n"), "{response}");
    assert!(
        response.contains("event: error\ndata: {\"detail\":\"the model stopped\"}\n\n"),
        "{response}"
    );
    assert!(!response.ends_with("0\r\n\r\n"), "{response}");
}

#[tokio::test]
async fn head_has_the_length_and_no_body() {
    let server = start().await;
    let response = server
        .raw("HEAD /openapi.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await;
    assert!(
        response.starts_with("HTTP/1.1 200") && response.ends_with("\r\n\r\n"),
        "{response}"
    );
    assert!(response.contains("content-length: "), "{response}");
}

/// RFC 9110, section 8.6: a server must not send a length with 204, and with 304 only the length of the corresponding 200 response.
#[tokio::test]
async fn what_never_has_a_body_has_no_length() {
    let server = start().await;
    for (path, status) in [("/nothing", 204), ("/same", 304)] {
        for method in ["GET", "HEAD"] {
            let head = "HTTP/1.1\r\nhost: x\r\nconnection: close";
            let response = server.raw(&format!("{method} {path} {head}\r\n\r\n")).await;
            assert!(
                response.starts_with(&format!("HTTP/1.1 {status} ")),
                "{response}"
            );
            assert!(!response.contains("content-length"), "{method}: {response}");
        }
    }
}

#[tokio::test]
async fn it_stops_when_it_is_asked_to() {
    let server = start().await;
    assert_eq!(server.0.drained().await.cut, 0);
}
