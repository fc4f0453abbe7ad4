//! `Replay`: the events for a client that reconnects, and the discarded events.

use std::time::Duration;

use avocet::model::OrderedJson;
use avocet::prelude::*;
use avocet::response::{Followed, Replay, ReplayError, ReplayLimits};
use avocet::testing::{TestClient, TestResponse};
use serde_json::{Value, json};
use tokio::time::Instant;

#[model]
struct Token {
    text: String,
}

fn token(text: &str) -> Token {
    Token {
        text: text.to_owned(),
    }
}

#[get("/runs/{run}")]
async fn read(
    run: String,
    #[header] last_event_id: Option<String>,
    #[state] runs: Replay<Token>,
) -> Followed<Token> {
    runs.follow(&run, last_event_id.as_deref())
}

/// The same with a response head that does not wait for an event.
#[get("/opened/{run}")]
async fn opened(run: String, #[state] runs: Replay<Token>) -> Followed<Token> {
    runs.follow(&run, None).open_at_once()
}

/// The same with other waits than those of the application.
#[get("/patient/{run}")]
async fn patient(run: String, #[state] runs: Replay<Token>) -> Followed<Token> {
    let followed = runs.follow(&run, None).heartbeat(Duration::from_secs(8));
    followed.first_item_wait(Duration::from_secs(5))
}

fn client(runs: &Replay<Token>) -> TestClient {
    let app = App::new("Runs", "1.0.0")
        .state(runs.clone())
        .routes(routes![read]);
    TestClient::new(app.build().expect("it builds"))
}

async fn behind(client: &TestClient, last: &str) -> TestResponse {
    let request = client.get("/runs/a").header("last-event-id", last);
    request.send().await
}

async fn next(response: &mut TestResponse) -> (String, Value) {
    let event = response.next_event().await.expect("an event");
    (event.id.clone(), event.json())
}

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_missed_and_what_is_to_come() {
    let runs = Replay::default();
    let recorder = runs.record("a").expect("room");
    for text in ["one", "two"] {
        recorder.publish(token(text)).expect("JSON");
    }
    let client = client(&runs);
    let mut first = client.get("/runs/a").send().await;
    assert_eq!(next(&mut first).await, ("1".into(), json!({"text": "one"})));
    assert_eq!(next(&mut first).await.0, "2");
    assert_eq!(recorder.followers(), 1);

    let mut second = behind(&client, "1").await;
    assert_eq!(next(&mut second).await.0, "2");
    recorder.publish(token("three")).expect("JSON");
    for response in [&mut first, &mut second] {
        assert_eq!(next(response).await.1, json!({"text": "three"}));
    }
    drop(first);
    recorder.finish();
    assert_eq!(second.next_event().await, None);
}

#[tokio::test]
async fn an_event_larger_than_a_write_arrives() {
    let runs = Replay::default();
    let recorder = runs.record("a").expect("room");
    let large = "x".repeat(20_000);
    let texts = ["one", &large, "three"];
    for text in texts {
        recorder.publish(token(text)).expect("JSON");
    }
    recorder.finish();
    let mut response = client(&runs).get("/runs/a").send().await;
    for text in texts {
        assert_eq!(next(&mut response).await.1, json!({"text": text}));
    }
    assert_eq!(response.next_event().await, None);
}

#[tokio::test]
async fn events_are_kept_up_to_the_limit_on_bytes() {
    let bytes = "data: {\"text\":\"one\"}\nid: 1\n\n".len();
    for (limit, status) in [(2 * bytes, 200), (2 * bytes - 1, 410)] {
        let runs = Replay::new(ReplayLimits::default().bytes(limit));
        let recorder = runs.record("a").expect("room");
        for text in ["one", "two"] {
            recorder.publish(token(text)).expect("JSON");
        }
        recorder.finish();
        let response = client(&runs).get("/runs/a").send().await;
        assert_eq!(response.status(), status, "{limit}");
    }
}

#[tokio::test]
async fn who_has_seen_all_is_told_to_stay_away() {
    let runs = Replay::default();
    let recorder = runs.record("a").expect("room");
    recorder.publish(token("one")).expect("JSON");
    recorder.finish();
    let client = client(&runs);
    assert_eq!(behind(&client, "1").await.status(), 204);
    assert_eq!(next(&mut behind(&client, "").await).await.0, "1");
}

