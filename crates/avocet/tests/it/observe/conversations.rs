//! A WebSocket's handler runs inside its request until the conversation ends.

use avocet::observe::{Metrics, RequestId};
use avocet::prelude::*;
use avocet::testing::TestClient;

use super::capture;

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        tracing::info!("gone");
    }
}

#[websocket("/ids")]
async fn ids(mut socket: WebSocket<String>) -> Result<(), HttpError> {
    let _guard = Guard;
    while let Some(message) = socket.recv().await {
        assert_ne!(message, "panic", "on purpose");
        tracing::info!("at work");
        let id = RequestId::current().map_or_else(String::new, |id| id.to_string());
        socket.send(id).await?;
    }
    Ok(())
}

fn client(metrics: &Metrics) -> TestClient {
    let app = App::new("Talking", "1.0.0")
        .metrics(metrics.clone())
        .routes(routes![ids]);
    TestClient::new(app.build().expect("it builds"))
}

#[tokio::test]
async fn it_knows_its_request() {
    let (log, _guard) = capture::logs();
    let handshake = client(&Metrics::new()).websocket("/ids");
    let mut socket = handshake.header("x-request-id", "mine").connect().await;
    for _ in 0..2 {
        socket.send_text("who?").await;
        assert_eq!(socket.text().await, "mine");
    }
    drop(socket);
    let gone = |text: &str| text.lines().any(|line| line.contains("gone"));
    while !gone(&log.text()) {
        tokio::task::yield_now().await;
    }
    let log = log.text();
    let said = log
        .lines()
        .filter(|line| line.ends_with("at work") || line.ends_with("gone"));
    let said: Vec<_> = said.collect();
    assert_eq!(said.len(), 3, "{log}");
    for line in said {
        assert!(
            line.contains("request{") && line.contains("request_id=mine"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_panic_is_counted_and_told_with_what_it_said() {
    let (log, _guard) = capture::logs();
    let metrics = Metrics::new();
    let handshake = client(&metrics).websocket("/ids");
    let mut socket = handshake.header("x-request-id", "mine").connect().await;
    socket.send_text("panic").await;
    assert_eq!(socket.closed().await.code(), 1011);
    let sample = "http_panics_total{method=\"GET\",route=\"/ids\"} 1\n";
    let counted = metrics.render();
    assert!(counted.contains(sample), "{counted}");
    let log = log.text();
    let report = log.lines().find(|line| line.contains("a request failed"));
    let report = report.expect("it was told");
    assert!(
        report.contains("request_id=mine") && report.contains("on purpose"),
        "{report}"
    );
}
