//! Events that only a real socket shows: connections, requests without a handler, panics, shutdown.

use std::time::Duration;

use avocet::observe::{Health, Metrics};
use avocet::prelude::*;
use avocet::serve::Limits;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::served::Served;

#[model(output)]
struct Token {
    text: &'static str,
}

#[get("/here")]
async fn here() -> u32 {
    1
}

#[get("/panic")]
async fn panics() -> u32 {
    panic!("on purpose")
}

#[get("/broken")]
async fn broken() -> Sse<Token> {
    Sse::new(stream! {
        yield Token { text: "a" };
        tokio::task::yield_now().await;
        panic!("on purpose");
    })
}

struct Server {
    served: Served,
    metrics: Metrics,
}

impl Server {
    async fn start(health: Health) -> Self {
        let metrics = Metrics::new();
        let app = App::new("Served", "1.0.0")
            .limits(Limits::default().header_count(10))
            .metrics(metrics.clone())
            .health(health)
            .routes(routes![here, panics, broken]);
        let served = Served::start(app).await;
        Self { served, metrics }
    }

    async fn connect(&self) -> TcpStream {
        self.served.connect().await
    }

    /// Sends a request on a separate connection and returns everything received.
    async fn send(&self, request: &str) -> String {
        let mut socket = self.connect().await;
        let request = request.as_bytes();
        socket.write_all(request).await.expect("it reads");
        let mut response = String::new();
        let _ = socket.read_to_string(&mut response).await;
        response
    }

    async fn get(&self, path: &str) -> String {
        let head = "HTTP/1.1\r\nhost: x\r\nconnection: close";
        self.send(&format!("GET {path} {head}\r\n\r\n")).await
    }

    #[track_caller]
    fn check(&self, samples: &[&str]) {
        let text = self.metrics.render();
        for sample in samples {
            assert!(
                text.lines().any(|line| line == *sample),
                "{sample} in {text}"
            );
        }
    }
}

#[tokio::test]
async fn connections_and_requests_that_no_handler_saw_are_counted() {
    let server = Server::start(Health::new()).await;
    let mut open = server.connect().await;
    open.write_all(b"GET /here HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .expect("it reads");
    open.read_u8().await.expect("an answer");
    server.check(&["http_connections_open 1", "http_connections_total 1"]);

    let many = "a: b\r\n".repeat(11);
    let long = "a".repeat(100_000);
    for (request, status) in [
        (format!("GET /here HTTP/1.1\r\n{many}\r\n"), "431"),
        (format!("GET /{long} HTTP/1.1\r\n\r\n"), "414"),
        ("GET /here HTTP/1.1\r\nno header\r\n\r\n".into(), "400"),
    ] {
        let response = server.send(&request).await;
        assert!(response.contains(status), "{status}: {response}");
    }
    drop(open);
    // A connection closes shortly after its client has seen the end.
    while !server.metrics.render().contains("http_connections_open 0") {
        tokio::task::yield_now().await;
    }
    server.check(&[
        "http_connections_total 4",
        "http_rejections_total{reason=\"malformed\"} 1",
        "http_rejections_total{reason=\"head_too_large\"} 1",
        "http_rejections_total{reason=\"target_too_long\"} 1",
        "http_limits_hit_total{limit=\"head\"} 2",
    ]);
}

#[tokio::test]
async fn with_http2_a_panic_ends_its_own_stream_and_no_other() {
    let server = Server::start(Health::new()).await;
    let io = TokioIo::new(server.connect().await);
    let (mut client, connection) = http2::handshake(TokioExecutor::new(), io)
        .await
        .expect("it speaks HTTP/2");
    let connection = tokio::spawn(connection);
    let mut get = |path: &str| {
        let uri = format!("http://x{path}");
        let request = Request::get(uri).body(Empty::<Bytes>::new());
        client.send_request(request.expect("a request"))
    };
    for _ in 0..3 {
        let response = get("/panic").await.expect("an answer");
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers()["x-request-id"].len(), 32);
        let broken = get("/broken").await.expect("an answer").into_body();
        broken.collect().await.expect_err("it broke off");
        let response = get("/here").await.expect("an answer");
        assert_eq!(response.status(), 200);
    }
    assert!(!connection.is_finished(), "it is the same connection");
    server.check(&[
        "http_panics_total{method=\"GET\",route=\"/panic\"} 3",
        "http_panics_total{method=\"GET\",route=\"/broken\"} 3",
        "http_connections_total 1",
    ]);
}

#[tokio::test]
async fn with_http1_a_stream_that_panics_has_no_end() {
    let server = Server::start(Health::new()).await;
    let response = server.get("/broken").await;
    assert!(
        response.contains("data: {\"text\":\"a\"}") && !response.ends_with("0\r\n\r\n"),
        "{response}"
    );
    server.check(&["http_panics_total{method=\"GET\",route=\"/broken\"} 1"]);
    assert!(server.get("/here").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn it_is_not_ready_before_the_listener_closes() {
    let health = Health::new().pre_stop_delay(Duration::from_millis(500));
    let mut server = Server::start(health).await;
    assert!(server.get("/ready").await.starts_with("HTTP/1.1 200"));
    server.served.ask_to_stop();
    loop {
        let response = server.get("/ready").await;
        if response.starts_with("HTTP/1.1 503") {
            assert!(
                response.ends_with("{\"status\":\"stopping\"}"),
                "{response}"
            );
            break;
        }
    }
    assert!(server.get("/here").await.starts_with("HTTP/1.1 200"));
    assert!(server.get("/health").await.starts_with("HTTP/1.1 200"));
    let address = server.served.address;
    assert_eq!(server.served.drained().await.cut, 0);
    TcpStream::connect(address).await.expect_err("no listener");
}
