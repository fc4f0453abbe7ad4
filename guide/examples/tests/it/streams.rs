//! Streams.

use crate::outputs::{assert_response, assert_shown};
use avocet::testing::TestClient;
use guide_examples::streams::app;

fn client() -> TestClient {
    TestClient::new(app().build().unwrap())
}

#[tokio::test]
async fn events_are_as_shown() {
    assert_response(
        "streams_events.txt",
        200,
        client().get("/chat?text=good+morning").send().await,
    )
    .await;
    let response = client().get("/generate?text=good+morning").send().await;
    assert_eq!(
        response.text().await,
        "data: {\"text\":\"good\"}\n\ndata: {\"text\":\"morning\"}\n\n"
    );
}

#[tokio::test]
async fn ids_are_as_shown() {
    let response = client().get("/numbered").send().await;
    assert_eq!(response.header("cache-control"), "no-cache");
    assert_eq!(response.header("x-accel-buffering"), "no");
    assert_response("streams_ids.txt", 200, response).await;
}

#[tokio::test]
async fn lines_are_as_shown() {
    assert_response(
        "streams_lines.txt",
        200,
        client().get("/numbers").send().await,
    )
    .await;
}

#[tokio::test]
async fn bytes_have_their_media_type() {
    let response = client().get("/speech").send().await;
    assert_eq!(response.header("content-type"), "audio/wav");
    assert_eq!(response.text().await, "RIFFWAVE");
}

#[tokio::test]
async fn an_early_error_has_its_status() {
    assert_response(
        "streams_early.json",
        502,
        client().get("/unstable?tokens=0").send().await,
    )
    .await;
}

#[tokio::test]
async fn a_late_error_is_an_event_and_breaks_the_stream() {
    let mut response = client().get("/unstable?tokens=1").send().await;
    assert_eq!(response.status(), 200);
    let mut text = Vec::new();
    let end = loop {
        match response.next_bytes_or_break().await {
            Ok(bytes) => text.extend_from_slice(&bytes.expect("an error ends the stream")),
            Err(end) => break end,
        }
    };
    assert!(end.to_string().contains("the model has crashed"));
    assert_shown("streams_late.txt", &String::from_utf8(text).unwrap());
}

#[tokio::test]
async fn a_run_is_resumed() {
    let client = client();
    assert_eq!(client.post("/runs/a").send().await.status(), 202);
    let mut response = client.get("/runs/a").send().await;
    assert_eq!(response.next_event().await.unwrap().id, "1");
    drop(response);
    let response = client
        .get("/runs/a")
        .header("last-event-id", "1")
        .send()
        .await;
    assert_response("streams_resumed.txt", 200, response).await;
}
