//! Spans, and the events inside them.

use avocet::observe::AccessLog;
use avocet::prelude::*;
use avocet::testing::TestClient;

use super::capture;

#[get("/items/{id}")]
async fn item(id: u32) -> u32 {
    tracing::info!(target: "test", "inside the handler");
    id
}

#[model(output)]
struct Token {
    text: &'static str,
}

#[get("/tokens")]
async fn tokens() -> Sse<Token> {
    Sse::new(stream! {
        yield Token { text: "one" };
        tokio::task::yield_now().await;
        tracing::info!(target: "test", "inside the stream");
        Err(HttpError::internal("the model stopped"))?;
    })
}

#[get("/panic")]
async fn panics() -> u32 {
    panic!("on\npurpose")
}

fn client() -> TestClient {
    let app = App::new("Spans", "1.0.0")
        .access_log(AccessLog::off())
        .routes(routes![item, tokens, panics]);
    TestClient::new(app.build().expect("it builds"))
}

#[tokio::test]
async fn a_panic_of_what_is_done_with_spans_costs_no_request() {
    let (log, _guard) = capture::logs();
    let app = App::new("Spans", "1.0.0")
        .on_span(|_, _| panic!("on purpose"))
        .routes(routes![item]);
    let client = TestClient::new(app.build().expect("it builds"));
    assert_eq!(client.get("/items/7").send().await.text().await, "7");
    let log = log.text();
    assert_eq!(
        lines(&log, "the function of `App::on_span` panicked").len(),
        1,
        "{log}"
    );
}

/// Returns the lines that contain a text.
fn lines<'a>(log: &'a str, part: &str) -> Vec<&'a str> {
    log.lines().filter(|line| line.contains(part)).collect()
}

#[tokio::test]
async fn a_span_has_the_template_and_what_is_logged_inside_has_the_span() {
    let (log, _guard) = capture::logs();
    let response = client()
        .get("/items/7?q=1")
        .header("x-request-id", "seven")
        .send()
        .await;
    assert_eq!(response.text().await, "7");
    let log = log.text();
    let inside = lines(&log, "inside the handler");
    assert_eq!(inside.len(), 1, "{log}");
    for part in [
        "http.request.method=\"GET\"",
        "http.route=\"/items/{id}\"",
        "otel.name=\"GET /items/{id}\"",
        "request_id=seven",
    ] {
        assert!(inside[0].contains(part), "{part} in {log}");
    }
    let closed = lines(&log, "close");
    assert!(closed[0].contains("http.response.status_code=200"), "{log}");
    assert!(!log.contains("/items/7") && !log.contains("q=1"), "{log}");
}

#[tokio::test]
async fn a_path_or_method_of_the_clients_own_names_no_span() {
    let (log, _guard) = capture::logs();
    let method = http::Method::from_bytes(b"BREW").expect("a token");
    client().request(method, "/coffee/black").send().await;
    let log = log.text();
    assert!(!log.contains("coffee") && !log.contains("BREW"), "{log}");
    assert!(log.contains("otel.name=\"_OTHER\""), "{log}");
}

#[tokio::test]
async fn the_span_of_a_stream_lasts_until_its_end() {
    let (log, _guard) = capture::logs();
    let mut response = client().get("/tokens").send().await;
    // A subscriber is installed, so there is an id.
    let id = response.header("x-request-id").to_owned();
    assert!(lines(&log.text(), "close").is_empty());
    while let Ok(Some(_)) = response.next_event_or_break().await {}
    drop(response);
    let log = log.text();
    for part in ["inside the stream", "the model stopped"] {
        let found = lines(&log, part);
        assert!(
            found.len() == 1 && found[0].contains(&id),
            "{part} in {log}"
        );
    }
    let closed = lines(&log, "close");
    assert!(
        closed.len() == 1 && closed[0].contains("otel.status_code=\"ERROR\""),
        "{log}"
    );
}

#[tokio::test]
async fn a_panic_is_one_line_with_the_id() {
    let (log, _guard) = capture::logs();
    client()
        .get("/panic")
        .header("x-request-id", "7")
        .send()
        .await;
    let log = log.text();
    let errors = lines(&log, "ERROR request");
    assert_eq!(errors.len(), 1, "{log}");
    for part in [
        "a handler, extractor or layer panicked: on\\npurpose",
        "request_id=7",
        "status=500",
    ] {
        assert!(errors[0].contains(part), "{part} in {log}");
    }
}

#[tokio::test]
async fn the_access_log_has_the_ids_once_with_and_without_the_span() {
    let trace = "0af7651916cd43dd8448eb211c80319c";
    for is_narrow in [false, true] {
        let (log, _guard) = if is_narrow {
            capture::logs_of("avocet::access")
        } else {
            capture::logs()
        };
        let app = App::new("Spans", "1.0.0").routes(routes![item]);
        let client = TestClient::new(app.build().expect("it builds"));
        client
            .get("/items/7")
            .header("x-request-id", "seven")
            .header("traceparent", &format!("00-{trace}-b7ad6b7169203331-01"))
            .send()
            .await;
        let log = log.text();
        let ended = lines(&log, "avocet::access: request ended");
        assert_eq!(ended.len(), 1, "{log}");
        assert_eq!(ended[0].contains("request{"), !is_narrow, "{log}");
        for id in ["request_id=seven", trace] {
            assert_eq!(ended[0].matches(id).count(), 1, "{log}");
        }
    }
}
