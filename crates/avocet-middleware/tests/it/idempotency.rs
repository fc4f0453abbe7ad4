//! Idempotency keys: what runs once, what a retry gets, and what happens when something goes wrong between.

mod callers;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use avocet::layer::Request;
use avocet::prelude::*;
use avocet::response::ErrorFormat;
use avocet::testing::{TestClient, TestRequest, TestResponse};
use avocet_middleware::Idempotency;
use avocet_store::{Clock, NamespaceConfig, Sqlite, Store};
use tokio::sync::Semaphore;

/// How often the handlers ran, and what makes them wait.
#[derive(Clone)]
struct Work {
    runs: Arc<AtomicUsize>,
    gate: Arc<Semaphore>,
}

impl Work {
    fn new(open: usize) -> Self {
        Self {
            runs: Arc::default(),
            gate: Arc::new(Semaphore::new(open)),
        }
    }

    /// Counts a run, and waits at the gate.
    async fn run(&self) -> usize {
        let run = self.runs.fetch_add(1, Ordering::SeqCst) + 1;
        self.gate.acquire().await.expect("an open gate").forget();
        run
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }
}

#[headers]
struct Paid {
    x_cost: u32,
    session: SetCookie,
}

/// The body is the status to respond with.
#[post("/orders", status = 201)]
async fn order(
    #[body] status: u16,
    #[query] note: Option<String>,
    #[state] work: Work,
) -> Result<WithHeaders<String, Paid>, HttpError> {
    let run = work.run().await;
    assert_ne!(status, 0, "a panic on purpose");
    if status >= 400 {
        return Err(HttpError::new(
            StatusCode::from_u16(status)?,
            format!("failed {run}"),
        ));
    }
    let session = SetCookie::new("t0ps3cret");
    Ok(WithHeaders::new(
        format!("run {run} {note:?}"),
        Paid { x_cost: 7, session },
    ))
}

#[patch("/orders")]
async fn change(#[state] work: Work) -> usize {
    work.run().await
}

#[put("/orders")]
async fn replace(#[state] work: Work) -> usize {
    work.run().await
}

#[post("/texts")]
async fn text(#[body] bytes: usize, #[state] work: Work) -> PlainText {
    work.run().await;
    PlainText("a".repeat(bytes))
}

#[model]
struct Token {
    token: u32,
}

#[post("/tokens")]
async fn tokens(#[body] count: u32, #[state] work: Work) -> Sse<Token> {
    work.runs.fetch_add(1, Ordering::SeqCst);
    Sse::new(stream! {
        for token in 0..count {
            work.gate.acquire().await.expect("an open gate").forget();
            yield Token { token };
        }
    })
}

fn memory() -> (Store, Clock) {
    let clock = Clock::manual();
    (Store::memory().with_clock(clock.clone()), clock)
}

fn idempotency(store: &Store) -> Idempotency {
    Idempotency::new(store.namespace("idempotency").expect("a namespace"))
}

fn app(work: &Work, idempotency: Idempotency) -> App {
    App::new("Shop", "1.0.0")
        .state(work.clone())
        .routes(routes![order, change, replace, text, tokens])
        .layer(idempotency)
}

fn client(work: &Work, idempotency: Idempotency) -> TestClient {
    TestClient::new(app(work, idempotency).build().expect("it builds"))
}

fn keyed(client: &TestClient, path: &str, key: &str) -> TestRequest {
    // A cookie that a response has set would make the client another caller.
    client.clear_cookies();
    client.post(path).header("idempotency-key", key)
}

fn is_replayed(response: &TestResponse) -> bool {
    response.headers().contains_key("idempotency-replayed")
}

