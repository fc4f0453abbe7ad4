//! Request ids and trace context, as clients and handlers see them.

use avocet::observe::{RequestId, TraceContext};
use avocet::prelude::*;
use avocet::response::ErrorFormat;
use avocet::testing::TestClient;
use serde_json::{Value, json};

use super::capture;

#[model]
struct Seen {
    argument: String,
    current: String,
    trace: Option<String>,
}

#[get("/seen")]
async fn seen(#[request] id: RequestId, #[request] trace: Option<TraceContext>) -> Seen {
    tokio::task::yield_now().await;
    let outgoing = trace.map(|trace| trace.traceparent());
    Seen {
        argument: id.to_string(),
        current: current(),
        trace: outgoing,
    }
}

fn current() -> String {
    RequestId::current().map_or_else(|| "none".to_owned(), |id| id.to_string())
}

#[get("/stream")]
async fn streamed() -> Sse<Seen> {
    Sse::new(stream! {
        for _ in 0..2 {
            tokio::task::yield_now().await;
            yield Seen { argument: String::new(), current: current(), trace: None };
        }
    })
}

#[get("/spawned")]
async fn spawned() -> Result<String, HttpError> {
    Ok(tokio::spawn(async { current() }).await?)
}

#[get("/panic")]
async fn panics() -> u32 {
    panic!("on purpose")
}

#[get("/fail")]
async fn fails() -> Result<u32, HttpError> {
    Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "Busy"))
}

fn client(shape: ErrorFormat) -> TestClient {
    let app = App::new("Ids", "1.0.0").error_format(shape);
    let app = app.routes(routes![seen, streamed, spawned, panics, fails]);
    TestClient::new(app.build().expect("it builds"))
}

#[tokio::test]
async fn an_id_goes_from_the_client_through_the_handler_and_back() {
    let client = client(ErrorFormat::FastApi);
    for given in [Some("client-7"), None] {
        let request = client.get("/seen");
        let request = match given {
            Some(id) => request.header("x-request-id", id),
            None => request,
        };
        let response = request.send().await;
        let id = response.header("x-request-id").to_owned();
        assert_eq!(given.unwrap_or(&id), id);
        let seen: Seen = response_of(&response.json().await);
        assert_eq!([&seen.argument, &seen.current], [&id, &id]);
    }
}

fn response_of(value: &Value) -> Seen {
    avocet::input::from_json(value.to_string().as_bytes()).expect("what was answered")
}

#[tokio::test]
async fn a_stream_knows_its_request_and_a_task_of_its_own_does_not() {
    let client = client(ErrorFormat::FastApi);
    let mut response = client
        .get("/stream")
        .header("x-request-id", "s")
        .send()
        .await;
    let id = response.header("x-request-id").to_owned();
    for _ in 0..2 {
        let event = response.next_event().await.expect("an event");
        assert_eq!(event.json::<Value>()["current"], id.as_str());
    }
    assert_eq!(current(), "none", "nothing is left behind on the thread");
    let response = client.get("/spawned").send().await;
    assert_eq!(response.json::<String>().await, "none");
}

#[tokio::test]
async fn every_response_has_the_clients() {
    let client = client(ErrorFormat::FastApi);
    for path in [
        "/seen",
        "/panic",
        "/fail",
        "/nowhere",
        "/seen/",
        "/openapi.json",
    ] {
        let response = client.get(path).header("x-request-id", "7").send().await;
        assert_eq!(response.header("x-request-id"), "7", "{path}");
    }
}

#[tokio::test]
async fn one_is_made_when_something_is_told_of_the_request() {
    let client = client(ErrorFormat::FastApi);
    for (path, told) in [("/panic", true), ("/seen", true), ("/nowhere", false)] {
        let response = client.get(path).send().await;
        let id = response.headers().get("x-request-id");
        assert_eq!(id.map(http::HeaderValue::len), told.then_some(32), "{path}");
    }
    let (_log, _guard) = capture::logs();
    let response = client.get("/nowhere").send().await;
    let id = response.header("x-request-id");
    assert_eq!(id.len(), 32, "a span reports it");
}

#[tokio::test]
async fn v27_error_details_of_a_5xx_name_the_request_alone() {
    let errors = client(ErrorFormat::ProblemDetails);
    for path in ["/panic", "/fail"] {
        let response = errors.get(path).header("x-request-id", "7").send().await;
        let error: Value = response.json().await;
        assert_eq!(error["request_id"], "7", "{error}");
        assert!(!error.to_string().contains("on purpose"), "{error}");
    }
    let error: Value = errors.get("/nowhere").send().await.json().await;
    assert_eq!(
        error.get("request_id"),
        None,
        "the client's own mistakes need no search"
    );

    let response = client(ErrorFormat::FastApi).get("/panic").send().await;
    assert_eq!(
        response.json::<Value>().await,
        json!({"detail": "Internal Server Error"})
    );
}

#[tokio::test]
async fn a_trace_is_continued_and_none_is_begun() {
    let client = client(ErrorFormat::FastApi);
    let seen = response_of(&client.get("/seen").send().await.json().await);
    assert_eq!(seen.trace, None);

    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = client.get("/seen").header("traceparent", traceparent);
    let trace = response_of(&request.send().await.json().await).trace;
    let trace = trace.expect("a trace");
    assert_eq!(trace.len(), traceparent.len());
    assert_eq!(
        [&trace[..36], &trace[52..]],
        [&traceparent[..36], &traceparent[52..]]
    );
    assert_ne!(
        trace[36..52],
        traceparent[36..52],
        "the parent is this server now"
    );
}
