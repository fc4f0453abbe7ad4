//! All middleware together: the order, and streams.

use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet::types::Secret;
use avocet_middleware::{
    Compression, ConcurrencyLimit, Cors, Idempotency, Quota, RateLimit, SecurityHeaders,
    TrustedHosts,
};
use avocet_store::Store;
use std::sync::Arc;
use tokio::sync::Semaphore;

const APP: &str = "https://app.example.com";

#[model]
struct Token {
    text: String,
}

#[post("/chat")]
async fn chat(#[state] gate: Arc<Semaphore>) -> Sse<Token> {
    Sse::new(stream! {
        for text in ["one", "two", "three"] {
            // Each token waits until the client has read the one before.
            let permit = gate.acquire().await.expect("an open gate");
            permit.forget();
            yield Token { text: text.to_owned() };
        }
    })
}

#[get("/me")]
async fn me(#[bearer] token: Secret<String>) -> usize {
    token.expose().len()
}

/// All of them, in the recommended order.
fn client(gate: &Arc<Semaphore>, quota: Quota) -> TestClient {
    let keys = Store::memory()
        .namespace("idempotency")
        .expect("a namespace");
    let app = App::new("All", "1.0.0")
        .state(Arc::clone(gate))
        .routes(routes![chat, me])
        .layer(Idempotency::new(keys))
        .layer(ConcurrencyLimit::per_address(1))
        .layer(RateLimit::per_address(quota))
        .layer(Compression::new().min_bytes(0))
        .layer(Cors::new().origin(APP))
        .layer(TrustedHosts::new(["api.example.com"]))
        .layer(SecurityHeaders::new());
    TestClient::new(app.build().expect("it builds"))
}

#[tokio::test]
async fn a_stream_arrives_token_by_token_through_all_of_them() {
    let gate = Arc::new(Semaphore::new(0));
    let client = client(&gate, Quota::per_hour(10));
    let request = client
        .post("/chat")
        .header("host", "api.example.com")
        .header("origin", APP)
        .header("accept-encoding", "gzip, br, zstd")
        .header("idempotency-key", "\"first\"");
    gate.add_permits(1);
    let mut response = request.send().await;
    assert_eq!(response.status(), 200);
    assert!(!response.headers().contains_key("content-encoding"));
    assert_eq!(response.header("access-control-allow-origin"), APP);
    for text in ["one", "two", "three"] {
        let event = response.next_event().await.expect("an event");
        assert_eq!(event.json::<serde_json::Value>()["text"], text);
        // Only now the next one can be made: nothing had been collected.
        gate.add_permits(1);
    }
    assert!(response.next_event().await.is_none());
    // The place of the stream is free, and its events are stored.
    tokio::task::yield_now().await;
    let again = client
        .post("/chat")
        .header("host", "api.example.com")
        .header("idempotency-key", "\"first\"")
        .send()
        .await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.text().await.matches("data:").count(), 3);
}

#[tokio::test]
async fn a_script_can_read_a_401_and_a_429() {
    let client = client(&Arc::new(Semaphore::new(0)), Quota::per_hour(1));
    for expected in [401, 429] {
        let request = client
            .get("/me")
            .header("host", "api.example.com")
            .header("origin", APP);
        let response = request.send().await;
        assert_eq!(response.status(), expected);
        assert_eq!(response.header("access-control-allow-origin"), APP);
        assert_eq!(response.header("x-content-type-options"), "nosniff");
    }
    let preflight = client
        .options("/me")
        .header("host", "api.example.com")
        .header("origin", APP)
        .header("access-control-request-method", "GET");
    assert_eq!(preflight.send().await.status(), 200);
}