/// Lets tasks beside the test come as far as they can.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_retry_gets_the_stored_response() {
    let work = Work::new(9);
    let client = client(&work, idempotency(&memory().0));
    let first = keyed(&client, "/orders?note=a", "\"one\"")
        .json(&200)
        .send()
        .await;
    assert_eq!((first.status().as_u16(), is_replayed(&first)), (201, false));
    assert!(first.headers().contains_key("set-cookie"));
    let first = first.text().await;
    for key in ["\"one\"", "one"] {
        let again = keyed(&client, "/orders?note=a", key)
            .json(&200)
            .send()
            .await;
        assert_eq!(again.status(), 201);
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.header("x-cost"), "7");
        assert_eq!(again.header("content-type"), "application/json");
        assert!(!again.headers().contains_key("set-cookie"));
        assert_eq!(again.text().await, first);
    }
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn another_request_with_the_key_is_a_mistake() {
    let work = Work::new(9);
    let client = client(&work, idempotency(&memory().0));
    assert_eq!(
        keyed(&client, "/orders", "one")
            .json(&200)
            .send()
            .await
            .status(),
        201
    );
    for request in [
        keyed(&client, "/orders", "one").json(&201),
        keyed(&client, "/orders?note=a", "one").json(&200),
        keyed(&client, "/orders", "one")
            .header("content-type", "text/plain")
            .body("200"),
    ] {
        let response = request.send().await;
        assert_eq!(response.status(), 422);
        let body: serde_json::Value = response.json().await;
        assert!(
            body["detail"]
                .as_str()
                .expect("text")
                .contains("another request"),
            "{body}"
        );
    }
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn a_request_that_still_runs_is_a_conflict() {
    let work = Work::new(0);
    let client = client(&work, idempotency(&memory().0));
    let first = tokio::spawn(keyed(&client, "/orders", "one").json(&200).send());
    settle().await;
    let conflict = keyed(&client, "/orders", "one").json(&200).send().await;
    assert_eq!(
        (conflict.status().as_u16(), conflict.header("retry-after")),
        (409, "1")
    );
    let other = keyed(&client, "/orders", "one").json(&300).send().await;
    assert_eq!(other.status(), 422);
    work.gate.add_permits(1);
    assert_eq!(first.await.expect("no panic").status(), 201);
    assert!(is_replayed(
        &keyed(&client, "/orders", "one").json(&200).send().await
    ));
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn each_outcome_decides_about_the_retry() {
    for (status, runs) in [
        (400, 1),
        (404, 1),
        (422, 1),
        (401, 2),
        (403, 2),
        (409, 2),
        (429, 2),
        (500, 2),
        (503, 2),
        (0, 2),
    ] {
        let work = Work::new(9);
        let client = client(&work, idempotency(&memory().0));
        for _ in 0..2 {
            let response = keyed(&client, "/orders", "one").json(&status).send().await;
            assert_eq!(response.status(), if status == 0 { 500 } else { status });
            settle().await;
        }
        assert_eq!(work.runs(), runs, "{status}");
    }
    let work = Work::new(9);
    let client = client(
        &work,
        idempotency(&memory().0).store_if(|status| status.is_success()),
    );
    for _ in 0..2 {
        keyed(&client, "/orders", "one").json(&404).send().await;
        settle().await;
    }
    assert_eq!(work.runs(), 2);
}

#[tokio::test]
async fn a_client_that_left_gets_the_stored_response() {
    let work = Work::new(0);
    let client = client(&work, idempotency(&memory().0));
    let leaving = tokio::spawn(keyed(&client, "/orders", "one").json(&200).send());
    settle().await;
    leaving.abort();
    assert!(leaving.await.is_err());
    assert_eq!(
        keyed(&client, "/orders", "one")
            .json(&200)
            .send()
            .await
            .status(),
        409
    );
    work.gate.add_permits(1);
    settle().await;
    let again = keyed(&client, "/orders", "one").json(&200).send().await;
    assert_eq!((again.status().as_u16(), is_replayed(&again)), (201, true));
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn a_stream_is_replayed_if_it_ended() {
    let work = Work::new(99);
    let client = client(&work, idempotency(&memory().0));
    let first = keyed(&client, "/tokens", "one")
        .json(&3)
        .send()
        .await
        .text()
        .await;
    settle().await;
    let again = keyed(&client, "/tokens", "one").json(&3).send().await;
    assert!(is_replayed(&again));
    assert!(
        again
            .header("content-type")
            .starts_with("text/event-stream")
    );
    assert_eq!(again.text().await, first);
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn a_stream_whose_client_left_runs_again() {
    let work = Work::new(1);
    let client = client(&work, idempotency(&memory().0));
    let mut first = keyed(&client, "/tokens", "one").json(&3).send().await;
    assert!(first.next_event().await.is_some());
    assert_eq!(
        keyed(&client, "/tokens", "one")
            .json(&3)
            .send()
            .await
            .status(),
        409
    );
    drop(first);
    settle().await;
    work.gate.add_permits(3);
    let again = keyed(&client, "/tokens", "one").json(&3).send().await;
    assert!(!is_replayed(&again));
    assert_eq!(again.text().await.matches("data:").count(), 3);
    assert_eq!(work.runs(), 2);
}

#[tokio::test]
async fn a_response_over_the_limit_does_not_run_twice() {
    let work = Work::new(999);
    let client = client(&work, idempotency(&memory().0).max_response_bytes(100));
    for (path, size, replayed) in [
        ("/texts", 100, true),
        ("/texts", 101, false),
        ("/tokens", 2, true),
        ("/tokens", 99, false),
    ] {
        let key = format!("{path}-{size}");
        let first = keyed(&client, path, &key).json(&size).send().await;
        assert_eq!(first.status(), 200);
        assert!(!first.text().await.is_empty());
        settle().await;
        let runs = work.runs();
        let again = keyed(&client, path, &key).json(&size).send().await;
        assert_eq!(again.status(), if replayed { 200 } else { 409 }, "{key}");
        assert!(!again.headers().contains_key("retry-after"));
        assert_eq!(work.runs(), runs, "{key}");
    }
}

#[tokio::test]
async fn keys_that_are_missing_or_malformed() {
    let (store, _) = memory();
    let work = Work::new(9);
    let optional = client(&work, idempotency(&store));
    let required = client(&work, idempotency(&store).required());
    assert_eq!(
        optional.post("/orders").json(&200).send().await.status(),
        201
    );
    assert_eq!(
        optional.post("/orders").json(&200).send().await.status(),
        201
    );
    assert_eq!(
        required.post("/orders").json(&200).send().await.status(),
        400
    );
    assert_eq!(required.put("/orders").send().await.status(), 200);
    for client in [&optional, &required] {
        assert_eq!(
            keyed(client, "/orders", "a b")
                .json(&200)
                .send()
                .await
                .status(),
            400
        );
    }
    assert_eq!(work.runs(), 3);
}

#[tokio::test]
async fn a_body_over_the_limit_is_rejected_before_it_runs() {
    let work = Work::new(9);
    let client = client(&work, idempotency(&memory().0).max_request_bytes(4));
    let large = keyed(&client, "/orders", "one")
        .header("content-type", "application/json")
        .body("  200");
    assert_eq!(large.send().await.status(), 413);
    let without = client
        .post("/orders")
        .header("content-type", "application/json")
        .body("  200");
    assert_eq!(without.send().await.status(), 201);
}

#[tokio::test]
async fn a_response_expires() {
    let (store, clock) = memory();
    let work = Work::new(9);
    let client = client(&work, idempotency(&store));
    let send = async || is_replayed(&keyed(&client, "/orders", "one").json(&200).send().await);
    assert!(!send().await);
    clock.advance(Duration::from_secs(24 * 3600 - 1));
    assert!(send().await);
    clock.advance(Duration::from_secs(1));
    assert!(!send().await);
}

/// A process that was killed leaves its claim in the file.
#[tokio::test]
async fn two_replicas_share_keys_and_a_killed_one_loses_its_lease() {
    let directory = tempfile::tempdir().expect("a directory");
    let clock = Clock::manual();
    let work = Work::new(0);
    let replica = || {
        let store = Store::new(Sqlite::open(directory.path().join("store")).expect("a store"));
        client(&work, idempotency(&store.with_clock(clock.clone())))
    };
    let (one, two) = (replica(), replica());
    let request = |client: &TestClient| keyed(client, "/orders", "one").json(&200);
    // A separate runtime is the process: its tasks end with it, without any clean-up.
    let killed = std::thread::spawn({
        let request = request(&one);
        let work = work.clone();
        move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let running = tokio::spawn(request.send());
                while work.runs() == 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                drop(running);
            });
            // Its tasks are never polled again, nor dropped.
            std::mem::forget(runtime);
        }
    });
    killed.join().expect("no panic");
    assert_eq!(request(&two).send().await.status(), 409);
    clock.advance(Duration::from_secs(61));
    work.gate.add_permits(9);
    let response = request(&two).send().await;
    assert_eq!(
        (response.status().as_u16(), is_replayed(&response)),
        (201, false)
    );
    let response = request(&one).send().await;
    assert_eq!(
        (response.status().as_u16(), is_replayed(&response)),
        (201, true)
    );
}

#[tokio::test(start_paused = true)]
async fn a_lease_is_renewed_while_the_request_runs() {
    let (store, clock) = memory();
    let work = Work::new(0);
    let client = client(&work, idempotency(&store));
    let first = tokio::spawn(keyed(&client, "/orders", "one").json(&200).send());
    settle().await;
    for _ in 0..20 {
        clock.advance(Duration::from_secs(20));
        tokio::time::sleep(Duration::from_secs(20)).await;
        settle().await;
    }
    assert_eq!(
        keyed(&client, "/orders", "one")
            .json(&200)
            .send()
            .await
            .status(),
        409
    );
    work.gate.add_permits(1);
    assert_eq!(first.await.expect("no panic").status(), 201);
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn a_store_without_room_runs_nothing() {
    let store = Store::memory();
    let keys = store
        .namespace(NamespaceConfig::new("idempotency").entries(1))
        .expect("a namespace");
    let work = Work::new(9);
    let client = client(&work, Idempotency::new(keys));
    assert_eq!(
        keyed(&client, "/orders", "one")
            .json(&200)
            .send()
            .await
            .status(),
        201
    );
    assert_eq!(
        keyed(&client, "/orders", "two")
            .json(&200)
            .send()
            .await
            .status(),
        503
    );
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn the_document_has_the_key_and_the_errors() {
    let work = Work::new(9);
    let app =
        app(&work, idempotency(&memory().0).required()).error_format(ErrorFormat::ProblemDetails);
    let service = app.build().expect("it builds");
    let orders = &service.openapi()["paths"]["/orders"];
    let key = &orders["post"]["parameters"][1];
    assert_eq!(
        (key["name"].as_str(), key["in"].as_str()),
        (Some("Idempotency-Key"), Some("header"))
    );
    assert_eq!(key["required"], true);
    for status in ["400", "409", "413", "422"] {
        assert!(
            orders["post"]["responses"].get(status).is_some(),
            "{status}"
        );
        assert!(orders["put"]["responses"].get("409").is_none());
    }
    let response = TestClient::new(service)
        .post("/orders")
        .json(&200)
        .send()
        .await;
    assert_eq!(response.header("content-type"), "application/problem+json");
}

#[test]
fn settings_that_are_mistakes() {
    let store = Store::memory();
    let cache = store
        .namespace(NamespaceConfig::new("cache").cache())
        .expect("a namespace");
    for (idempotency, expected) in [
        (
            idempotency(&store).lease(Duration::ZERO),
            "the lease is under 1 s",
        ),
        (
            idempotency(&store).expiry(Duration::from_secs(1)),
            "expire before the lease",
        ),
        (
            idempotency(&store).max_response_bytes(1024 * 1024),
            "raise `value_bytes`",
        ),
        (Idempotency::new(cache), "is a cache"),
    ] {
        let error = app(&Work::new(0), idempotency)
            .build()
            .expect_err(expected)
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}
