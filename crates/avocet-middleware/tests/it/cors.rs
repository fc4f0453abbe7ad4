//! CORS: which origins get which headers, and that preflight requests reach nothing else.

use avocet::layer::{Next, Request};
use avocet::observe::Health;
use avocet::prelude::*;
use avocet::testing::{TestClient, TestResponse};
use avocet::types::Secret;
use avocet_middleware::Cors;
use http::{HeaderValue, Method, header};

const APP: &str = "https://app.example.com";

#[get("/items", public)]
async fn items() -> Vec<u32> {
    vec![7]
}

#[post("/orders")]
async fn order(#[bearer] token: Secret<String>) -> usize {
    token.expose().len()
}

fn client(cors: Cors) -> TestClient {
    let app = App::new("Shop", "1.0.0").routes(routes![items, order]);
    TestClient::new(
        app.deny_by_default()
            .layer(cors)
            .build()
            .expect("it builds"),
    )
}

fn allowed(response: &TestResponse) -> Option<&str> {
    let origin = response.headers().get("access-control-allow-origin");
    origin.map(|origin| origin.to_str().expect("text"))
}

#[tokio::test]
async fn v25_only_a_listed_origin_is_reflected() {
    let is_customer = |origin: &str| origin.ends_with(".customers.example.com");
    for (name, cors, origin, expected) in [
        ("list", Cors::new().origin(APP), APP, Some(APP)),
        (
            "second",
            Cors::new().origins(["http://localhost:3000", APP]),
            APP,
            Some(APP),
        ),
        (
            "other",
            Cors::new().origin(APP),
            "https://evil.example",
            None,
        ),
        (
            "scheme",
            Cors::new().origin(APP),
            "http://app.example.com",
            None,
        ),
        (
            "port",
            Cors::new().origin(APP),
            "https://app.example.com:8443",
            None,
        ),
        (
            "end",
            Cors::new().origin(APP),
            "https://app.example.com.evil.example",
            None,
        ),
        (
            "start",
            Cors::new().origin(APP),
            "https://evilapp.example.com",
            None,
        ),
        (
            "case",
            Cors::new().origin(APP),
            "https://APP.example.com",
            None,
        ),
        ("null", Cors::new().origin(APP), "null", None),
        (
            "any",
            Cors::new().any_origin(),
            "https://evil.example",
            Some("*"),
        ),
        (
            "function",
            Cors::new().origin_if(is_customer),
            "https://a.customers.example.com",
            Some("https://a.customers.example.com"),
        ),
        (
            "function no",
            Cors::new().origin_if(is_customer),
            "https://a.example.com",
            None,
        ),
    ] {
        let client = client(cors);
        let response = client.get("/items").header("origin", origin).send().await;
        assert_eq!(response.status(), 200, "{name}");
        assert_eq!(allowed(&response), expected, "{name}");
        let vary = response.headers().get_all("vary").iter();
        let vary: Vec<_> = vary
            .map(|value| value.to_str().expect("text").to_lowercase())
            .collect();
        assert!(vary.join(",").contains("origin"), "{name}: {vary:?}");
        let preflight = client
            .options("/items")
            .header("origin", origin)
            .header("access-control-request-method", "GET");
        assert_eq!(
            allowed(&preflight.send().await),
            expected,
            "{name}: preflight"
        );
    }
}

