//! Middleware.

use avocet::prelude::*;

#[get("/items")]
async fn items() -> Vec<u32> {
    vec![7]
}

// ANCHOR: cors
use avocet_middleware::Cors;

fn cors() -> Cors {
    Cors::new().origin("https://app.example.com").credentials()
}
// ANCHOR_END: cors

// ANCHOR: rate_limit
use avocet_middleware::{Quota, RateLimit};

fn rate_limit() -> RateLimit {
    RateLimit::per_address(Quota::per_minute(100).burst(20))
}
// ANCHOR_END: rate_limit

// ANCHOR: user_limit
use avocet::types::Secret;
use avocet_middleware::RateLimited;

/// The user that a token belongs to.
#[dependency]
async fn user(#[bearer] token: Secret<String>) -> Result<String, HttpError> {
    if token.matches("t0ps3cret") {
        return Ok("ada".to_owned());
    }
    Err(avocet::security::unauthorized("Bearer", "Unknown token"))
}

#[dependency]
async fn within_limit(
    #[depends(user)] user: String,
    #[state] limits: RateLimit,
) -> Result<(), RateLimited> {
    limits.take(&user).await
}

#[post("/ask", requires(within_limit))]
async fn ask(#[body] question: String) -> String {
    format!("you asked: {question}")
}
// ANCHOR_END: user_limit

// ANCHOR: shared_limit
use avocet_middleware::StoreLimiter;
use avocet_store::{Error, Store};

fn shared_limit(store: &Store) -> Result<RateLimit, Error> {
    let counters = store.namespace("rate-limits")?;
    Ok(RateLimit::per_address(Quota::per_hour(1_000))
        .named("hour")
        .limiter(StoreLimiter::new(store, counters)))
}
// ANCHOR_END: shared_limit

// ANCHOR: concurrency
use avocet_middleware::ConcurrencyLimit;
use std::time::Duration;

#[post("/generate", layer = ConcurrencyLimit::new(8).queue(32, Duration::from_secs(10)))]
async fn generate(#[body] prompt: String) -> String {
    prompt
}
// ANCHOR_END: concurrency

// ANCHOR: time_limit
fn with_time_limit(app: App) -> App {
    app.time_limit(Duration::from_secs(120))
}
// ANCHOR_END: time_limit

// ANCHOR: compression
use avocet_middleware::Compression;

fn compression() -> Compression {
    Compression::new().min_bytes(4 * 1024)
}
// ANCHOR_END: compression

// ANCHOR: hosts
use avocet_middleware::{HttpsRedirect, TrustedHosts};

const HOSTS: [&str; 2] = ["example.com", "*.example.com"];

fn hosts(app: App) -> App {
    app.layer(HttpsRedirect::new(HOSTS))
        .layer(TrustedHosts::new(HOSTS))
}
// ANCHOR_END: hosts

// ANCHOR: headers
use avocet_middleware::SecurityHeaders;

fn headers() -> SecurityHeaders {
    SecurityHeaders::new().hsts_subdomains()
}
// ANCHOR_END: headers

// ANCHOR: idempotency
use avocet_middleware::Idempotency;

#[post("/orders", status = 201)]
async fn order(#[body] item: String) -> String {
    format!("ordered {item}")
}

fn orders(store: &Store) -> Result<Router, Error> {
    let keys = store.namespace("idempotency")?;
    Ok(Router::new("")
        .routes(routes![order])
        .layer(Idempotency::new(keys).required()))
}
// ANCHOR_END: idempotency

// ANCHOR: order
pub fn app(store: &Store) -> Result<App, Error> {
    let app = App::new("Shop", "1.0.0")
        .state(RateLimit::per_caller(Quota::per_minute(10)))
        .routes(routes![items, ask, generate])
        .router(orders(store)?)
        .layer(rate_limit())
        .layer(shared_limit(store)?)
        .layer(compression())
        .layer(cors());
    Ok(hosts(with_time_limit(app)).layer(headers()))
}
// ANCHOR_END: order

pub fn misconfigured() -> App {
    App::new("Shop", "1.0.0")
        .routes(routes![items])
        .layer(Cors::new().any_origin().credentials())
}
