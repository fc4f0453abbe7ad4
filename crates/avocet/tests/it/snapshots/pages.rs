//! The pages that the application serves about itself: its document, and its metrics by name, help, type and labels. Measured values are
//! left out.

use avocet::observe::Metrics;
use avocet::testing::TestClient;

use super::routes::app;

#[tokio::test]
async fn metrics_are_the_saved_ones() {
    let app = app().metrics(Metrics::new().at("/metrics"));
    let client = TestClient::new(app.build().expect("it builds"));
    for path in [
        "/teapot",
        "/broken",
        "/panic",
        "/missing",
        "/numbers",
        "/parameters/x",
    ] {
        let _ = client.get(path).send().await.bytes().await;
    }
    let page = client.get("/metrics").send().await.text().await;
    let names: Vec<&str> = page
        .lines()
        .map(|line| match line.rsplit_once(' ') {
            Some((name, _)) if !line.starts_with('#') => name,
            _ => line,
        })
        .collect();
    super::text("metrics", &names.join("\n"));
}

#[tokio::test]
async fn the_document_is_the_saved_one() {
    let client = TestClient::new(app().build().expect("it builds"));
    let document = client.get("/openapi.json").send().await.text().await;
    crate::publish("everything", &document.parse().expect("JSON"));
}
