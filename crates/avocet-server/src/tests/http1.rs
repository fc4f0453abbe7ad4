//! HTTP/1: the limits on time and on heads, each from the client's side.

use http::StatusCode;
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::harness::{SHORT, Server, patient, status, text};
use crate::ClientAddress;

#[tokio::test]
async fn responds_and_keeps_the_connection() {
    let server = Server::hello(patient()).await;
    let mut client = server.connect().await;
    for _ in 0..2 {
        client.get("/").await;
        assert!(client.response().await.ends_with("\r\n\r\nhello"));
    }
}

#[tokio::test]
async fn the_service_learns_the_address_of_the_client() {
    let server = Server::start(patient(), |request| async move {
        let address: &ClientAddress = request.extensions().get().expect("an address");
        text(address.to_string())
    })
    .await;
    let mut client = server.connect().await;
    client.get("/").await;
    let address = client.0.local_addr().expect("an address").to_string();
    assert!(client.response().await.ends_with(&address));
}

#[tokio::test]
async fn a_slow_first_head_ends_the_connection() {
    let server = Server::hello(patient().header_time(SHORT)).await;
    for beginning in ["", "G", "GET / HTTP/1.1\r\nhost:", "PRI * HTTP/2.0\r\n"] {
        let mut client = server.connect().await;
        client.send(beginning).await;
        assert_eq!(client.rest().await, "");
    }
}

#[tokio::test]
async fn a_slow_later_head_ends_the_connection() {
    let server = Server::hello(patient().header_time(SHORT)).await;
    let mut client = server.connect().await;
    client.get("/").await;
    client.response().await;
    client.send("GET /").await;
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn an_idle_connection_ends() {
    let server = Server::hello(patient().idle_time(SHORT)).await;
    let mut client = server.connect().await;
    client.get("/").await;
    client.response().await;
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_long_handler_is_not_an_idle_connection() {
    let limits = patient()
        .idle_time(SHORT)
        .header_time(SHORT)
        .write_stall(SHORT);
    let server = Server::start(limits, |_| async {
        tokio::time::sleep(SHORT * 4).await;
        text("done")
    })
    .await;
    let mut client = server.connect().await;
    client.get("/").await;
    assert!(client.response().await.ends_with("done"));
}

#[tokio::test]
async fn a_head_of_too_many_bytes_is_rejected() {
    let server = Server::hello(patient().header_bytes(2048)).await;
    let head = |padding: usize| {
        let start = "GET / HTTP/1.1\r\nhost: test\r\nx: ";
        let end = "\r\n\r\n";
        format!(
            "{start}{}{end}",
            "x".repeat(padding - start.len() - end.len())
        )
    };
    let mut client = server.connect().await;
    client.send(head(2048)).await;
    assert!(client.response().await.starts_with("HTTP/1.1 200 "));
    client.send(head(2049)).await;
    assert!(client.rest().await.starts_with("HTTP/1.1 431 "));
}

#[tokio::test]
async fn the_rejection_arrives_though_the_client_is_still_sending() {
    let server = Server::hello(patient().header_bytes(2048)).await;
    let mut client = server.connect().await;
    client.send("GET / HTTP/1.1\r\nx: ").await;
    client.send("x".repeat(1_000_000)).await;
    assert!(client.rest().await.starts_with("HTTP/1.1 431 "));
}

#[tokio::test]
async fn a_head_of_too_many_headers_is_rejected() {
    for limit in [100, 7] {
        let server = Server::hello(patient().header_count(limit)).await;
        let head = |count| {
            let more = "x: y\r\n".repeat(count - 1);
            format!("GET / HTTP/1.1\r\nhost: test\r\n{more}\r\n")
        };
        let mut client = server.connect().await;
        client.send(head(limit)).await;
        assert!(client.response().await.starts_with("HTTP/1.1 200 "));
        client.send(head(limit + 1)).await;
        assert!(client.rest().await.starts_with("HTTP/1.1 431 "));
    }
}

#[tokio::test]
async fn what_is_no_http_is_rejected() {
    let server = Server::hello(patient()).await;
    let mut client = server.connect().await;
    client.send(b"\x16\x03\x01\x00\xa5\x01").await;
    assert!(client.rest().await.starts_with("HTTP/1.1 400 "));
}

#[tokio::test]
async fn a_body_that_is_both_chunked_and_long_is_rejected() {
    let server = Server::hello(patient()).await;
    for request_framing in [
        "content-length: 3\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 3",
    ] {
        let mut client = server.connect().await;
        client.get("/").await;
        client
            .send(format!(
                "POST / HTTP/1.1\r\nhost: a\r\n{request_framing}\r\n\r\n2\r\nhi\r\n0\r\n\r\n\
                 GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n",
            ))
            .await;
        client.response().await;
        let seen = client.rest().await;
        assert!(seen.starts_with("HTTP/1.1 400 "), "{seen}");
        assert_eq!(seen.matches("HTTP/1.1 ").count(), 1);
    }
}

#[tokio::test]
async fn a_slow_head_behind_another_request_ends_the_connection() {
    let server = Server::hello(patient().header_time(SHORT)).await;
    let mut client = server.connect().await;
    client
        .send("GET / HTTP/1.1\r\nhost: test\r\n\r\nGET /nowh")
        .await;
    client.response().await;
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn requests_may_follow_one_that_asks_for_another_protocol() {
    let server = Server::hello(patient()).await;
    let mut client = server.connect().await;
    let ask = "GET / HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n";
    client.send(ask.repeat(3)).await;
    for _ in 0..3 {
        client.response().await;
    }
    client.get("/").await;
    client.response().await;
}

#[tokio::test]
async fn a_client_that_speaks_another_protocol_is_not_answered() {
    let server = Server::hello(patient()).await;
    let mut client = server.connect().await;
    client.send("INVALID CONNECTION PREFACE\r\n\r\n").await;
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_slow_body_is_an_error_the_service_can_tell() {
    let limits = patient().body_grace(SHORT).body_rate(1_000_000);
    let server = Server::start(limits, |request| async {
        match request.into_body().collect().await {
            Ok(_) => status(StatusCode::OK),
            Err(error) if error.is_too_slow() => status(StatusCode::REQUEST_TIMEOUT),
            Err(_) => status(StatusCode::BAD_REQUEST),
        }
    })
    .await;
    let mut client = server.connect().await;
    client
        .send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 9\r\n\r\nslow")
        .await;
    assert!(client.response().await.starts_with("HTTP/1.1 408 "));
    // The rest of the body might be taken for a request.
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn an_response_in_the_middle_of_an_upload_arrives() {
    let server = Server::start(patient(), |_| async {
        status(StatusCode::PAYLOAD_TOO_LARGE)
    })
    .await;
    let mut client = server.connect().await;
    client
        .send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 4000000\r\n\r\n")
        .await;
    client.send(vec![b'x'; 4_000_000]).await;
    assert!(client.rest().await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn above_the_limit_of_connections_a_new_one_waits_its_turn() {
    let server = Server::hello(patient().connections(1)).await;
    let mut first = server.connect().await;
    first.get("/").await;
    first.response().await;
    let mut second = server.connect().await;
    second.get("/").await;
    assert!(timeout(SHORT, second.response()).await.is_err());
    drop(first);
    second.response().await;
}
