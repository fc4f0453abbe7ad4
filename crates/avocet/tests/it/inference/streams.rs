//! Streams of models as responses.

use std::time::Duration;

use avocet::inference::{InferenceError, Workers};
use avocet::prelude::*;
use avocet::testing::TestClient;
use http::HeaderName;
use serde_json::Value;

use super::models::{Gate, Token, Words, until, words};

#[get("/events")]
async fn events(
    #[query] text: String,
    #[state] model: Workers<Words>,
) -> Result<Sse<Token, InferenceError>, InferenceError> {
    Ok(Sse::new(model.stream(text)?))
}

#[get("/lines")]
async fn lines(
    #[query] text: String,
    #[state] model: Workers<Words>,
) -> Result<JsonLines<Token, InferenceError>, InferenceError> {
    Ok(JsonLines::new(model.stream(text)?))
}

/// Converted by the handler, with errors of any status.
#[get("/text")]
async fn text(
    #[query] text: String,
    #[state] model: Workers<Words>,
) -> Result<ByteStream, HttpError> {
    let mut tokens = model.stream(text)?;
    Ok(ByteStream::new(stream! {
        while let Some(token) = tokens.next().await {
            yield token?.text.into();
        }
    }))
}

pub(super) fn app(model: &Workers<Words>) -> App {
    App::new("Words", "1.0.0")
        .component(model.clone())
        .routes(routes![events, lines, text])
}

async fn started(app: App) -> TestClient {
    let service = app.build().expect("it builds");
    TestClient::start(service).await.expect("it starts")
}

#[tokio::test]
async fn items_are_events_lines_and_bytes() {
    let model = words(&Gate::default());
    let client = started(app(&model)).await;
    let get = |path: &str| client.get(path).send();
    let events = get("/events?text=a+b").await.text().await;
    assert_eq!(
        events,
        "data: {\"text\":\"a\"}\n\ndata: {\"text\":\"b\"}\n\n"
    );
    let lines = get("/lines?text=a+b").await.text().await;
    assert_eq!(lines, "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
    assert_eq!(get("/text?text=a+b").await.text().await, "ab");
    assert_eq!(model.figures().completed, 3);
    client.stop().await;
}

#[tokio::test]
async fn an_error_has_its_status_before_the_first_item_and_is_an_event_after_it() {
    let gate = Gate::default();
    let model = words(&gate);
    let client = started(app(&model)).await;
    for path in ["/events", "/lines", "/text"] {
        let response = client.get(&format!("{path}?text=fail")).send().await;
        assert_eq!(response.status(), 500, "{path}");
        assert!(!response.text().await.contains("secret"), "{path}");
    }
    let mut response = client.get("/events?text=a+wait+fail").send().await;
    assert_eq!(response.status(), 200);
    let first = response.next_event().await.expect("an event");
    assert_eq!(first.json::<Value>()["text"], "a");
    gate.open();
    assert_eq!(
        response
            .next_event()
            .await
            .expect("an event")
            .json::<Value>()["text"],
        "wait"
    );
    let last = response.next_event_or_break().await;
    let last = last.expect("the error event").expect("the error event");
    assert_eq!(last.name, "error");
    assert_eq!(last.json::<Value>()["detail"], "Internal Server Error");
    assert!(response.next_event_or_break().await.is_err());
    client.stop().await;
}

#[tokio::test]
async fn a_time_limit_of_the_request_ends_no_stream_that_has_begun() {
    let gate = Gate::default();
    let model = words(&gate);
    let limit = Duration::from_secs(1);
    let app = app(&model).time_limit_header(HeaderName::from_static("x-request-timeout"));
    let client = started(app).await;
    let request = client.get("/events?text=a+wait+b");
    let mut response = request.header("x-request-timeout", "1").send().await;
    assert_eq!(response.status(), 200);
    let mut texts = vec![response.next_event().await.expect("an event")];
    tokio::time::sleep(limit + Duration::from_millis(200)).await;
    gate.open();
    while let Some(event) = response.next_event().await {
        texts.push(event);
    }
    let texts: Vec<Value> = texts
        .iter()
        .map(|event| event.json::<Value>()["text"].clone())
        .collect();
    assert_eq!(texts, ["a", "wait", "b"]);
    client.stop().await;
}

#[tokio::test]
async fn a_full_queue_rejects_a_stream_with_its_status() {
    let gate = Gate::default();
    let model = words(&gate).queue(1);
    let client = started(app(&model)).await;
    let mut open = Vec::new();
    for waiting in [0, 1] {
        open.push(tokio::spawn(client.get("/events?text=wait").send()));
        until(&model, "not full", |figures| {
            figures.running == 1 && figures.waiting == waiting
        })
        .await;
    }
    let response = client.get("/events?text=a").send().await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.header("x-should-retry"), "true");
    gate.open();
    for response in open {
        let response = response.await.expect("a response");
        assert_eq!(response.text().await, "data: {\"text\":\"wait\"}\n\n");
    }
    client.stop().await;
}
