//! Concurrency limits: who gets a place, who waits, and when a place is free again.

use std::sync::Arc;
use std::time::Duration;

use avocet::layer::Request;
use avocet::observe::Health;
use avocet::prelude::*;
use avocet::testing::{TestClient, TestResponse};
use avocet_middleware::ConcurrencyLimit;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

type Gate = Arc<Semaphore>;

/// Waits until the test opens the gate for it.
#[get("/work")]
async fn work(#[state] gate: Gate) -> u32 {
    gate.acquire().await.expect("an open gate").forget();
    1
}

#[model]
struct Token {
    token: u32,
}

#[get("/tokens")]
async fn tokens(#[state] gate: Gate) -> Sse<Token> {
    Sse::new(stream! {
        yield Token { token: 1 };
        gate.acquire().await.expect("an open gate").forget();
        yield Token { token: 2 };
    })
}

#[get("/panics")]
async fn panics() -> u32 {
    panic!("on purpose");
}

fn client(gate: &Gate, limit: ConcurrencyLimit) -> TestClient {
    let app = App::new("Work", "1.0.0")
        .state(Arc::clone(gate))
        .routes(routes![work, tokens, panics]);
    TestClient::new(
        app.health(Health::new())
            .layer(limit)
            .build()
            .expect("it builds"),
    )
}

fn tenant(request: &Request) -> Option<String> {
    Some(request.headers().get("x-tenant")?.to_str().ok()?.to_owned())
}

async fn send(client: &TestClient, path: &str, tenant: &str) -> TestResponse {
    client.get(path).header("x-tenant", tenant).send().await
}

/// Starts a request, and lets it come as far as it can.
async fn start(client: &TestClient, tenant: &'static str) -> JoinHandle<u16> {
    let client = client.clone();
    let running =
        tokio::spawn(async move { send(&client, "/work", tenant).await.status().as_u16() });
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    running
}

#[tokio::test]
async fn a_client_has_its_share_and_no_more() {
    let gate = Gate::new(Semaphore::new(0));
    let client = client(&gate, ConcurrencyLimit::per_key(2, tenant));
    let running = [start(&client, "a").await, start(&client, "a").await];
    let rejected = send(&client, "/work", "a").await;
    assert_eq!(rejected.status(), 429);
    assert_eq!(rejected.header("retry-after"), "1");
    let body: serde_json::Value = rejected.json().await;
    assert_eq!(
        body["detail"],
        "Too many requests of this client run at the same time: the limit is 2"
    );
    // Others have their own share, and health checks and requests without a key have no limit.
    let other = start(&client, "b").await;
    assert_eq!(client.get("/health").send().await.status(), 200);
    gate.add_permits(3);
    for running in running.into_iter().chain([other]) {
        assert_eq!(running.await.expect("no panic"), 200);
    }
    gate.add_permits(1);
    assert_eq!(send(&client, "/work", "a").await.status(), 200);
}

#[tokio::test]
async fn all_places_together_are_a_503() {
    let gate = Gate::new(Semaphore::new(0));
    let limit = ConcurrencyLimit::new(1);
    let client = client(&gate, limit);
    let running = start(&client, "a").await;
    let rejected = send(&client, "/work", "b").await;
    assert_eq!(
        (rejected.status().as_u16(), rejected.header("retry-after")),
        (503, "1")
    );
    gate.add_permits(1);
    assert_eq!(running.await.expect("no panic"), 200);
}

#[tokio::test(start_paused = true)]
async fn a_bounded_number_waits_for_a_bounded_time() {
    let gate = Gate::new(Semaphore::new(0));
    let limit = ConcurrencyLimit::per_key(1, tenant).queue(1, Duration::from_secs(10));
    let client = client(&gate, limit);
    let running = start(&client, "a").await;
    let waiting = start(&client, "a").await;
    assert_eq!(
        send(&client, "/work", "a").await.status(),
        429,
        "the queue is full"
    );
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(waiting.await.expect("no panic"), 429, "it waited for 10 s");
    let waiting = start(&client, "a").await;
    gate.add_permits(2);
    assert_eq!(running.await.expect("no panic"), 200);
    assert_eq!(waiting.await.expect("no panic"), 200, "it got the place");
}

#[tokio::test]
async fn a_stream_holds_its_place_to_its_end() {
    let gate = Gate::new(Semaphore::new(0));
    let client = client(&gate, ConcurrencyLimit::per_key(1, tenant));
    let mut stream = send(&client, "/tokens", "a").await;
    assert!(stream.next_event().await.is_some());
    assert_eq!(send(&client, "/work", "a").await.status(), 429);
    gate.add_permits(1);
    assert!(stream.next_event().await.is_some());
    assert!(stream.next_event().await.is_none());
    gate.add_permits(1);
    assert_eq!(send(&client, "/work", "a").await.status(), 200);
}

#[tokio::test]
async fn a_client_that_leaves_frees_its_place() {
    let gate = Gate::new(Semaphore::new(0));
    let limit = ConcurrencyLimit::per_key(1, tenant).queue(1, Duration::from_secs(10));
    let client = client(&gate, limit.clone());
    for path in ["/work", "/tokens"] {
        // In the handler, in the queue, and in the stream.
        let running = start(&client, "a").await;
        let waiting = start(&client, "a").await;
        assert_eq!(send(&client, path, "a").await.status(), 429);
        waiting.abort();
        running.abort();
        let _ = (running.await, waiting.await);
        let stream = send(&client, "/tokens", "a").await;
        assert_eq!(stream.status(), 200, "{path}");
        drop(stream);
        assert_eq!(send(&client, "/panics", "a").await.status(), 500);
        assert!(format!("{limit:?}").contains("0 keys"), "{limit:?}");
    }
}

#[test]
fn limits_that_are_mistakes_and_the_document() {
    let gate = Gate::new(Semaphore::new(0));
    for (limit, expected) in [
        (ConcurrencyLimit::new(0), "the limit is 0"),
        (ConcurrencyLimit::new(usize::MAX), "the largest is"),
        (
            ConcurrencyLimit::new(1).queue(1, Duration::ZERO),
            "for no time",
        ),
    ] {
        let app = App::new("Work", "1.0.0")
            .state(Arc::clone(&gate))
            .routes(routes![work])
            .layer(limit);
        let error = app.build().expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
    for (limit, status) in [
        (ConcurrencyLimit::new(1), "503"),
        (ConcurrencyLimit::per_caller(1), "429"),
    ] {
        let app = App::new("Work", "1.0.0")
            .state(Arc::clone(&gate))
            .routes(routes![work])
            .layer(limit);
        let service = app.build().expect("it builds");
        assert!(
            service.openapi()["paths"]["/work"]["get"]["responses"]
                .get(status)
                .is_some()
        );
    }
}
