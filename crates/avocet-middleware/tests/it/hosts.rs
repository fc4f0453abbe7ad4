//! Trusted hosts and the redirect to HTTPS, on a socket: what a host or a proxy can claim.

use avocet::observe::Health;
use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet_middleware::{HttpsRedirect, TrustedHosts, VirtualHost};

use crate::served::{header, send, start, status};

#[get("/items")]
async fn items() -> u32 {
    7
}

fn app() -> App {
    App::new("Shop", "1.0.0")
        .routes(routes![items])
        .health(Health::new())
}

#[tokio::test]
async fn v14_only_trusted_hosts_are_served() {
    let hosts = || {
        app().layer(TrustedHosts::new([
            "shop.example",
            "*.shop.example",
            "127.0.0.1",
        ]))
    };
    let direct = start(hosts(), &[]).await;
    let behind = start(hosts(), &["127.0.0.1"]).await;
    for (address, line, headers, expected) in [
        (direct, "GET /items", &[("host", "shop.example")][..], 200),
        (direct, "GET /items", &[("host", "SHOP.example:8080")], 200),
        (direct, "GET /items", &[("host", "a.shop.example")], 200),
        (direct, "GET /items", &[("host", "evil.example")], 400),
        (
            direct,
            "GET /items",
            &[("host", "shop.example.evil.example")],
            400,
        ),
        (
            direct,
            "GET /items",
            &[("host", "shop.example@evil.example")],
            400,
        ),
        (direct, "GET /items", &[("host", "shop.example/evil")], 400),
        (direct, "GET /items", &[("host", "")], 400),
        (direct, "GET /missing", &[("host", "evil.example")], 400),
        // The target takes precedence over the header (RFC 9112, section 3.2.2).
        (
            direct,
            "GET http://evil.example/items",
            &[("host", "shop.example")],
            400,
        ),
        (
            direct,
            "GET http://shop.example/items",
            &[("host", "shop.example")],
            200,
        ),
        // A client cannot choose another host with the header of a proxy.
        (
            direct,
            "GET /items",
            &[
                ("host", "evil.example"),
                ("x-forwarded-host", "shop.example"),
            ],
            400,
        ),
        (
            direct,
            "GET /items",
            &[
                ("host", "shop.example"),
                ("x-forwarded-host", "evil.example"),
            ],
            200,
        ),
        (
            behind,
            "GET /items",
            &[("host", "internal"), ("x-forwarded-host", "shop.example")],
            200,
        ),
        (
            behind,
            "GET /items",
            &[
                ("host", "shop.example"),
                ("x-forwarded-host", "evil.example"),
            ],
            400,
        ),
        (behind, "GET /items", &[("host", "shop.example")], 200),
        (direct, "GET /health", &[("host", "10.0.0.7:8000")], 200),
    ] {
        let response = send(address, line, headers).await;
        assert_eq!(
            status(&response),
            expected,
            "{line} {headers:?}: {response}"
        );
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn v15_the_redirect_goes_to_a_checked_host_only() {
    let hosts = || app().layer(HttpsRedirect::new(["shop.example", "*.shop.example"]));
    let direct = start(hosts(), &[]).await;
    let behind = start(hosts(), &["127.0.0.1"]).await;
    let other_port = start(
        app().layer(HttpsRedirect::new(["shop.example"]).port(8443)),
        &[],
    )
    .await;
    for (address, line, headers, expected, location) in [
        (
            direct,
            "GET /items?a=1",
            &[("host", "shop.example")][..],
            308,
            Some("https://shop.example/items?a=1"),
        ),
        (
            direct,
            "POST /items",
            &[("host", "shop.example:8080")],
            308,
            Some("https://shop.example/items"),
        ),
        (
            direct,
            "GET /missing",
            &[("host", "a.shop.example")],
            308,
            Some("https://a.shop.example/missing"),
        ),
        (
            direct,
            "GET //evil.example/a",
            &[("host", "shop.example")],
            308,
            Some("https://shop.example//evil.example/a"),
        ),
        (
            direct,
            "GET /\\evil.example",
            &[("host", "shop.example")],
            308,
            Some("https://shop.example/\\evil.example"),
        ),
        (direct, "GET /items", &[("host", "evil.example")], 400, None),
        (
            direct,
            "GET http://evil.example/",
            &[("host", "shop.example")],
            400,
            None,
        ),
        // Only a trusted proxy can report TLS.
        (
            direct,
            "GET /items",
            &[("host", "shop.example"), ("x-forwarded-proto", "https")],
            308,
            Some("https://shop.example/items"),
        ),
        (
            behind,
            "GET /items",
            &[("host", "shop.example"), ("x-forwarded-proto", "https")],
            200,
            None,
        ),
        (
            behind,
            "GET /items",
            &[
                ("host", "internal"),
                ("x-forwarded-proto", "http"),
                ("x-forwarded-host", "shop.example"),
            ],
            308,
            Some("https://shop.example/items"),
        ),
        (
            behind,
            "GET /items",
            &[("host", "internal"), ("x-forwarded-host", "evil.example")],
            400,
            None,
        ),
        (
            other_port,
            "GET /items",
            &[("host", "shop.example")],
            308,
            Some("https://shop.example:8443/items"),
        ),
        (direct, "GET /health", &[("host", "10.0.0.7")], 200, None),
    ] {
        let response = send(address, line, headers).await;
        assert_eq!(
            status(&response),
            expected,
            "{line} {headers:?}: {response}"
        );
        assert_eq!(
            header(&response, "location"),
            location,
            "{line} {headers:?}"
        );
    }
}

#[test]
fn hosts_that_are_mistakes() {
    for (name, app) in [
        ("TrustedHosts", app().layer(TrustedHosts::new(["*"]))),
        ("TrustedHosts", app().layer(TrustedHosts::new([""; 0]))),
        (
            "HttpsRedirect",
            app().layer(HttpsRedirect::new(["https://shop.example"])),
        ),
        (
            "HttpsRedirect",
            app().layer(HttpsRedirect::new(["shop.example"]).port(0)),
        ),
    ] {
        let error = app.build().expect_err("a mistake").to_string();
        assert!(error.contains(&format!("`{name}`")), "{error}");
    }
}

#[get("/staff")]
async fn staff() -> u32 {
    8
}

#[get("/count")]
async fn count(#[state] count: u32) -> u32 {
    count
}

#[tokio::test]
async fn the_application_of_a_host_starts_with_the_other_one() {
    let inner = App::new("Staff", "1.0.0")
        .provide(|_| async { Ok(7_u32) })
        .routes(routes![count]);
    let inner = inner.build().expect("it builds");
    let app = app().layer(VirtualHost::new(["staff.example"], inner));
    let client = TestClient::start(app.build().expect("it builds")).await;
    let client = client.expect("a start");
    let response = client.get("/count").header("host", "staff.example").send();
    assert_eq!(response.await.text().await, "7");
    client.stop().await;
}

#[tokio::test]
async fn a_host_can_have_an_application_of_its_own() {
    let of_staff = || App::new("Staff", "1.0.0").routes(routes![staff]);
    let both = || {
        let inner = of_staff().build().expect("it builds");
        app().layer(VirtualHost::new(
            ["staff.example", "*.staff.example"],
            inner,
        ))
    };
    let direct = start(both(), &[]).await;
    let behind = start(both(), &["127.0.0.1"]).await;
    for (address, path, headers, expected) in [
        (direct, "/items", &[("host", "shop.example")][..], 200),
        (direct, "/staff", &[("host", "shop.example")], 404),
        (direct, "/staff", &[("host", "staff.example")], 200),
        (direct, "/staff", &[("host", "A.Staff.example:8080")], 200),
        (direct, "/items", &[("host", "staff.example")], 404),
        (direct, "/openapi.json", &[("host", "staff.example")], 200),
        // Who is no trusted proxy cannot choose the host by a header.
        (
            direct,
            "/staff",
            &[
                ("host", "shop.example"),
                ("x-forwarded-host", "staff.example"),
            ],
            404,
        ),
        (
            behind,
            "/staff",
            &[
                ("host", "shop.example"),
                ("x-forwarded-host", "staff.example"),
            ],
            200,
        ),
    ] {
        let response = send(address, &format!("GET {path}"), headers).await;
        assert_eq!(
            status(&response),
            expected,
            "{path} {headers:?}: {response}"
        );
    }
    let document = send(direct, "GET /openapi.json", &[("host", "staff.example")]).await;
    assert!(
        document.contains("\"/staff\"") && !document.contains("\"/items\""),
        "{document}"
    );

    let wrong = app().layer(VirtualHost::new(
        ["https://a"],
        of_staff().build().expect("it builds"),
    ));
    let error = wrong.build().expect_err("no host").to_string();
    assert!(error.contains("VirtualHost"), "{error}");
}
