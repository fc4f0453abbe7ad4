//! Responses state whether they are the last ones of their connection, and the connection complies.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use tokio::time::sleep;

use super::harness::{LONG, SHORT, Server, config, patient, status, text};

/// The head of a request with a body, and the beginning of the body.
fn post(request_framing: &str, sent: &str) -> String {
    format!("POST / HTTP/1.1\r\nhost: test\r\n{request_framing}\r\n\r\n{sent}")
}

/// A server that responds without reading the body, and waits for the end of a body without a length for this time.
async fn incurious(remainder_time: Duration) -> Server {
    let mut config = config(patient());
    config.remainder_time = remainder_time;
    Server::with(config, |_| async { text("hello") }).await
}

#[tokio::test]
async fn a_body_that_nothing_reads_is_read_away() {
    let server = incurious(LONG).await;
    let body = "x".repeat(50_000);
    let chunks = format!("5\r\nhello\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    for (request_framing, body) in [
        ("content-length: 50000", &body),
        ("transfer-encoding: chunked", &chunks),
    ] {
        let mut client = server.connect().await;
        for _ in 0..3 {
            // The body is sent after its head, as clients do.
            client.send(post(request_framing, "")).await;
            client.send(body).await;
            let response = client.response().await;
            assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
            assert!(!response.contains("connection: close"), "{response}");
        }
        client.get("/").await;
        client.response().await;
    }
}

#[tokio::test]
async fn a_body_that_comes_long_after_the_response_is_read_away() {
    let server = incurious(LONG).await;
    let mut client = server.connect().await;
    client.send(post("content-length: 50000", "x")).await;
    assert!(!client.response().await.contains("connection: close"));
    sleep(2 * SHORT).await;
    client.send("x".repeat(49_999)).await;
    client.get("/").await;
    client.response().await;
}

#[tokio::test]
async fn an_response_before_more_than_is_read_away_is_the_last_one() {
    let server = incurious(SHORT).await;
    let chunk = format!("{:x}\r\n{}\r\n", 100_000, "x".repeat(100_000));
    for (request_framing, sent) in [
        ("content-length: 4000000", "x"),
        ("content-length: 1500000", ""),
        ("transfer-encoding: chunked", "5\r\nhello\r\n"),
        ("transfer-encoding: chunked", &chunk),
        // The client waits for a `100 Continue` that it does not receive.
        ("content-length: 5\r\nexpect: 100-continue", ""),
    ] {
        let mut client = server.connect().await;
        client.send(post(request_framing, sent)).await;
        let response = client.rest().await;
        assert!(
            response.starts_with("HTTP/1.1 200 "),
            "{request_framing}: {response}"
        );
        assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_body_makes_the_response_the_last_one() {
    let limits = patient().body_grace(SHORT).body_rate(1_000_000);
    let server = Server::start(limits, |request| async {
        match request.into_body().collect().await {
            Ok(_) => status(StatusCode::OK),
            Err(error) if error.is_too_slow() => status(StatusCode::REQUEST_TIMEOUT),
            Err(_) => status(StatusCode::BAD_REQUEST),
        }
    })
    .await;
    for (request_framing, sent, expected) in [
        ("content-length: 9", "slow", "408"),
        ("transfer-encoding: chunked", "nonsense\r\n", "400"),
        ("transfer-encoding: chunked", "5\r\nhello!!", "400"),
    ] {
        let mut client = server.connect().await;
        client.send(post(request_framing, sent)).await;
        let response = client.rest().await;
        assert!(
            response.starts_with(&format!("HTTP/1.1 {expected} ")),
            "{response}"
        );
        assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
    }
}

#[tokio::test]
async fn a_bad_chunk_that_nothing_reads_makes_the_response_the_last_one() {
    let server = Server::start(patient(), |_| async {
        sleep(SHORT).await;
        text("hello")
    })
    .await;
    let mut client = server.connect().await;
    client
        .send(post("transfer-encoding: chunked", "nonsense\r\n"))
        .await;
    let response = client.rest().await;
    assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
}

#[tokio::test]
async fn a_body_over_the_limit_that_nothing_reads_is_a_413() {
    let limits = patient().body_bytes(100_000);
    let server = Server::start(limits, |_| async {
        sleep(LONG).await;
        text("never")
    })
    .await;
    let chunk = format!("{:x}\r\n{}\r\n", 100_001, "x".repeat(100_001));
    let mut client = server.connect().await;
    client
        .send(post("transfer-encoding: chunked", &chunk))
        .await;
    let response = client.rest().await;
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
    assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
}

#[tokio::test]
async fn what_is_no_http_is_told_that_the_connection_ends() {
    let server = Server::hello(patient().header_bytes(2048)).await;
    let large = format!(
        "GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n",
        "x".repeat(3000)
    );
    for (request, expected) in [
        (&*large, "431"),
        ("GET / HTTP/1.1\r\nbad header\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\n\r\n", "400"),
        ("GET / HTTP/1.1\nhost: x\n\n", "400"),
    ] {
        let mut client = server.connect().await;
        client.send(request).await;
        let response = client.rest().await;
        assert!(
            response.starts_with(&format!("HTTP/1.1 {expected} ")),
            "{response}"
        );
        assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
    }
}

#[tokio::test]
async fn http_1_0_keeps_a_connection_only_where_the_response_says_where_it_ends() {
    let server = Server::start(patient(), |request| async move {
        let pieces = match request.uri().path() {
            "/long" => 2,
            _ => 1,
        };
        let pieces = (0..pieces).map(|_| Ok::<_, std::io::Error>(Frame::data(Bytes::from("x"))));
        let mut response = Response::new(StreamBody::new(stream::iter(pieces)));
        let headers = response.headers_mut();
        match request.uri().path() {
            "/short" => headers.insert(header::CONTENT_LENGTH, 1.into()),
            "/closed" => {
                headers.insert(header::CONTENT_LENGTH, 1.into());
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"))
            }
            _ => None,
        };
        response
    })
    .await;
    for (path, connection, body) in [
        ("/long", "close", "xx"),
        ("/closed", "close", "x"),
        ("/short", "keep-alive", "x"),
    ] {
        let mut client = server.connect().await;
        client
            .send(format!(
                "GET {path} HTTP/1.0\r\nconnection: keep-alive\r\n\r\n"
            ))
            .await;
        let response = if connection == "close" {
            client.rest().await
        } else {
            client.response().await
        };
        let said: Vec<&str> = response
            .lines()
            .filter_map(|line| line.strip_prefix("connection: "))
            .collect();
        assert_eq!(said, [connection], "{response}");
        assert!(response.ends_with(&format!("\r\n\r\n{body}")), "{response}");
    }
}

#[tokio::test]
async fn a_body_that_never_comes_does_not_hold_a_connection_that_ends_anyway() {
    let server = incurious(LONG).await;
    for request in [
        post("content-length: 50\r\nconnection: close", "x"),
        "POST / HTTP/1.0\r\ncontent-length: 50\r\n\r\nx".to_owned(),
    ] {
        let mut client = server.connect().await;
        client.send(request).await;
        assert!(client.rest().await.ends_with("hello"));
    }
}

#[tokio::test]
async fn a_body_that_never_comes_does_not_hold_the_connection() {
    let limits = patient().idle_time(SHORT).header_time(SHORT);
    let server = Server::start(limits, |_| async { text("hello") }).await;
    let mut client = server.connect().await;
    client.send(post("content-length: 50000", "x")).await;
    client.response().await;
    let end = tokio::time::timeout(Duration::from_secs(30), client.gone()).await;
    end.expect("an end");
}
