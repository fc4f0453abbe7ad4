//! Rate limits: who is limited, what the client is sent, and what a shared limiter does.

use std::time::Duration;

use avocet::context::{Caller, Context};
use avocet::layer::{Next, Request};
use avocet::observe::Health;
use avocet::prelude::*;
use avocet::response::{ErrorFormat, Response};
use avocet::serve::ClientAddress;
use avocet::testing::TestClient;
use avocet_middleware::{
    LimiterError, MemoryLimiter, Quota, RateLimit, RateLimiter, StoreLimiter, Taking,
};
use avocet_store::{Clock, NamespaceConfig, Sqlite, Store};

use crate::served;

#[get("/")]
async fn hello() -> &'static str {
    "Hello"
}

#[get("/search")]
async fn search() -> &'static str {
    "found"
}

fn app(limit: RateLimit) -> App {
    App::new("Limited", "1.0.0")
        .routes(routes![hello, search])
        .layer(limit)
}

/// Sets the address of the client and the caller from headers, as a server and an authentication would.
async fn identify(mut request: Request, next: Next) -> Response {
    let text = |request: &Request, name| {
        let value = request.headers().get(name);
        value.map(|value| value.to_str().expect("text").to_owned())
    };
    if let Some(address) = text(&request, "x-test-address") {
        let address = address.parse().expect("an address");
        request
            .extensions_mut()
            .insert(ClientAddress::Forwarded(address));
    }
    match text(&request, "x-test-caller") {
        Some(caller) => {
            Context::new()
                .with_caller(Caller::new(caller))
                .scope(next.run(request))
                .await
        }
        None => next.run(request).await,
    }
}

fn client(limit: RateLimit) -> TestClient {
    TestClient::new(app(limit).middleware(identify).build().expect("it builds"))
}

async fn statuses(client: &TestClient, header: &str, values: &[&str]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for value in values {
        let response = client.get("/").header(header, value).send().await;
        statuses.push(response.status().as_u16());
    }
    statuses
}

#[tokio::test]
async fn a6_a_client_is_sent_the_state_of_its_limit() {
    let clock = Clock::manual();
    let limiter = MemoryLimiter::with_clock(10, clock.clone());
    let client = client(RateLimit::per_address(Quota::per_minute(2)).limiter(limiter));
    for (advance, status, limit, retry) in [
        (0, 200, "\"default\";r=1;t=30", None),
        (0, 200, "\"default\";r=0;t=60", None),
        (0, 429, "\"default\";r=0;t=60", Some("30")),
        (29, 429, "\"default\";r=0;t=31", Some("1")),
        (1, 200, "\"default\";r=0;t=60", None),
    ] {
        clock.advance(Duration::from_secs(advance));
        let response = client.get("/").send().await;
        assert_eq!(response.status(), status);
        assert_eq!(response.header("ratelimit-policy"), "\"default\";q=2;w=60");
        assert_eq!(response.header("ratelimit"), limit);
        let retry_after = response.headers().get("retry-after");
        assert_eq!(retry_after.map(|it| it.to_str().expect("text")), retry);
    }
}

#[tokio::test]
async fn the_error_has_the_format_of_the_application_and_is_in_the_document() {
    let app =
        app(RateLimit::per_address(Quota::per_hour(1))).error_format(ErrorFormat::ProblemDetails);
    let service = app.build().expect("it builds");
    let documented = &service.openapi()["paths"]["/search"]["get"]["responses"];
    assert!(
        documented["429"]["content"]
            .get("application/problem+json")
            .is_some()
    );
    let client = TestClient::new(service);
    client.get("/").send().await;
    let response = client.get("/").send().await;
    assert_eq!(response.header("content-type"), "application/problem+json");
    let body: serde_json::Value = response.json().await;
    assert_eq!(body["status"], 429);
    assert!(
        body["detail"]
            .as_str()
            .expect("text")
            .contains("1 request in 3600 s"),
        "{body}"
    );
}

