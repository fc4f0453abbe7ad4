//! `Sse`: the status, events, heartbeats, errors before and after the first event, and a client that disconnects.

use avocet::model::OrderedJson;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use avocet::prelude::*;
use avocet::testing::TestClient;
use http::StatusCode;
use serde_json::{Value, json};

#[model]
struct Count {
    number: u32,
}

/// Counts, and fails at the given number.
#[get("/count/{to}")]
async fn count(to: u32, #[query] fail_at: Option<u32>) -> Sse<Count> {
    Sse::new(stream! {
        for number in 0..to {
            if Some(number) == fail_at {
                Err(HttpError::new(StatusCode::IM_A_TEAPOT, "enough"))?;
            }
            yield Count { number };
        }
    })
}

#[events]
enum Progress {
    Step(Count),
    #[event(name = "end")]
    Finished(Text),
}

#[model]
struct Text {
    text: String,
}

#[post("/progress")]
async fn progress(#[body] text: Text) -> Sse<Progress> {
    Sse::new(stream! {
        yield Progress::Step(Count { number: 1 });
        yield Progress::Finished(text);
    })
}

/// One event after an hour.
#[get("/slow")]
async fn slow() -> Sse<Count> {
    Sse::new(stream! {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        yield Count { number: 1 };
    })
}

#[derive(Clone, Default)]
struct Dropped(Arc<AtomicBool>);

struct Guard(Dropped);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::SeqCst);
    }
}

#[get("/endless")]
async fn endless(#[state] dropped: Dropped) -> Sse<Count> {
    Sse::new(stream! {
        let _guard = Guard(dropped);
        yield Count { number: 0 };
        std::future::pending::<()>().await;
    })
}

fn client() -> TestClient {
    client_with(Dropped::default())
}

fn client_with(dropped: Dropped) -> TestClient {
    let app = App::new("Streams", "1.0.0")
        .state(dropped)
        .routes(routes![count, progress, slow, endless]);
    TestClient::new(app.build().expect("it builds"))
}

#[tokio::test]
async fn events_come_in_order_and_the_stream_ends_well() {
    let mut response = client().get("/count/3").send().await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.header("content-type"),
        "text/event-stream; charset=utf-8"
    );
    assert_eq!(response.header("cache-control"), "no-cache");
    for number in 0..3 {
        let event = response.next_event().await.expect("an event");
        assert_eq!(
            (event.name.as_str(), event.json::<Value>()),
            ("", json!({"number": number}))
        );
    }
    assert_eq!(response.next_event().await, None);
}

#[tokio::test]
async fn an_empty_stream_is_a_good_response() {
    let mut response = client().get("/count/0").send().await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.next_event().await, None);
}

#[tokio::test]
async fn an_error_before_the_first_event_has_its_status() {
    let response = client().get("/count/3?fail_at=0").send().await;
    assert_eq!(response.status(), 418);
    assert_eq!(response.json::<Value>().await, json!({"detail": "enough"}));
}

#[tokio::test]
async fn a_later_error_is_an_event_and_no_clean_end() {
    let mut response = client().get("/count/3?fail_at=2").send().await;
    assert_eq!(response.status(), 200);
    response.next_event().await.expect("0");
    response.next_event().await.expect("1");
    let event = response.next_event().await.expect("the error");
    assert_eq!(
        (event.name.as_str(), event.json::<Value>()),
        ("error", json!({"detail": "enough"}))
    );
    assert!(response.next_event_or_break().await.is_err());
}

#[tokio::test]
async fn errors_are_answered_before_the_stream() {
    assert_eq!(client().get("/count/x").send().await.status(), 422);
}

#[tokio::test]
async fn v17_named_events_tell_their_kind_and_any_text_stays_one_event() {
    let text = "cr\r, lf\n, both\r\n, nul\0, separator\u{2028}, bom\u{feff}: data: x\n\nevent: y";
    let mut response = client()
        .post("/progress")
        .json(&json!({"text": text}))
        .send()
        .await;
    assert_eq!(response.next_event().await.expect("a step").name, "step");
    let end = response.next_event().await.expect("the end");
    assert_eq!(
        (end.name.as_str(), end.json::<Value>()),
        ("end", json!({"text": text}))
    );
    assert_eq!(response.next_event().await, None);
}

#[tokio::test(start_paused = true)]
async fn silence_is_broken_by_comments_and_the_status_does_not_wait_for_ever() {
    // The paused clock jumps to the next timer: the status comes after one heartbeat, not after an hour.
    let response = client().get("/slow").send().await;
    assert_eq!(response.status(), 200);
    let text = response.text().await;
    assert!(text.starts_with(": ping\n\n: ping\n\n"), "{text:.80}");
    assert!(text.ends_with("data: {\"number\":1}\n\n"));
}

#[tokio::test]
async fn a_client_that_leaves_drops_the_stream() {
    let dropped = Dropped::default();
    let mut response = client_with(dropped.clone()).get("/endless").send().await;
    response.next_event().await.expect("the first");
    assert!(!dropped.0.load(Ordering::SeqCst));
    drop(response);
    assert!(dropped.0.load(Ordering::SeqCst));
}

