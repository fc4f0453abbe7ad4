//! Heads that arrive in pieces, targets in clients' notation, and rejected heads.

use tokio::io::AsyncWriteExt;

use super::harness::{Server, patient, text};

/// A server that responds with the target of each request.
async fn mirror() -> Server {
    let limits = patient().header_bytes(2048);
    Server::start(
        limits,
        |request| async move { text(request.uri().to_string()) },
    )
    .await
}

#[tokio::test]
async fn a_target_is_taken_as_every_other_server_takes_it() {
    let server = mirror().await;
    let mut client = server.connect().await;
    for (target, seen) in [
        ("/?q=\"a\"<b>", "/?q=%22a%22%3Cb%3E"),
        ("/<a>`?b=`|{c}^", "/%3Ca%3E%60?b=`|{c}^"),
        ("/?q=caf\u{e9}", "/?q=caf\u{e9}"),
        ("/plain?a=b", "/plain?a=b"),
    ] {
        client.get(target).await;
        let response = client.response().await;
        assert!(response.ends_with(&format!("\r\n\r\n{seen}")), "{response}");
    }
}

#[tokio::test]
async fn a_target_is_taken_in_pieces_too_and_behind_other_requests() {
    let server = mirror().await;
    let body = "POST /first HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nab\n";
    let requests = format!(
        "\r\n{body}GET /?\"1\" HTTP/1.1\r\nhost: x\r\n\r\nGET /?<2> HTTP/1.1\r\nhost: x\r\n\r\n"
    );
    for size in [1, 7, 50, requests.len()] {
        let mut client = server.connect().await;
        client.0.set_nodelay(true).expect("an option of sockets");
        for piece in requests.as_bytes().chunks(size) {
            client.send(piece).await;
            tokio::task::yield_now().await;
        }
        for expected in ["/first", "/?%221%22", "/?%3C2%3E"] {
            let response = client.response().await;
            assert!(
                response.ends_with(&format!("\r\n\r\n{expected}")),
                "{size}: {response}"
            );
        }
    }
}

#[tokio::test]
async fn a_target_that_is_too_long_is_a_414_and_a_head_that_is_too_large_a_431() {
    let server = mirror().await;
    let fits = format!("/{}", "x".repeat(2000));
    for (request, expected) in [
        (format!("GET {fits} HTTP/1.1\r\nhost: x\r\n\r\n"), "200"),
        (
            format!("GET {fits}{fits} HTTP/1.1\r\nhost: x\r\n\r\n"),
            "414",
        ),
        // The line does not end.
        (format!("GET {fits}{fits}"), "414"),
        (
            format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "<".repeat(900)),
            "414",
        ),
        (
            format!("GET {fits} HTTP/1.1\r\nhost: x\r\nx: {fits}\r\n\r\n"),
            "431",
        ),
        (
            format!("GET / HTTP/1.1\r\nhost: x\r\nx: {fits}{fits}"),
            "431",
        ),
    ] {
        let mut client = server.connect().await;
        client.send(&request).await;
        let response = if expected == "200" {
            client.response().await
        } else {
            client.rest().await
        };
        assert!(
            response.starts_with(&format!("HTTP/1.1 {expected} ")),
            "{response}"
        );
        assert_eq!(response.contains("connection: close"), expected != "200");
    }
}

#[tokio::test]
async fn a_rejected_head_does_not_hide_the_responses_before_it() {
    let server = mirror().await;
    let mut client = server.connect().await;
    client.get("/1").await;
    client.get("/2").await;
    client
        .send("GET /a b HTTP/1.1\r\nhost: x\r\n\r\nGET /3 HTTP/1.1\r\nhost: x\r\n\r\n")
        .await;
    let responses = client.rest().await;
    let statuses: Vec<_> = responses
        .match_indices("HTTP/1.1 ")
        .map(|(at, _)| &responses[at + 9..at + 12])
        .collect();
    assert_eq!(statuses, ["200", "200", "400"], "{responses}");
}

#[tokio::test]
async fn a_head_that_does_not_end_is_no_request() {
    let server = mirror().await;
    let mut client = server.connect().await;
    client.send("GET / HTTP/1.1\r\nhost: x\r\n").await;
    client.0.shutdown().await.expect("an open connection");
    assert_eq!(client.rest().await, "");
}
