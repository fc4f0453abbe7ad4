//! Keys of a provider: loads, rotation, outages and bounds.

use std::time::Duration;

use avocet::lifecycle::Component;
use avocet::prelude::*;
use avocet::security::Bearer;
use avocet::testing::TestClient;
use avocet_auth::SchemeExt;
use avocet_auth::jwks::{Jwks, JwksConfig};
use avocet_auth::jwt::{Algorithm, Jwt, JwtConfig, TokenError, VerifyingKey};
use avocet_store::Clock;
use serde_json::{Value, json};

use crate::provider::{Provider, ec_key, rsa_key, token};

fn tokens(jwks: JwksConfig, clock: &Clock) -> Jwt<Value> {
    JwtConfig::new([Algorithm::Rs256])
        .issuer("login")
        .audience("api")
        .jwks(jwks.clock(clock.clone()).build().unwrap())
        .clock(clock.clone())
        .build()
        .unwrap()
}

#[tokio::test]
async fn keys_are_loaded_once_while_they_are_fresh() {
    let (provider, clock) = (Provider::start().await, Clock::manual());
    provider.publish(&[rsa_key("a", &json!({}))]);
    let tokens = tokens(Jwks::at(provider.keys_address()), &clock);
    for _ in 0..3 {
        assert!(tokens.check(&token("a", &clock)).await.is_ok());
    }
    assert_eq!(provider.loads(), 1);
    clock.advance(Duration::from_secs(599));
    assert!(tokens.check(&token("a", &clock)).await.is_ok());
    assert_eq!(provider.loads(), 1);
    clock.advance(Duration::from_secs(1));
    assert!(tokens.check(&token("a", &clock)).await.is_ok());
    assert_eq!(provider.loads(), 2);
}

#[get("/me")]
async fn subject(#[extract(Bearer::new().verified_by::<Jwt<Value>>())] claims: Value) -> String {
    claims["sub"].to_string()
}

