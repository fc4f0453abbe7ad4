//! Observability.

use crate::book::chapters;
use crate::outputs::{assert_response, assert_shown};
use avocet::testing::TestClient;
use guide_examples::observability::{app, ids};

#[tokio::test]
async fn health_is_as_shown() {
    let client = TestClient::new(app().build().unwrap());
    assert_response(
        "observability_health.json",
        200,
        client.get("/health").send().await,
    )
    .await;
    assert_response(
        "observability_ready.json",
        503,
        client.get("/ready").send().await,
    )
    .await;
}

#[tokio::test]
async fn metrics_are_as_shown() {
    let client = TestClient::new(app().build().unwrap());
    client.get("/items/7").send().await.text().await;
    client.get("/items/x").send().await.text().await;
    let metrics = client.get("/metrics").send().await.text().await;
    let shown = |line: &&str| {
        line.starts_with("http_requests_total")
            || line.starts_with("http_rejections_total{reason=\"validation\"")
    };
    let shown: Vec<_> = metrics.lines().filter(shown).collect();
    assert_shown("observability_metrics.txt", &shown.join("\n"));
}

#[tokio::test]
async fn the_chapter_lists_every_metric() {
    let client = TestClient::new(app().build().unwrap());
    let metrics = client.get("/metrics").send().await.text().await;
    let chapter = &chapters()["observability.md"];
    let types = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "));
    let names: Vec<_> = types.filter_map(|rest| rest.split(' ').next()).collect();
    assert!(names.len() > 10);
    for name in names {
        assert!(
            chapter.contains(&format!("`{name}`")),
            "the chapter lacks {name}"
        );
    }
}

#[tokio::test]
async fn ids_are_continued() {
    let request = TestClient::new(ids().build().unwrap())
        .get("/outgoing")
        .header("x-request-id", "order-7");
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let response = request.header("traceparent", trace).send().await;
    assert_eq!(response.header("x-request-id"), "order-7");
    assert_eq!(response.text().await, r#"["order-7","traceparent"]"#);
}
