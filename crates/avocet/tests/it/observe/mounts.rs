//! Mounted services in logs, spans and metrics: the path of the mount names them, never the path of a request.

use avocet::observe::{AccessLog, Metrics};
use avocet::prelude::*;
use avocet::testing::TestClient;
use http::Method;

use super::capture::{self, Written};

#[get("/legacy/own")]
async fn own() -> u32 {
    1
}

fn app() -> App {
    let legacy = || {
        axum::Router::new().route(
            "/items/{id}",
            axum::routing::any(async |path: axum::extract::Path<String>| path.0),
        )
    };
    App::new("Mounted", "1.0.0")
        .routes(routes![own])
        .mount("/legacy", legacy())
        .mount("/legacy/deep", legacy())
}

async fn visit(client: &TestClient) {
    for path in [
        "/legacy/items/1",
        "/legacy/items/2",
        "/legacy/missing",
        "/legacy/deep/items/3",
        "/legacy/own",
        "/missing",
    ] {
        client.get(path).send().await.bytes().await;
    }
    let brew = Method::from_bytes(b"BREW").expect("a token");
    client.request(brew, "/legacy/items/4").send().await;
}

#[tokio::test]
async fn requests_are_counted_by_mount_and_method() {
    let metrics = Metrics::new();
    let service = app().metrics(metrics.clone()).build().expect("it builds");
    visit(&TestClient::new(service)).await;
    let page = metrics.render();
    let mut counts: Vec<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("http_requests_total"))
        .collect();
    counts.sort_unstable();
    assert_eq!(
        counts,
        [
            r#"{method="GET",route="/legacy/deep/{path:path}",status="200"} 1"#,
            r#"{method="GET",route="/legacy/own",status="200"} 1"#,
            r#"{method="GET",route="/legacy/{path:path}",status="200"} 2"#,
            r#"{method="GET",route="/legacy/{path:path}",status="404"} 1"#,
            r#"{method="GET",route="unmatched",status="404"} 1"#,
            r#"{method="_OTHER",route="/legacy/{path:path}",status="200"} 1"#,
        ]
    );
}

#[tokio::test]
async fn a_log_line_has_the_mount_as_its_route() {
    let written = Written::default();
    let log = AccessLog::json_to(written.clone());
    let service = app().access_log(log).build().expect("it builds");
    let client = TestClient::new(service);
    client.get("/legacy/items/1").send().await.bytes().await;
    let line: serde_json::Value = serde_json::from_str(&written.lines(1).await).expect("JSON");
    assert_eq!(
        (&line["route"], &line["path"]),
        (&"/legacy/{path:path}".into(), &"/legacy/items/1".into())
    );
}

#[tokio::test]
async fn a_span_has_the_name_of_the_mount() {
    let (log, _guard) = capture::logs();
    let service = app().access_log(AccessLog::off()).build();
    let client = TestClient::new(service.expect("it builds"));
    client.get("/legacy/items/1").send().await.bytes().await;
    let log = log.text();
    for part in [
        "http.route=\"/legacy/{path:path}\"",
        "otel.name=\"GET /legacy/{path:path}\"",
    ] {
        assert!(log.contains(part), "{part} in {log}");
    }
    assert!(!log.contains("items"), "{log}");
}
