//! The access log: its content in each format, and how responses end.

use avocet::observe::AccessLog;
use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet::types::Secret;
use serde_json::Value;

use super::capture::{self, Written};

#[model(output)]
struct Token {
    text: &'static str,
}

#[get("/items/{id}")]
async fn item(id: u32) -> u32 {
    id
}

#[get("/reset/{token}")]
async fn reset(token: Secret<String>) -> usize {
    token.expose().len()
}

#[get("/tokens/{count}")]
async fn tokens(count: u32) -> Sse<Token> {
    Sse::new(stream! {
        for number in 0..count {
            if number == 3 {
                Err(HttpError::new(StatusCode::BAD_GATEWAY, "the model stopped"))?;
            }
            tokio::task::yield_now().await;
            yield Token { text: "a" };
        }
    })
}

#[get("/never")]
async fn never() -> u32 {
    std::future::pending().await
}

fn client(log: AccessLog) -> TestClient {
    let app = App::new("Logged", "1.0.0").access_log(log);
    let app = app.routes(routes![item, reset, tokens, never]);
    TestClient::new(app.build().expect("it builds"))
}

fn json() -> (TestClient, Written) {
    let written = Written::default();
    (client(AccessLog::json_to(written.clone())), written)
}

/// Returns the only line of the log.
async fn line(written: &Written) -> Value {
    let text = written.lines(1).await;
    assert_eq!(text.matches('\n').count(), 1, "{text}");
    serde_json::from_str(&text).expect("JSON")
}

#[tokio::test]
async fn a_line_says_what_happened() {
    let (client, written) = json();
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = client.get("/items/7?q=1").header("x-request-id", "seven");
    let response = request.header("traceparent", traceparent).send().await;
    assert_eq!(response.text().await, "7");
    let mut line = line(&written).await;
    for time in ["time", "duration_ms", "first_byte_ms"] {
        let time = line.as_object_mut().expect("an object").remove(time);
        assert!(time.is_some_and(|time| time.is_f64() || time.is_string()));
    }
    let expected = serde_json::json!({
        "method": "GET", "route": "/items/{id}", "path": "/items/7", "status": 200, "bytes": 1,
        "end": "whole", "request_id": "seven", "trace_id": "0af7651916cd43dd8448eb211c80319c",
    });
    assert_eq!(line, expected);
}

#[tokio::test]
async fn an_id_that_was_made_is_in_the_line_and_in_the_response() {
    let (client, written) = json();
    let response = client.get("/nowhere").send().await;
    let line = line(&written).await;
    assert_eq!(line["request_id"], response.header("x-request-id"));
    assert_eq!(line.get("route"), None);
    assert_eq!(line["status"], 404);
}

#[tokio::test]
async fn a_stream_is_told_of_at_its_end_and_says_which_end() {
    for (count, read, end) in [(2, 9, "whole"), (9, 9, "failed"), (9, 1, "left")] {
        let (client, written) = json();
        let mut response = client.get(&format!("/tokens/{count}")).send().await;
        assert_eq!(written.text(), "");
        let mut seen = 0;
        while seen < read && matches!(response.next_event_or_break().await, Ok(Some(_))) {
            seen += 1;
        }
        drop(response);
        let line = line(&written).await;
        assert_eq!(line["end"], end, "{count} {read}");
        assert!(line["bytes"].as_u64() > Some(0) && line["first_byte_ms"].is_f64());
    }
}

#[tokio::test]
async fn a_client_that_left_before_the_response_has_no_status() {
    let (client, written) = json();
    let request = tokio::spawn(client.get("/never").send());
    tokio::task::yield_now().await;
    request.abort();
    assert!(request.await.is_err());
    let line = line(&written).await;
    assert_eq!(line["end"], "left");
    assert_eq!(
        (line.get("status"), line["bytes"].as_u64()),
        (None, Some(0))
    );
}

#[tokio::test]
async fn a21_a_secret_in_the_path_is_not_logged() {
    let (client, written) = json();
    assert_eq!(client.get("/reset/canary").send().await.text().await, "6");
    assert_eq!(line(&written).await["path"], "/reset/{token}");
    client.post("/reset/canary").send().await;
    client.get("/reset/canary/").send().await;
    let text = written.lines(3).await;
    assert!(
        !text.contains("canary") && text.lines().count() == 3,
        "{text}"
    );
}

#[tokio::test]
async fn v26_text_is_one_line_whatever_was_sent() {
    let written = Written::default();
    let client = client(AccessLog::text_to(written.clone()));
    let method = http::Method::from_bytes("X".repeat(2000).as_bytes()).expect("a token");
    client.request(method, "/\u{9b}31m\u{2028}").send().await;
    client
        .get("/items/7")
        .header("x-request-id", "7")
        .send()
        .await;
    let text = written.lines(2).await;
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[0].len() < 1500 && lines[0].contains("X… /\\u{9b}31m\\u{2028} 404"),
        "{text}"
    );
    let words: Vec<_> = lines[1].split(' ').collect();
    assert_eq!(words[1..6], ["-", "GET", "/items/7", "200", "1B"]);
    assert_eq!(words[7..], ["whole", "7"]);
}

#[tokio::test]
async fn a_subscriber_has_it_unless_it_is_off() {
    for (log, told) in [(AccessLog::tracing(), true), (AccessLog::off(), false)] {
        let (text, _guard) = capture::logs();
        client(log).get("/items/7?secret").send().await;
        let text = text.text();
        let lines: Vec<_> = text
            .lines()
            .filter(|line| line.contains("avocet::access"))
            .collect();
        assert_eq!(lines.len(), usize::from(told), "{text}");
        assert!(!text.contains("secret"), "{text}");
        if told {
            assert!(
                lines[0].contains("path=/items/7 status=200 bytes=1"),
                "{text}"
            );
        }
    }
}
