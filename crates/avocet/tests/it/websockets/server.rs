//! `WebSocket` and the server: its shutdown, its other clients, its limits.

use std::time::Duration;

use avocet::prelude::*;
use avocet::serve::Limits;
use avocet::websocket::{Closed, Message};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use super::frames::{Raw, frame};
use crate::served::Served;

const TEXT: u8 = 0x81;

#[derive(Clone)]
struct Reports(mpsc::UnboundedSender<&'static str>);

struct Witness(Reports);

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.0.0.send("dropped");
    }
}

#[websocket("/echo")]
async fn echo(mut socket: WebSocket<Message>) -> Result<(), Closed> {
    while let Some(message) = socket.recv().await {
        socket.send(message).await?;
    }
    Ok(())
}

/// Responds to a message with three, over half a second in total.
#[websocket("/work")]
async fn work(mut socket: WebSocket<String>) -> Result<(), Closed> {
    while let Some(message) = socket.recv().await {
        for _ in 0..3 {
            socket.send(message.clone()).await?;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    Ok(())
}

/// Never ends by itself.
#[websocket("/busy")]
async fn busy(mut socket: WebSocket<String>, #[state] reports: Reports) {
    let _witness = Witness(reports.clone());
    socket.recv().await;
    let _ = reports.0.send("begun");
    std::future::pending::<()>().await;
}

struct Server {
    served: Served,
    reported: mpsc::UnboundedReceiver<&'static str>,
}

async fn start(limits: Limits) -> Server {
    let (reports, reported) = mpsc::unbounded_channel();
    let app = App::new("Sockets", "1.0.0")
        .limits(limits)
        .state(Reports(reports))
        .routes(routes![echo, work, busy]);
    let served = Served::start(app).await;
    Server { served, reported }
}

impl Server {
    async fn connect(&self, path: &str) -> Raw {
        Raw::connect_to(self.served.address, path, b"").await
    }
}

#[tokio::test]
async fn a_stop_closes_idle_conversations_and_lets_the_others_finish_their_work() {
    let mut server = start(Limits::default()).await;
    let mut idle = server.connect("/echo").await;
    idle.send(&frame(TEXT, b"here")).await;
    idle.next().await.expect("an echo");
    let mut working = server.connect("/work").await;
    working.send(&frame(TEXT, b"go")).await;
    working.next().await.expect("the first answer");

    server.served.ask_to_stop();
    let close = idle.next().await.expect("a close frame");
    assert_eq!(
        (close.0, &close.1[..2]),
        (0x88, &1001_u16.to_be_bytes()[..])
    );
    idle.send(&frame(0x88, &close.1)).await;
    assert_eq!(idle.next().await, None);
    drop(idle);

    for _ in 0..2 {
        assert_eq!(working.next().await, Some((TEXT, b"go".to_vec())));
    }
    let close = working.next().await.expect("a close frame");
    assert_eq!(
        (close.0, &close.1[..2]),
        (0x88, &1001_u16.to_be_bytes()[..])
    );
    drop(working);
    let drained = server.served.drained().await;
    assert_eq!((drained.finished, drained.cut), (2, 0));
}

#[tokio::test]
async fn what_does_not_end_is_told_and_then_cut_with_its_handler() {
    let limits = Limits::default().drain_time(Duration::from_millis(300));
    let mut server = start(limits).await;
    let mut client = server.connect("/busy").await;
    client.send(&frame(TEXT, b"go")).await;
    assert_eq!(server.reported.recv().await, Some("begun"));
    server.served.ask_to_stop();
    // The client does not respond, and does not disconnect.
    let (first, payload) = client.next().await.expect("a close frame");
    assert_eq!((first, &payload[..2]), (0x88, &1001_u16.to_be_bytes()[..]));
    assert_eq!(server.reported.recv().await, Some("dropped"));
    let drained = server.served.drained().await;
    assert_eq!((drained.finished, drained.cut), (0, 1));
    assert_eq!(client.next().await, None);
}

#[tokio::test]
async fn a_client_that_leaves_drops_its_handler() {
    let mut server = start(Limits::default()).await;
    let mut client = server.connect("/busy").await;
    client.send(&frame(TEXT, b"go")).await;
    assert_eq!(server.reported.recv().await, Some("begun"));
    drop(client);
    assert_eq!(server.reported.recv().await, Some("dropped"));
}

#[tokio::test]
async fn a_request_of_another_kind_is_told_and_the_connection_kept() {
    let server = start(Limits::default()).await;
    let mut stream = server.served.connect().await;
    let get = "GET /echo HTTP/1.1\r\nhost: x\r\n\r\n";
    let last = "GET /echo HTTP/1.0\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    stream
        .write_all(format!("{get}{last}").as_bytes())
        .await
        .expect("it reads");
    let mut responses = String::new();
    stream.read_to_string(&mut responses).await.expect("text");
    assert!(responses.starts_with("HTTP/1.1 426 "), "{responses}");
    assert!(responses.contains("upgrade: websocket"), "{responses}");
    assert!(responses.contains("HTTP/1.0 400 "), "{responses}");
}