#[tokio::test]
async fn a12_v31_forwarded_headers_of_clients_have_no_effect() {
    let forged = ["1.1.1.1", "2.2.2.2", "3.3.3.3"];
    for (proxies, expected) in [
        (&[][..], [200, 429, 429]),
        (&["127.0.0.1"], [200, 200, 200]),
    ] {
        let address = served::start(app(RateLimit::per_address(Quota::per_hour(1))), proxies).await;
        let mut statuses = Vec::new();
        for forged in forged {
            let response = served::send(address, "GET /", &[("x-forwarded-for", forged)]).await;
            statuses.push(served::status(&response));
        }
        assert_eq!(statuses, expected, "{proxies:?}");
    }
    // Behind a proxy, what the client itself wrote is on the left.
    let address = served::start(
        app(RateLimit::per_address(Quota::per_hour(1))),
        &["127.0.0.1"],
    )
    .await;
    let mut statuses = Vec::new();
    for forged in forged {
        let forwarded = format!("{forged}, 203.0.113.9");
        let headers = [
            ("x-forwarded-for", &*forwarded),
            ("x-real-ip", forged),
            ("forwarded", "for=9.9.9.9"),
        ];
        statuses.push(served::status(
            &served::send(address, "GET /", &headers).await,
        ));
    }
    assert_eq!(statuses, [200, 429, 429]);
}

#[tokio::test]
async fn v31_an_ipv6_client_is_limited_by_its_network() {
    let client = client(RateLimit::per_address(Quota::per_hour(1)));
    let addresses = [
        "2001:db8::1",
        "2001:db8::2:3",
        "2001:db8:0:1::1",
        "203.0.113.9",
        "::ffff:203.0.113.9",
    ];
    assert_eq!(
        statuses(&client, "x-test-address", &addresses).await,
        [200, 429, 200, 200, 429]
    );
}

#[tokio::test]
async fn a_caller_is_limited_wherever_it_comes_from() {
    let client = client(RateLimit::per_caller(Quota::per_hour(1)));
    assert_eq!(
        statuses(&client, "x-test-caller", &["ann", "ann", "ben"]).await,
        [200, 429, 200]
    );
    assert_eq!(
        statuses(&client, "x-test-address", &["203.0.113.9", "203.0.113.9"]).await,
        [200, 429]
    );
}

#[tokio::test]
async fn a_text_of_the_request_is_limited() {
    let tenant =
        |request: &Request| Some(request.headers().get("x-tenant")?.to_str().ok()?.to_owned());
    let client = client(RateLimit::per_key(Quota::per_hour(1), tenant));
    assert_eq!(
        statuses(&client, "x-tenant", &["a", "a", "b"]).await,
        [200, 429, 200]
    );
    assert_eq!(
        statuses(&client, "x-other", &["a", "a", "a"]).await,
        [200, 200, 200]
    );
}

#[tokio::test]
async fn a_request_can_have_its_own_quota() {
    let of_search =
        |request: &Request| (request.uri().path() == "/search").then_some(Quota::per_hour(1));
    let client = client(RateLimit::per_address(Quota::per_hour(2)).quota_of(of_search));
    let status = async |path| client.get(path).send().await.status().as_u16();
    assert_eq!(
        [status("/search").await, status("/search").await],
        [200, 429]
    );
    assert_eq!(
        [status("/").await, status("/").await, status("/").await],
        [200, 200, 429]
    );
}

#[tokio::test]
async fn health_checks_and_preflight_requests_are_not_counted() {
    let limit = RateLimit::per_address(Quota::per_hour(1))
        .exempt(|request| request.uri().path() == "/search");
    let client = TestClient::new(app(limit).health(Health::new()).build().expect("it builds"));
    for _ in 0..3 {
        assert_eq!(client.get("/health").send().await.status(), 200);
        assert_eq!(client.get("/ready").send().await.status(), 200);
        assert_eq!(client.get("/search").send().await.status(), 200);
        let preflight = client
            .options("/")
            .header("origin", "https://a.example")
            .header("access-control-request-method", "GET");
        assert_eq!(preflight.send().await.status(), 204);
    }
    assert_eq!(client.get("/").send().await.status(), 200);
    assert_eq!(client.options("/").send().await.status(), 429);
}

