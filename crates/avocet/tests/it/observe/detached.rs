//! A handler that calls `detach` runs inside its request like any other, also after its client disconnected.

use std::sync::Arc;

use avocet::observe::{AccessLog, Metrics, RequestId};
use avocet::prelude::*;
use avocet::testing::TestClient;
use tokio::sync::Notify;

use super::capture::{self, Written};

#[model(input)]
struct Number {
    number: u32,
}

#[post("/id", detach)]
async fn id(#[body] number: Number) -> String {
    tokio::task::yield_now().await;
    tracing::info!(number = number.number, "at work");
    RequestId::current().map_or_else(String::new, |id| id.to_string())
}

#[derive(Clone, Default)]
struct Signs(Arc<[Notify; 2]>);

#[get("/panic", detach)]
async fn panics(#[state] signs: Signs) -> u32 {
    let [started, go_on] = &*signs.0;
    started.notify_one();
    go_on.notified().await;
    panic!("on purpose")
}

struct Observed {
    client: TestClient,
    metrics: Metrics,
    lines: Written,
    signs: Signs,
}

fn observed() -> Observed {
    let (metrics, lines, signs) = (Metrics::new(), Written::default(), Signs::default());
    let app = App::new("Detached", "1.0.0")
        .metrics(metrics.clone())
        .access_log(AccessLog::json_to(lines.clone()))
        .state(signs.clone())
        .routes(routes![id, panics]);
    Observed {
        client: TestClient::new(app.build().expect("it builds")),
        metrics,
        lines,
        signs,
    }
}

#[tokio::test]
async fn it_knows_its_request() {
    let (log, _guard) = capture::logs();
    let client = observed().client;
    let request = client.post("/id").json(&serde_json::json!({"number": 7}));
    let response = request.header("x-request-id", "mine").send().await;
    assert_eq!(response.header("x-request-id"), "mine");
    assert_eq!(response.text().await, "\"mine\"");
    let log = log.text();
    let said = log.lines().find(|line| line.contains("at work"));
    let said = said.expect("it was said");
    assert!(
        said.contains("request{") && said.contains("request_id=mine"),
        "{said}"
    );
}

#[tokio::test]
async fn what_is_noted_of_it_is_counted() {
    let Observed {
        client, metrics, ..
    } = observed();
    let request = client.post("/id").json(&serde_json::json!({}));
    assert_eq!(request.send().await.status(), 422);
    let counted = metrics.render();
    let sample = "http_rejections_total{reason=\"validation\"} 1\n";
    assert!(counted.contains(sample), "{counted}");
}

#[tokio::test]
async fn a_panic_after_the_client_has_left_is_told_and_counted() {
    let (log, _guard) = capture::logs();
    let Observed {
        client,
        metrics,
        lines,
        signs,
    } = observed();
    let request = client.get("/panic").header("x-request-id", "mine").send();
    let request = tokio::spawn(request);
    let [started, go_on] = &*signs.0;
    started.notified().await;
    request.abort();
    assert!(request.await.expect_err("it was aborted").is_cancelled());
    let in_flight = "http_requests_in_flight{method=\"GET\",route=\"/panic\"} 1\n";
    assert!(metrics.render().contains(in_flight), "it goes on");
    go_on.notify_one();
    let sample = "http_panics_total{method=\"GET\",route=\"/panic\"} 1\n";
    while !metrics.render().contains(sample) {
        tokio::task::yield_now().await;
    }
    let log = log.text();
    let report = log.lines().find(|line| line.contains("a request failed"));
    let report = report.expect("it was told");
    assert!(
        report.contains("request_id=mine")
            && report.contains("a handler, extractor or layer panicked: on purpose"),
        "{report}"
    );
    let line = lines.lines(1).await;
    assert!(
        line.contains("\"end\":\"left\"") && line.contains("\"request_id\":\"mine\""),
        "{line}"
    );
}
