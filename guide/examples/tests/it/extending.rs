//! What the chapter "Extending Avocet" says.

use avocet::testing::TestClient;
use guide_examples::extending::{
    with_component, with_middleware, with_mount, with_plugin, with_state, with_time_limit,
};

#[tokio::test]
async fn a_middleware_sees_the_operation_and_may_respond_itself() {
    let client = TestClient::new(with_middleware().build().unwrap());
    let response = client.get("/items").send().await;
    assert_eq!(response.header("x-route"), "/items");
    assert_eq!(response.text().await, "[1,2]");
    let response = client.post("/items").send().await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.text().await, r#"{"detail":"The shop is closed"}"#);
}

#[tokio::test]
async fn a_router_is_mounted() {
    let client = TestClient::new(with_mount().build().unwrap());
    assert_eq!(
        client.get("/legacy/status").send().await.text().await,
        "fine"
    );
    assert_eq!(client.get("/items").send().await.text().await, "[1,2]");
}

#[tokio::test]
async fn a_state_is_made_at_start() {
    let client = TestClient::start(with_state().build().unwrap())
        .await
        .unwrap();
    assert_eq!(client.get("/size").send().await.text().await, "2");
    client.stop().await;
}

#[tokio::test]
async fn a_component_is_ready_after_the_start() {
    let client = TestClient::start(with_component().build().unwrap())
        .await
        .unwrap();
    let response = client.get("/ready").send().await;
    assert_eq!(
        response.text().await,
        r#"{"status":"ok","checks":{"model":"ok"}}"#
    );
    client.stop().await;
}

#[tokio::test]
async fn a_plugin_lists_and_calls_tools() {
    let client = TestClient::new(with_plugin().build().unwrap());
    assert_eq!(
        client.get("/tools").send().await.text().await,
        r#"["counter"]"#
    );
    assert_eq!(client.post("/tools/counter").send().await.text().await, "2");
    assert_eq!(client.post("/tools/none").send().await.status(), 404);
}

#[tokio::test]
async fn the_deadline_reaches_what_a_handler_calls() {
    let client = TestClient::new(with_time_limit().build().unwrap());
    let response = client.get("/answer").send().await;
    assert_eq!(response.text().await, r#""Some(true)""#);
}