#[tokio::test]
async fn what_cannot_be_followed_says_why() {
    let runs = Replay::new(ReplayLimits::default().events(2));
    let recorder = runs.record("a").expect("room");
    for text in ["one", "two", "three", "four"] {
        recorder.publish(token(text)).expect("JSON");
    }
    let client = client(&runs);
    for (last, status, kind) in [
        ("x", 400, "unknown_event"),
        ("-1", 400, "unknown_event"),
        ("5", 400, "unknown_event"),
        ("1", 410, "events_forgotten"),
        ("0", 410, "events_forgotten"),
    ] {
        let response = behind(&client, last).await;
        assert_eq!(response.status(), status, "{last}");
        assert_eq!(response.json::<Value>().await["type"], kind, "{last}");
    }
    let gone: Value = behind(&client, "1").await.json().await;
    assert_eq!(gone["first"], 3);
    assert_eq!(next(&mut behind(&client, "2").await).await.0, "3");
    let missing = client.get("/runs/b").send().await;
    assert_eq!(missing.status(), 404);
}

#[tokio::test]
async fn a_client_that_is_too_slow_and_a_producer_that_gives_up_break_the_stream_off() {
    let runs = Replay::new(ReplayLimits::default().events(2));
    let recorder = runs.record("a").expect("room");
    recorder.publish(token("one")).expect("JSON");
    let client = client(&runs);
    let mut slow = client.get("/runs/a").send().await;
    assert_eq!(next(&mut slow).await.0, "1");
    for text in ["two", "three", "four"] {
        recorder.publish(token(text)).expect("JSON");
    }
    let event = slow.next_event().await.expect("the error");
    assert_eq!(event.name, "error");
    assert_eq!(event.json::<Value>()["first"], 3);
    assert!(slow.next_event_or_break().await.is_err());

    let mut last = behind(&client, "3").await;
    drop(recorder);
    assert_eq!(next(&mut last).await.0, "4");
    let event = last.next_event().await.expect("the error");
    assert_eq!(event.json::<Value>()["type"], "stream_abandoned");
    assert!(last.next_event_or_break().await.is_err());
    assert_eq!(behind(&client, "4").await.status(), 500);
}

#[tokio::test(start_paused = true)]
async fn bytes_age_and_streams_are_bounded() {
    let limits = ReplayLimits::default()
        .bytes(100)
        .age(Duration::from_secs(60))
        .streams(2);
    let runs = Replay::new(limits);
    let client = client(&runs);
    let recorder = runs.record("a").expect("room");
    recorder.publish(token("small")).expect("JSON");
    recorder.publish(token(&"x".repeat(500))).expect("JSON");
    let response: Value = behind(&client, "0").await.json().await;
    assert_eq!(response["first"], 2, "the newest is kept whatever its size");
    tokio::time::advance(Duration::from_secs(61)).await;
    let response: Value = behind(&client, "1").await.json().await;
    assert_eq!(response["first"], 3, "it is too old");

    let other = runs.record("b").expect("room");
    assert_eq!(runs.record("b").err(), Some(ReplayError::Recorded));
    assert_eq!(runs.record("c").err(), Some(ReplayError::Full));
    recorder.finish();
    runs.record("c").expect("the place of the one that ended");
    assert_eq!(client.get("/runs/a").send().await.status(), 404);
    other.finish();
    assert_eq!(client.get("/runs/b").send().await.status(), 204);
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(client.get("/runs/b").send().await.status(), 404);
}

#[tokio::test]
async fn the_document_lists_what_can_happen() {
    let client = client(&Replay::default());
    let document = client.get("/openapi.json").send().await.text().await;
    let document: OrderedJson = document.parse().expect("JSON");
    crate::publish("replay", &document);
    let responses = &document["paths"]["/runs/{run}"]["get"]["responses"];
    let event = &responses["200"]["content"]["text/event-stream"]["x-item-schema"];
    assert_eq!(event["properties"]["id"], json!({"type": "string"}));
    for status in ["204", "400", "404", "410", "500"] {
        assert!(responses[status].as_object().is_some(), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_head_waits_as_the_response_says() {
    let runs: Replay<Token> = Replay::default();
    let recorder = runs.record("a").expect("room");
    let app = App::new("Runs", "1.0.0")
        .state(runs)
        .routes(routes![read, opened, patient]);
    let client = TestClient::new(app.build().expect("it builds"));
    for (path, seconds) in [("/opened/a", 0), ("/runs/a", 1), ("/patient/a", 5)] {
        let start = Instant::now();
        assert_eq!(client.get(path).send().await.status(), 200);
        // On the paused clock, which only timers move.
        assert_eq!(start.elapsed().as_secs(), seconds, "{path}");
    }
    recorder.finish();
}
