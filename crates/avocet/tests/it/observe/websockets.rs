//! The metrics of `WebSocket`s.

use std::time::Duration;

use avocet::observe::Metrics;
use avocet::prelude::*;
use avocet::serve::Limits;
use avocet::testing::{TestClient, TestSocket};
use avocet::websocket::{Close, Message};
use tokio::time::sleep;

/// Sends everything back twice, and ends on request.
#[websocket("/twice/{room}")]
async fn twice(room: String, mut socket: WebSocket<Message>) -> Result<Close, HttpError> {
    while let Some(message) = socket.recv().await {
        if message == Message::Text("go".to_owned()) {
            return Ok(Close::new(4001, room));
        }
        socket.send(message.clone()).await?;
        socket.send(message).await?;
    }
    Ok(Close::new(1000, ""))
}

/// Takes messages of 50 bytes, in one frame or many.
#[websocket("/small", message_limit = 50)]
async fn small(mut socket: WebSocket<Message>) {
    while socket.recv().await.is_some() {}
}

struct Room {
    client: TestClient,
    metrics: Metrics,
}

impl Room {
    fn new() -> Self {
        let metrics = Metrics::new();
        let limits = Limits::default()
            .websocket_frame_bytes(40)
            .websocket_idle_time(Duration::from_secs(600));
        let app = App::new("Counted", "1.0.0")
            .limits(limits)
            .metrics(metrics.clone())
            .routes(routes![twice, small]);
        let client = TestClient::new(app.build().expect("it builds"));
        Self { client, metrics }
    }

    async fn enter(&self) -> TestSocket {
        self.client.websocket("/twice/a").connect().await
    }

    /// Waits until the page contains this line.
    async fn until(&self, line: &str) {
        while !self.metrics.render().contains(&format!("{line}\n")) {
            sleep(Duration::from_millis(1)).await;
        }
    }

    async fn ended_with(&self, code: &str) {
        let labels = r#"method="GET",route="/twice/{room}""#;
        self.until(&format!(
            r#"http_websocket_ends_total{{{labels},code="{code}"}} 1"#
        ))
        .await;
        self.until(&format!("http_websockets_open{{{labels}}} 0"))
            .await;
    }

    async fn hit(&self, limit: &str) {
        self.until(&format!(r#"http_limits_hit_total{{limit="{limit}"}} 1"#))
            .await;
    }
}

// The clock is paused in these tests, and advances only while all tasks wait.

#[tokio::test(start_paused = true)]
async fn messages_and_ends_are_counted() {
    let room = Room::new();
    assert!(!room.metrics.render().contains("http_websockets_open{"));
    let mut socket = room.enter().await;
    let labels = r#"{method="GET",route="/twice/{room}"}"#;
    room.until(&format!("http_websockets_open{labels} 1")).await;
    for _ in 0..3 {
        socket.send_text("a").await;
        assert_eq!(
            (socket.text().await, socket.text().await),
            ("a".into(), "a".into())
        );
    }
    room.until(&format!("http_websocket_messages_received_total{labels} 3"))
        .await;
    room.until(&format!("http_websocket_messages_sent_total{labels} 6"))
        .await;
    socket.send_text("go").await;
    assert_eq!(socket.closed().await.code(), 4001);
    drop(socket);
    room.ended_with("4xxx").await;

    room.enter().await.close(1000, "").await;
    room.ended_with("1000").await;
    drop(room.enter().await);
    room.ended_with("1006").await;
}

#[tokio::test(start_paused = true)]
async fn limits_are_counted() {
    let room = Room::new();
    let mut socket = room.enter().await;
    socket.send_text(&"x".repeat(41)).await;
    assert_eq!(socket.closed().await.code(), 1009);
    room.hit("websocket_frame_bytes").await;

    let mut socket = room.client.websocket("/small").connect().await;
    socket.send_text(&"x".repeat(51)).await;
    assert_eq!(socket.closed().await.code(), 1009);
    room.hit("websocket_message_bytes").await;

    let mut silent = room.enter().await;
    assert_eq!(silent.closed().await.code(), 3008);
    room.hit("websocket_idle_time").await;

    let gone = room.enter().await;
    sleep(Duration::from_secs(41)).await;
    room.hit("websocket_ping_timeout").await;
    drop(gone);
}
