//! Middleware.

use avocet::testing::{TestClient, TestRequest};
use avocet_store::Store;
use guide_examples::middleware::{app, misconfigured};

fn client() -> TestClient {
    TestClient::new(app(&Store::memory()).unwrap().build().unwrap())
}

/// A request over TLS: without a server, the scheme of the target decides.
fn post(client: &TestClient, path: &str) -> TestRequest {
    let request = client.post(&format!("https://api.example.com{path}"));
    request.header("origin", "https://app.example.com")
}

#[tokio::test]
async fn the_layers_have_the_order_of_the_chapter() {
    let client = client();
    let preflight = client
        .options("https://api.example.com/ask")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "POST");
    assert_eq!(preflight.send().await.status(), 200);
    let response = post(&client, "/ask").json("why?").send().await;
    assert_eq!(response.status(), 401);
    assert_eq!(
        response.header("access-control-allow-origin"),
        "https://app.example.com"
    );
    assert_eq!(response.header("x-content-type-options"), "nosniff");
    assert_eq!(response.header("ratelimit"), "\"default\";r=19;t=1");
    let policies = response
        .headers()
        .get_all("ratelimit-policy")
        .iter()
        .count();
    assert_eq!(policies, 2);
}

#[tokio::test]
async fn a_user_has_its_own_limit() {
    let client = client();
    let ask = || {
        post(&client, "/ask")
            .header("authorization", "Bearer t0ps3cret")
            .json("why?")
    };
    for _ in 0..10 {
        assert_eq!(ask().send().await.status(), 200);
    }
    assert_eq!(ask().send().await.status(), 429);
}

#[tokio::test]
async fn other_hosts_and_plain_http_are_not_served() {
    let client = client();
    let response = client
        .get("/items")
        .header("host", "evil.example")
        .send()
        .await;
    assert_eq!(response.status(), 400);
    let response = client
        .get("/items")
        .header("host", "api.example.com")
        .send()
        .await;
    assert_eq!(response.status(), 308);
    assert_eq!(response.header("location"), "https://api.example.com/items");
}

// ANCHOR: retry
#[tokio::test]
async fn an_order_runs_once() {
    let client = client();
    let order = || post(&client, "/orders").header("idempotency-key", "\"8e03978e\"");
    let first = order().json("a book").send().await;
    assert_eq!(first.status(), 201);
    let again = order().json("a book").send().await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.text().await, first.text().await);
    assert_eq!(order().json("a car").send().await.status(), 422);
    assert_eq!(
        post(&client, "/orders")
            .json("a book")
            .send()
            .await
            .status(),
        400
    );
}
// ANCHOR_END: retry

#[test]
fn a_mistake_is_an_error_at_build() {
    let error = misconfigured().build().unwrap_err().to_string();
    assert!(error.contains("every origin with credentials"), "{error}");
}

#[tokio::test]
async fn the_generator_answers() {
    assert_eq!(
        post(&client(), "/generate")
            .json("hello")
            .send()
            .await
            .status(),
        200
    );
}