#[test]
fn v25_settings_that_are_mistakes() {
    for (cors, expected) in [
        (
            Cors::new().any_origin().credentials(),
            "every origin with credentials",
        ),
        (
            Cors::new().credentials().any_origin(),
            "every origin with credentials",
        ),
        (Cors::new(), "allows no origin"),
        (Cors::new().origin("*"), "use `any_origin`"),
        (Cors::new().origin("null"), "sandbox"),
        (Cors::new().origin("app.example.com"), "write its scheme"),
        (
            Cors::new().origin("https://app.example.com/"),
            "without a path",
        ),
        (
            Cors::new().origin("https://*.example.com"),
            "use `origin_if`",
        ),
        (Cors::new().origin("https://App.example.com"), "lower case"),
        (
            Cors::new().origin("https://app.example.com:443"),
            "default port",
        ),
        (Cors::new().origin("https://\u{e4}.example"), "ASCII"),
        (Cors::new().origin(APP).any_origin(), "in two ways"),
        (Cors::new().any_origin().origin(APP), "use one of the two"),
    ] {
        let error = App::new("Shop", "1.0.0")
            .layer(cors)
            .build()
            .expect_err(expected);
        assert_eq!(error.mistakes().len(), 1, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(
            error.to_string().contains("cors.rs:"),
            "the location is missing: {error}"
        );
    }
}

#[tokio::test]
async fn v25_a_preflight_is_stopped_by_nothing() {
    let app = App::new("Shop", "1.0.0")
        .routes(routes![items, order])
        .health(Health::new());
    let app = app
        .deny_by_default()
        .layer(Cors::new().origin(APP).credentials());
    let client = TestClient::new(app.build().expect("it builds"));
    for path in [
        "/items",
        "/orders",
        "/missing",
        "/openapi.json",
        "/health",
        "/orders/",
    ] {
        let preflight = client
            .options(path)
            .header("origin", APP)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization")
            .header("access-control-request-private-network", "true");
        let response = preflight.send().await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(allowed(&response), Some(APP), "{path}");
        assert_eq!(response.header("access-control-allow-credentials"), "true");
        assert_eq!(
            response.header("access-control-allow-methods"),
            "GET,HEAD,POST,PUT,PATCH,DELETE"
        );
        assert_eq!(
            response.header("access-control-allow-headers"),
            "authorization,content-type"
        );
        assert_eq!(response.header("access-control-max-age"), "600");
        assert!(
            !response
                .headers()
                .contains_key("access-control-allow-private-network")
        );
    }
}

#[tokio::test]
async fn errors_can_be_read_by_scripts() {
    let client = client(Cors::new().origin(APP));
    for (method, path, expected) in [
        (Method::POST, "/orders", 401),
        (Method::GET, "/missing", 404),
        (Method::DELETE, "/items", 405),
        (Method::OPTIONS, "/items", 204),
    ] {
        let response = client
            .request(method.clone(), path)
            .header("origin", APP)
            .send()
            .await;
        assert_eq!(response.status(), expected, "{method} {path}");
        assert_eq!(allowed(&response), Some(APP), "{method} {path}");
    }
}

#[tokio::test]
async fn an_options_request_that_is_no_preflight_is_answered_by_the_route() {
    let response = client(Cors::new().origin(APP))
        .options("/items")
        .send()
        .await;
    assert_eq!(response.status(), 204);
    assert_eq!(response.header("allow"), "GET, HEAD, OPTIONS");
}

#[tokio::test]
async fn headers_of_the_inner_response_are_kept_except_the_permission() {
    let inner = async |request: Request, next: Next| {
        let mut response = next.run(request).await;
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("accept"));
        let other = HeaderValue::from_static("https://other.example");
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, other);
        response
    };
    let app = App::new("Shop", "1.0.0").routes(routes![items]);
    let app = app.middleware(inner).layer(Cors::new().origin(APP));
    let client = TestClient::new(app.build().expect("it builds"));
    let response = client.get("/items").header("origin", APP).send().await;
    let vary: Vec<_> = response.headers().get_all("vary").iter().collect();
    let depends_on = "origin, access-control-request-method, access-control-request-headers";
    assert_eq!(vary, ["accept", depends_on]);
    assert_eq!(allowed(&response), Some(APP));
    // A shared cache may keep this response and have to tell it apart from those for origins.
    let response = client.get("/items").send().await;
    assert_eq!(response.headers().get_all("vary").iter().count(), 2);
}

#[tokio::test]
async fn settings_are_sent() {
    let cors = Cors::new()
        .origin(APP)
        .methods([Method::GET])
        .headers([header::IF_MATCH])
        .expose([header::RETRY_AFTER])
        .max_age(std::time::Duration::from_secs(5));
    let client = client(cors);
    let preflight = client
        .options("/items")
        .header("origin", APP)
        .header("access-control-request-method", "GET")
        .send()
        .await;
    assert_eq!(preflight.header("access-control-allow-methods"), "GET");
    assert_eq!(preflight.header("access-control-allow-headers"), "if-match");
    assert_eq!(preflight.header("access-control-max-age"), "5");
    let response = client.get("/items").header("origin", APP).send().await;
    assert_eq!(
        response.header("access-control-expose-headers"),
        "retry-after"
    );
}

#[tokio::test]
async fn any_header_is_the_one_that_is_asked_for() {
    let client = client(Cors::new().origin(APP).credentials().any_header());
    let preflight = client
        .options("/items")
        .header("origin", APP)
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "x-a,authorization");
    let response = preflight.send().await;
    assert_eq!(
        response.header("access-control-allow-headers"),
        "x-a,authorization"
    );
}

#[tokio::test]
async fn a_router_can_have_its_own_origins() {
    let public = Router::new("/public")
        .routes(routes![items])
        .layer(Cors::new().any_origin());
    let app = App::new("Shop", "1.0.0")
        .router(public)
        .routes(routes![order]);
    let client = TestClient::new(app.build().expect("it builds"));
    let preflight = client
        .options("/public/items")
        .header("origin", APP)
        .header("access-control-request-method", "GET");
    assert_eq!(allowed(&preflight.send().await), Some("*"));
    let outside = client.post("/orders").header("origin", APP).send().await;
    assert_eq!(allowed(&outside), None);
}

/// Row V25 has the case of CVE-2021-32677: JSON as `text/plain` needs no preflight.
#[tokio::test]
async fn v25_json_as_plain_text_is_rejected() {
    #[post("/names")]
    async fn names(#[body] names: Vec<String>) -> usize {
        names.len()
    }
    let app = App::new("Shop", "1.0.0")
        .routes(routes![names])
        .layer(Cors::new().origin(APP));
    let client = TestClient::new(app.build().expect("it builds"));
    let request = client
        .post("/names")
        .header("origin", "https://evil.example");
    let response = request
        .header("content-type", "text/plain")
        .body("[\"ann\"]")
        .send()
        .await;
    assert_eq!(response.status(), 415);
}