#[tokio::test]
async fn the_document_describes_each_event() {
    let document = client().get("/openapi.json").send().await.text().await;
    let document: OrderedJson = document.parse().expect("JSON");
    crate::publish("streams", &document);
    let stream =
        &document["paths"]["/progress"]["post"]["responses"]["200"]["content"]["text/event-stream"];
    let events = stream["x-item-schema"]["oneOf"]
        .as_array()
        .expect("two events");
    assert_eq!(events[1]["properties"]["event"]["enum"], json!(["end"]));
    assert_eq!(
        events[1]["properties"]["data"]["contentSchema"],
        json!({"$ref": "#/components/schemas/Text"})
    );
    // The schemas that generated clients use as the type of each event.
    let data: Vec<_> = events
        .iter()
        .map(|event| &event["properties"]["data"]["contentSchema"])
        .collect();
    assert_eq!(stream["schema"], json!({"anyOf": data}));
}

mod data {
    use avocet::OpenApi;
    use avocet::prelude::*;
    use avocet::response::TextData;
    use serde_json::{Value, json};

    #[model(output)]
    struct Piece {
        text: String,
    }

    #[model(output)]
    struct Usage {
        tokens: u32,
    }

    #[events]
    enum Happening {
        Piece(Piece),
        Usage(Usage),
        Again(Piece),
        Ping,
    }

    #[get("/one")]
    async fn one() -> Sse<ServerEvent<Piece>> {
        Sse::new(stream! { yield Piece { text: String::new() }.into(); })
    }

    #[get("/many")]
    async fn many() -> Sse<ServerEvent<Happening>> {
        Sse::new(stream! {
            yield Happening::Piece(Piece { text: String::new() }).into();
            yield Happening::Usage(Usage { tokens: 0 }).into();
            yield Happening::Again(Piece { text: String::new() }).into();
            yield Happening::Ping.into();
        })
    }

    #[get("/text")]
    async fn text() -> Sse<TextData> {
        Sse::new(stream! { yield TextData::from("Hello"); })
    }

    fn media(version: OpenApi, path: &str) -> Value {
        let app = App::new("Data", "1")
            .openapi(version)
            .routes(routes![one, many, text]);
        let service = app.build().expect("it builds");
        service.openapi()["paths"][path]["get"]["responses"]["200"]["content"]["text/event-stream"]
            .clone()
            .into()
    }

    #[test]
    fn under_3_1_the_schema_is_the_union_of_the_data() {
        let schema = |path| media(OpenApi::V3_1, path)["schema"].take();
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        assert_eq!(schema("/one"), reference("Piece"));
        let kinds = json!([reference("Piece"), reference("Usage"), {"enum": [null]}]);
        assert_eq!(schema("/many"), json!({"anyOf": kinds}));
        assert_eq!(schema("/text"), json!({"type": "string"}));
    }

    #[test]
    fn under_3_2_the_schema_of_the_items_is_enough() {
        for path in ["/one", "/many", "/text"] {
            let media = media(OpenApi::V3_2, path);
            assert!(
                media["itemSchema"].is_object() && media["schema"].is_null(),
                "{media}"
            );
        }
    }
}

/// Returns the time until the head arrives, on the paused clock.
async fn head_after(app: App, path: &str) -> Duration {
    let client = TestClient::new(app.build().expect("it builds"));
    let start = tokio::time::Instant::now();
    assert_eq!(client.get(path).send().await.status(), 200);
    start.elapsed()
}

#[get("/opened")]
async fn opened() -> Sse<Count> {
    slow().await.open_at_once()
}

#[get("/patient")]
async fn patient() -> Sse<Count> {
    slow().await.first_item_wait(Duration::from_secs(5))
}

#[get("/lines")]
async fn lines() -> JsonLines<Count> {
    JsonLines::new(never(Count { number: 1 })).open_at_once()
}

#[get("/bytes")]
async fn bytes() -> ByteStream {
    ByteStream::new(never("never".into())).open_at_once()
}

fn never<T: Send + 'static>(item: T) -> impl futures_core::Stream<Item = Result<T, HttpError>> {
    stream! {
        std::future::pending::<()>().await;
        yield item;
    }
}

#[get("/wrong")]
async fn wrong() -> Sse<Count> {
    let failed: Sse<Count> = Sse::new(stream! {
        if true {
            Err(HttpError::new(StatusCode::IM_A_TEAPOT, "at once"))?;
        }
        yield Count { number: 1 };
    });
    failed.open_at_once()
}

#[tokio::test(start_paused = true)]
async fn the_head_waits_for_the_first_event_no_longer_than_was_said() {
    let app = || App::new("Heads", "1.0.0").routes(routes![slow, opened, patient, lines, bytes]);
    let seconds = |count| Duration::from_secs(count)..Duration::from_secs(count) + MARGIN;
    for (app, path, expected) in [
        (app(), "/slow", seconds(1)),
        (
            app().heartbeat(Duration::from_secs(3600)),
            "/slow",
            seconds(1),
        ),
        (
            app().first_item_wait(Duration::from_secs(2)),
            "/slow",
            seconds(2),
        ),
        (app(), "/patient", seconds(5)),
        // A heartbeat sets the maximum length of a silence, also at the beginning.
        (
            app().heartbeat(Duration::from_secs(3)),
            "/patient",
            seconds(3),
        ),
        (app(), "/opened", seconds(0)),
        (app(), "/lines", seconds(0)),
        (app(), "/bytes", seconds(0)),
    ] {
        let found = head_after(app, path).await;
        assert!(expected.contains(&found), "{path}: {found:?}");
    }
}

/// The paused clock advances in whole milliseconds.
const MARGIN: Duration = Duration::from_millis(5);

#[tokio::test]
async fn an_error_that_is_ready_has_its_own_status_where_the_head_is_sent_at_once() {
    let app = App::new("Heads", "1.0.0").routes(routes![wrong]);
    let client = TestClient::new(app.build().expect("it builds"));
    assert_eq!(client.get("/wrong").send().await.status(), 418);
}
