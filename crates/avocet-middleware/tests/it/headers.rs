//! The headers for browsers.

use std::time::Duration;

use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet::types::Secret;
use avocet_middleware::SecurityHeaders;
use http::header;

use crate::served;

#[get("/open")]
async fn open() -> u32 {
    1
}

#[get("/secret")]
async fn secret(#[bearer] token: Secret<String>) -> usize {
    token.expose().len()
}

#[headers]
struct Cached {
    cache_control: String,
}

#[get("/cached")]
async fn cached() -> WithHeaders<u32, Cached> {
    let cache_control = "private, max-age=60".to_owned();
    WithHeaders::new(1, Cached { cache_control })
}

fn app(headers: SecurityHeaders) -> App {
    App::new("Safe", "1.0.0")
        .routes(routes![open, secret, cached])
        .layer(headers)
}

#[tokio::test]
async fn a8_every_response_has_the_headers() {
    let client = TestClient::new(app(SecurityHeaders::new()).build().expect("it builds"));
    for (path, expected) in [
        ("/open", 200),
        ("/secret", 401),
        ("/missing", 404),
        ("/openapi.json", 200),
    ] {
        let response = client.get(path).send().await;
        assert_eq!(response.status(), expected);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            (
                "permissions-policy",
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            ),
        ] {
            assert_eq!(response.header(name), value, "{path}");
        }
        assert!(
            !response.headers().contains_key("strict-transport-security"),
            "{path}: not over TLS"
        );
    }
}

#[tokio::test]
async fn a8_responses_to_credentials_are_not_stored() {
    let client = TestClient::new(app(SecurityHeaders::new()).build().expect("it builds"));
    for (path, credentials, expected) in [
        ("/open", None, None),
        (
            "/open",
            Some(("authorization", "Bearer t0ps3cret")),
            Some("no-store"),
        ),
        ("/open", Some(("cookie", "session=1")), Some("no-store")),
        ("/secret", None, Some("no-store")),
        (
            "/secret",
            Some(("authorization", "Bearer t0ps3cret")),
            Some("no-store"),
        ),
        (
            "/cached",
            Some(("cookie", "session=1")),
            Some("private, max-age=60"),
        ),
    ] {
        let mut request = client.get(path);
        if let Some((name, value)) = credentials {
            request = request.header(name, value);
        }
        let response = request.send().await;
        let value = response.headers().get("cache-control");
        assert_eq!(
            value.map(|value| value.to_str().expect("text")),
            expected,
            "{path} {credentials:?}"
        );
    }
    let without = TestClient::new(
        app(SecurityHeaders::new().without_no_store())
            .build()
            .expect("it builds"),
    );
    assert!(
        !without
            .get("/secret")
            .send()
            .await
            .headers()
            .contains_key("cache-control")
    );
}

#[tokio::test]
async fn a8_hsts_is_sent_over_tls_only() {
    let forwarded = [("x-forwarded-proto", "https")];
    let day = Duration::from_secs(86_400);
    for (headers, proxies, expected) in [
        (
            SecurityHeaders::new(),
            &["127.0.0.1"][..],
            Some("max-age=31536000"),
        ),
        (SecurityHeaders::new(), &[], None),
        (
            SecurityHeaders::new().hsts(day).hsts_subdomains(),
            &["127.0.0.1"],
            Some("max-age=86400; includeSubDomains"),
        ),
        (SecurityHeaders::new().without_hsts(), &["127.0.0.1"], None),
    ] {
        let address = served::start(app(headers), proxies).await;
        let response = served::send(address, "GET /open", &forwarded).await;
        assert_eq!(
            served::header(&response, "strict-transport-security"),
            expected
        );
    }
}

#[tokio::test]
async fn the_docs_page_keeps_its_own_policy() {
    let plain = TestClient::new(
        App::new("Safe", "1.0.0")
            .routes(routes![open])
            .build()
            .expect("it builds"),
    );
    let safe = TestClient::new(app(SecurityHeaders::new()).build().expect("it builds"));
    let policy = plain
        .get("/docs")
        .send()
        .await
        .header("content-security-policy")
        .to_owned();
    let response = safe.get("/docs").send().await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.header("content-security-policy"), policy);
    assert_ne!(policy, "default-src 'none'; frame-ancestors 'none'");
}

#[tokio::test]
async fn a_header_can_be_changed_and_left_out() {
    let headers = SecurityHeaders::new()
        .set(header::REFERRER_POLICY, "same-origin")
        .set(header::X_FRAME_OPTIONS, "");
    let client = TestClient::new(app(headers).build().expect("it builds"));
    let response = client.get("/open").send().await;
    assert_eq!(response.header("referrer-policy"), "same-origin");
    assert!(!response.headers().contains_key("x-frame-options"));
}

#[test]
fn values_that_are_mistakes() {
    for (headers, expected) in [
        (
            SecurityHeaders::new().set(header::REFERRER_POLICY, "a\nb"),
            "characters",
        ),
        (
            SecurityHeaders::new().set(header::STRICT_TRANSPORT_SECURITY, "max-age=1"),
            "use `hsts`",
        ),
    ] {
        let error = app(headers).build().expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
}