#[tokio::test]
async fn two_limits_have_both_their_headers() {
    let second = RateLimit::per_address(Quota::per_second(5)).named("second");
    let hour = RateLimit::per_address(Quota::per_hour(100)).named("hour");
    let client = TestClient::new(app(second).layer(hour).build().expect("it builds"));
    let response = client.get("/").send().await;
    let policies: Vec<_> = response
        .headers()
        .get_all("ratelimit-policy")
        .iter()
        .collect();
    assert_eq!(policies, ["\"second\";q=5;w=1", "\"hour\";q=100;w=3600"]);
}

#[tokio::test]
async fn two_replicas_count_in_one_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let clock = Clock::manual();
    let replica = || {
        let store = Store::new(Sqlite::open(directory.path().join("store")).expect("a store"));
        let store = store.with_clock(clock.clone());
        let counters = store.namespace("rate-limits").expect("a namespace");
        let limiter = StoreLimiter::new(&store, counters);
        client(RateLimit::per_address(Quota::per_minute(2)).limiter(limiter))
    };
    let (one, two) = (replica(), replica());
    let mut statuses = Vec::new();
    for client in [&one, &two, &one, &two] {
        statuses.push(client.get("/").send().await.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 429, 429]);
    let response = two.get("/").send().await;
    assert_eq!(response.header("retry-after"), "60");
    clock.advance(Duration::from_secs(60));
    assert_eq!(one.get("/").send().await.status(), 200);
}

#[derive(Debug)]
struct Broken;

impl RateLimiter for Broken {
    fn take<'a>(&'a self, _: &'a str, _: Quota) -> Taking<'a> {
        Box::pin(async { Err(LimiterError::Failed("gone".into())) })
    }
}

#[tokio::test]
async fn a_limiter_that_fails_rejects_requests() {
    let client = client(RateLimit::per_address(Quota::per_hour(1)).limiter(Broken));
    let response = client.get("/").send().await;
    assert_eq!(response.status(), 500);
    assert!(!response.text().await.contains("gone"));
}

#[tokio::test]
async fn a_store_without_room_rejects_new_clients() {
    let store = Store::memory();
    let counters = store
        .namespace(NamespaceConfig::new("rate-limits").entries(1))
        .expect("a namespace");
    let limiter = StoreLimiter::new(&store, counters);
    let client = client(RateLimit::per_address(Quota::per_hour(9)).limiter(limiter));
    let addresses = ["203.0.113.1", "203.0.113.2", "203.0.113.1"];
    assert_eq!(
        statuses(&client, "x-test-address", &addresses).await,
        [200, 503, 200]
    );
}

#[test]
fn quotas_and_names_that_are_mistakes() {
    let minute = Duration::from_secs(60);
    for (limit, expected) in [
        (
            RateLimit::per_address(Quota::per_minute(0)),
            "allows no request",
        ),
        (
            RateLimit::per_address(Quota::per_minute(5).burst(0)),
            "allows no request",
        ),
        (
            RateLimit::per_address(Quota::per_minute(5).burst(6)),
            "at once",
        ),
        (
            RateLimit::per_address(Quota::new(5, Duration::ZERO)),
            "from 1 ms",
        ),
        (
            RateLimit::per_address(Quota::new(5, minute * 1_000_000)),
            "366 days",
        ),
        (
            RateLimit::per_address(Quota::per_minute(5)).named("a\"b"),
            "letters",
        ),
        (
            RateLimit::per_address(Quota::per_minute(5)).named(""),
            "letters",
        ),
    ] {
        let error = app(limit).build().expect_err(expected);
        assert_eq!(error.mistakes().len(), 1, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn a20_threads_at_the_same_time_share_one_quota() {
    use std::sync::atomic::{AtomicU32, Ordering};
    let limiter = MemoryLimiter::with_clock(10_000, avocet_store::Clock::manual());
    let quota = Quota::per_minute(1000);
    let allowed = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..500 {
                    let taking = limiter.take("ann", quota);
                    let decision = at_once(taking).expect("a decision");
                    let is_allowed = decision.retry_after().is_none();
                    allowed.fetch_add(u32::from(is_allowed), Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(allowed.into_inner(), 1000);
}

/// Returns what a future has at once.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits"),
    }
}
