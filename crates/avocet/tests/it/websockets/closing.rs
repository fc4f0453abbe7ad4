//! A client that closes while the server sends it a message: the message is completed, then the close frame follows (RFC 6455, section
//! 5.5.1).

use std::time::Duration;

use avocet::observe::Metrics;
use avocet::prelude::*;
use avocet::serve::Limits;
use avocet::websocket::{Close, Closed, Message};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::sleep;

use super::frames::{Raw, frame};
use crate::served::Served;

const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
/// More than the buffers of any socket hold.
const LARGE: usize = 8 << 20;

/// Responds with a large message, and then as requested.
#[websocket("/large")]
async fn large(mut socket: WebSocket<String, Message>) -> Result<Close, Closed> {
    let mut how = String::new();
    while let Some(text) = socket.recv().await {
        how = text;
        socket.send(Message::Binary(vec![7; LARGE].into())).await?;
        match how.as_str() {
            "more" => loop {
                socket.send(Message::Text("x".repeat(10_000))).await?;
            },
            "end" => break,
            _ => {}
        }
    }
    Ok(Close::new(4000, how))
}

async fn start(limits: Limits, metrics: &Metrics) -> std::net::SocketAddr {
    let app = App::new("Closing", "1.0.0")
        .limits(limits)
        .metrics(metrics.clone())
        .routes(routes![large]);
    Served::start(app).await.for_good()
}

/// Connects a client that has sent its request and read a part of the message.
async fn in_the_middle(address: std::net::SocketAddr, how: &str) -> (Raw, Vec<u8>) {
    let request = frame(TEXT, how.as_bytes());
    let mut client = Raw::connect_to(address, "/large", &request).await;
    let mut head = vec![0; 1000];
    client.0.read_exact(&mut head).await.expect("a message");
    (client, head)
}

/// Reads the rest of the message, and everything after it to the end of the connection.
async fn rest(mut client: Raw, read: Vec<u8>) -> Vec<u8> {
    assert_eq!(read[..2], [BINARY, 127]);
    let mut rest = vec![0; 10 + LARGE - read.len()];
    client.0.read_exact(&mut rest).await.expect("all of it");
    assert!(read[10..].iter().chain(&rest).all(|byte| *byte == 7));
    let mut behind = Vec::new();
    client.0.read_to_end(&mut behind).await.expect("an end");
    behind
}

#[tokio::test]
async fn a_message_on_its_way_is_finished_and_then_the_close_frame_is_answered() {
    let address = start(Limits::default(), &Metrics::new()).await;
    let close = frame(CLOSE, b"\x0f\xa1bye");
    let response = b"\x88\x05\x0f\xa1bye";
    for how in ["wait", "more"] {
        let (mut client, read) = in_the_middle(address, how).await;
        client.send(&close).await;
        assert_eq!(rest(client, read).await, response, "{how}");

        // Data after the close frame changes nothing: a further frame, or the end of the client's stream.
        let (mut client, read) = in_the_middle(address, how).await;
        client
            .send(&[close.clone(), frame(TEXT, b"x")].concat())
            .await;
        assert_eq!(rest(client, read).await, response, "{how}");
        let (mut client, read) = in_the_middle(address, how).await;
        client.send(&close).await;
        client.0.shutdown().await.expect("an open socket");
        assert_eq!(rest(client, read).await, response, "{how}");

        let (mut client, read) = in_the_middle(address, how).await;
        client.send(&frame(CLOSE, b"")).await;
        assert_eq!(rest(client, read).await, b"\x88\x00", "{how}");
    }
}

#[tokio::test]
async fn both_sides_can_close_at_once() {
    let address = start(Limits::default(), &Metrics::new()).await;
    let (mut client, read) = in_the_middle(address, "end").await;
    client.send(&frame(CLOSE, b"\x0f\xa1bye")).await;
    let behind = rest(client, read).await;
    assert!(
        behind == b"\x88\x05\x0f\xa1bye" || behind == b"\x88\x05\x0f\xa0end",
        "{behind:?}"
    );
}

#[tokio::test]
async fn a_message_on_its_way_is_finished_before_a_fault_is_answered() {
    let address = start(Limits::default(), &Metrics::new()).await;
    let (mut client, read) = in_the_middle(address, "wait").await;
    // A reserved opcode.
    client.send(&frame(0x83, b"")).await;
    let behind = rest(client, read).await;
    assert_eq!(
        (behind[0], &behind[2..4]),
        (CLOSE, &1002_u16.to_be_bytes()[..])
    );
}

#[tokio::test]
async fn a_client_that_closes_and_takes_nothing_more_is_cut() {
    let metrics = Metrics::new();
    let limits = Limits::default().write_stall(Duration::from_secs(1));
    let address = start(limits, &metrics).await;
    let (mut client, _) = in_the_middle(address, "wait").await;
    client.send(&frame(CLOSE, b"\x0f\xa1bye")).await;
    let hit = "http_limits_hit_total{limit=\"write_stall\"} 1\n";
    while !metrics.render().contains(hit) {
        sleep(Duration::from_millis(10)).await;
    }
    let mut left = Vec::new();
    let _ = client.0.read_to_end(&mut left).await;
    assert!(left.len() < LARGE);
}