/// Returns the statuses that an application documents.
fn statuses(app: App) -> Vec<String> {
    let service = app.routes(routes![subject]).build().unwrap();
    let responses = &service.openapi()["paths"]["/me"]["get"]["responses"];
    responses.as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn only_keys_that_are_loaded_can_be_unavailable() {
    let app = || App::new("Shop", "1.0.0");
    let clock = Clock::manual();
    let of_provider = tokens(Jwks::at("https://login.example/keys"), &clock);
    assert_eq!(statuses(app().state(of_provider)), ["200", "401", "503"]);
    let fixed: Jwt<Value> = JwtConfig::new([Algorithm::Hs256])
        .any_issuer()
        .any_audience()
        .key(VerifyingKey::secret(&crate::tokens::secret()).unwrap())
        .build()
        .unwrap();
    assert_eq!(statuses(app().state(fixed.clone())), ["200", "401"]);
    let later = app().provide(move |_| async move { Ok(fixed) });
    assert_eq!(statuses(later), ["200", "401", "503"]);
}

#[tokio::test]
async fn a_new_key_is_found_and_a_withdrawn_one_is_not_used_any_more() {
    let (provider, clock) = (Provider::start().await, Clock::manual());
    provider.publish(&[rsa_key("old", &json!({}))]);
    let tokens = tokens(Jwks::at(provider.keys_address()), &clock);
    assert!(tokens.check(&token("old", &clock)).await.is_ok());
    provider.publish(&[rsa_key("new", &json!({}))]);
    // Not within the interval after the last load.
    let unknown = tokens.check(&token("new", &clock)).await;
    assert_eq!(unknown.unwrap_err(), TokenError::UnknownKey);
    clock.advance(Duration::from_secs(30));
    assert!(tokens.check(&token("new", &clock)).await.is_ok());
    assert_eq!(
        tokens.check(&token("old", &clock)).await.unwrap_err(),
        TokenError::UnknownKey
    );
    assert_eq!(provider.loads(), 2);
}

#[tokio::test]
async fn unknown_key_ids_cause_one_load_in_an_interval() {
    let (provider, clock) = (Provider::start().await, Clock::manual());
    provider.publish(&[rsa_key("a", &json!({}))]);
    let tokens = tokens(Jwks::at(provider.keys_address()), &clock);
    assert!(tokens.check(&token("a", &clock)).await.is_ok());
    for round in 1..=3 {
        clock.advance(Duration::from_secs(30));
        for number in 0..50 {
            let forged = token(&format!("{round}-{number}"), &clock);
            assert_eq!(
                tokens.check(&forged).await.unwrap_err(),
                TokenError::UnknownKey
            );
        }
        assert_eq!(provider.loads(), 1 + round);
    }
}

#[tokio::test]
async fn requests_at_the_same_time_share_one_load() {
    let (provider, clock) = (Provider::start().await, Clock::manual());
    provider.publish(&[rsa_key("a", &json!({}))]);
    provider.close_gate().await;
    let jwks = Jwks::at(provider.keys_address()).load_time(Duration::from_secs(60));
    let tokens = tokens(jwks, &clock);
    let waiting = |count: usize| {
        let checks = (0..count).map(|_| {
            let (tokens, token) = (tokens.clone(), token("a", &clock));
            tokio::spawn(async move { tokens.check(&token).await.is_ok() })
        });
        checks.collect::<Vec<_>>()
    };
    let first = waiting(50);
    // The client that began the load leaves.
    while provider.loads() == 0 {
        tokio::task::yield_now().await;
    }
    first[0].abort();
    provider.open_gate();
    for check in first.into_iter().skip(1) {
        assert!(check.await.unwrap());
    }
    assert_eq!(provider.loads(), 1);

    // When the set is old, the requests beside the one that loads it use the old keys.
    provider.close_gate().await;
    clock.advance(Duration::from_secs(600));
    let loading = waiting(1).pop().unwrap();
    while provider.loads() == 1 {
        tokio::task::yield_now().await;
    }
    for check in waiting(50) {
        assert!(check.await.unwrap());
    }
    assert!(!loading.is_finished());
    provider.open_gate();
    assert!(loading.await.unwrap());
    assert_eq!(provider.loads(), 2);
}

#[tokio::test]
async fn a10_old_keys_are_used_while_the_provider_is_down() {
    let (provider, clock) = (Provider::start().await, Clock::manual());
    provider.publish(&[rsa_key("a", &json!({}))]);
    let tokens = tokens(Jwks::at(provider.keys_address()), &clock);
    assert!(tokens.check(&token("a", &clock)).await.is_ok());
    provider.respond(503, "{}");
    clock.advance(Duration::from_secs(600));
    for _ in 0..20 {
        assert!(tokens.check(&token("a", &clock)).await.is_ok());
    }
    // One failed load in an interval.
    assert_eq!(provider.loads(), 2);
    clock.advance(Duration::from_secs(86_400 - 601));
    assert!(tokens.check(&token("a", &clock)).await.is_ok());
    clock.advance(Duration::from_secs(1));
    assert_eq!(
        tokens.check(&token("a", &clock)).await.unwrap_err(),
        TokenError::NoKeys
    );
    provider.publish(&[rsa_key("a", &json!({}))]);
    clock.advance(Duration::from_secs(30));
    assert!(tokens.check(&token("a", &clock)).await.is_ok());
}

#[tokio::test]
async fn only_keys_for_the_algorithm_and_for_signatures_are_used() {
    let (provider, clock) = (Provider::start().await, Clock::manual());
    let good = rsa_key(
        "good",
        &json!({"use": "sig", "alg": "RS256", "key_ops": ["verify"], "x5c": ["AAAA"]}),
    );
    for (name, other) in [
        ("for encryption", rsa_key("x", &json!({"use": "enc"}))),
        (
            "of another algorithm",
            rsa_key("x", &json!({"alg": "PS256"})),
        ),
        (
            "of an unknown algorithm",
            rsa_key("x", &json!({"alg": "none"})),
        ),
        (
            "with an algorithm that is no text",
            rsa_key("x", &json!({"alg": 1})),
        ),
        ("to sign with", rsa_key("x", &json!({"key_ops": ["sign"]}))),
        ("of another kind", ec_key("x", &json!({}))),
        (
            "secret",
            json!({"kty": "oct", "kid": "x", "k": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}),
        ),
        ("short", rsa_key("x", &json!({"n": "AQAB"}))),
        ("unknown", json!({"kty": "AKP", "kid": "x"})),
        ("malformed", json!({"kty": "RSA", "kid": "x"})),
        ("no object", json!("x")),
    ] {
        provider.publish(&[other, good.clone()]);
        let tokens = tokens(Jwks::at(provider.keys_address()), &clock);
        assert!(tokens.check(&token("good", &clock)).await.is_ok(), "{name}");
        assert_eq!(
            tokens.check(&token("x", &clock)).await.unwrap_err(),
            TokenError::UnknownKey,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a10_a_response_that_is_no_set_of_keys_is_rejected() {
    let (provider, clock) = (Provider::start().await, Clock::manual());
    let good = json!({"keys": [rsa_key("a", &json!({}))]}).to_string();
    let many = json!({"keys": vec![rsa_key("a", &json!({})); 101]}).to_string();
    provider.header("location", &provider.keys_address());
    for (name, status, body, bytes) in [
        ("an error", 500, good.clone(), 10_000),
        ("a redirect", 302, good.clone(), 10_000),
        ("a partial response", 206, good.clone(), 10_000),
        ("too large", 200, good.clone(), good.len() - 1),
        ("too many keys", 200, many, 1_000_000),
        ("no keys", 200, "{\"keys\":[]}".to_owned(), 10_000),
        ("no JSON", 200, "<html>".to_owned(), 10_000),
        ("another document", 200, "{}".to_owned(), 10_000),
    ] {
        provider.respond(status, &body);
        let tokens = tokens(
            Jwks::at(provider.keys_address()).document_bytes(bytes),
            &clock,
        );
        assert_eq!(
            tokens.check(&token("a", &clock)).await.unwrap_err(),
            TokenError::NoKeys,
            "{name}"
        );
    }
    provider.respond(200, &good);
    let tokens = tokens(
        Jwks::at(provider.keys_address()).document_bytes(good.len()),
        &clock,
    );
    assert!(tokens.check(&token("a", &clock)).await.is_ok());
}

#[tokio::test]
async fn a10_a_provider_that_does_not_respond_is_given_up() {
    let (provider, clock) = (Provider::start().await, Clock::manual());
    provider.publish(&[rsa_key("a", &json!({}))]);
    provider.close_gate().await;
    let jwks = Jwks::at(provider.keys_address()).load_time(Duration::from_millis(1));
    assert_eq!(
        tokens(jwks, &clock)
            .check(&token("a", &clock))
            .await
            .unwrap_err(),
        TokenError::NoKeys
    );
}

#[tokio::test]
async fn the_address_of_the_keys_is_discovered() {
    let (provider, clock) = (Provider::start().await, Clock::manual());
    provider.publish(&[rsa_key("a", &json!({}))]);
    let found = tokens(Jwks::discovered(provider.address()), &clock);
    assert!(found.check(&token("a", &clock)).await.is_ok());
    for other in ["https://evil.example", &format!("{}/", provider.address())] {
        provider.claim_issuer(other);
        let tokens = tokens(Jwks::discovered(provider.address()), &clock);
        assert_eq!(
            tokens.check(&token("a", &clock)).await.unwrap_err(),
            TokenError::NoKeys,
            "{other}"
        );
    }
}

#[get("/me")]
async fn me(#[extract(Bearer::new().verified_by::<Jwt<Value>>())] claims: Value) -> String {
    claims["sub"].to_string()
}

#[tokio::test]
async fn the_application_is_ready_when_it_has_keys() {
    let (provider, clock) = (Provider::start().await, Clock::manual());
    provider.respond(503, "{}");
    let keys = Jwks::at(provider.keys_address())
        .clock(clock.clone())
        .build()
        .unwrap();
    let tokens: Jwt<Value> = JwtConfig::new([Algorithm::Rs256])
        .issuer("login")
        .audience("api")
        .jwks(keys.clone())
        .clock(clock.clone())
        .build()
        .unwrap();
    let app = App::new("API", "1.0.0")
        .component(keys.clone())
        .state(tokens)
        .routes(routes![me]);
    let client = TestClient::start(app.build().unwrap()).await.unwrap();
    let authorization = format!("Bearer {}", token("a", &clock).expose());
    let get = || {
        client
            .get("/me")
            .header("authorization", &authorization)
            .send()
    };

    let why = keys.ready().await.unwrap_err();
    assert!(
        why.contains("the status is 503 Service Unavailable, expected 200"),
        "{why}"
    );
    let response = get().await;
    assert_eq!(
        (response.status().as_u16(), response.header("retry-after")),
        (503, "5")
    );

    provider.publish(&[rsa_key("a", &json!({}))]);
    clock.advance(Duration::from_secs(30));
    assert_eq!(keys.ready().await, Ok(()));
    assert_eq!(get().await.text().await, "\"\\\"ada\\\"\"");
    client.stop().await;
}

#[test]
fn mistakes_of_the_configuration_are_reported() {
    let keys = || Jwks::at("https://login.example/keys").build().unwrap();
    let hmac = JwtConfig::new([Algorithm::Hs256])
        .issuer("i")
        .audience("a")
        .jwks(keys());
    let message = "HMAC has secrets, which no provider publishes: use `key` instead of `jwks`";
    assert_eq!(hmac.build::<Value>().unwrap_err().to_string(), message);
    assert!(Jwks::discovered("http://login.example").build().is_err());
}
