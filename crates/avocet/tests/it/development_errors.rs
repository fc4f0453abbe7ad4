//! The page of an internal error for developers, and what it never shows.

use std::error::Error;
use std::fmt;

use avocet::prelude::*;
use avocet::testing::{TestClient, TestResponse};
use http::Method;

/// A word that is in no page.
const CANARY: &str = "canary8471";

#[derive(Debug)]
struct Outer(std::num::ParseIntError);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the <stock> cannot be read")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[model]
struct Order {
    name: String,
}

#[post("/orders/{id}")]
async fn order(
    #[path] id: String,
    #[query] token: String,
    #[header] authorization: Option<String>,
    #[cookie] session: Option<String>,
    #[body] order: Order,
) -> Result<u32, HttpError> {
    assert!([id, token, order.name].iter().all(|it| it.contains(CANARY)));
    assert!(authorization.is_some() && session.is_some());
    let number = "many".parse::<u32>().map_err(Outer)?;
    Ok(number)
}

#[cfg(debug_assertions)]
const PANIC_LINE: u32 = line!() + 5;

#[get("/panic")]
async fn panics() -> u32 {
    tokio::task::yield_now().await;
    panic!("no <stock> today")
}

/// Goes on with a panic that happened earlier, after which a different one happened.
#[get("/resumed")]
async fn resumed() -> u32 {
    let earlier = std::panic::catch_unwind(|| panic!("earlier")).expect_err("a panic");
    let _ = std::panic::catch_unwind(|| panic!("later"));
    std::panic::resume_unwind(earlier)
}

#[get("/refused")]
async fn refused() -> Result<u32, HttpError> {
    Err(HttpError::new(StatusCode::BAD_GATEWAY, "The model is down"))
}

fn app() -> App {
    App::new("Shop", "1.0.0").routes(routes![order, panics, resumed, refused])
}

fn client(app: App) -> TestClient {
    TestClient::new(app.build().expect("it builds"))
}

async fn send(client: &TestClient, path: &str, accept: &str) -> TestResponse {
    let request = client.get(path).header("accept", accept);
    request.header("x-request-id", "req-7").send().await
}

async fn order_of(client: &TestClient, accept: &str) -> String {
    let path = format!("/orders/{CANARY}?token={CANARY}");
    let request = client
        .request(Method::POST, &path)
        .header("accept", accept)
        .header("authorization", &format!("Bearer {CANARY}"))
        .header("cookie", &format!("session={CANARY}"))
        .header("x-api-key", CANARY)
        .header("user-agent", CANARY)
        .header("x-request-id", "req-7")
        .json(&serde_json::json!({ "name": CANARY }));
    let response = request.send().await;
    assert_eq!(response.status(), 500);
    for (name, value) in response.headers() {
        assert!(!value.as_bytes().ends_with(CANARY.as_bytes()), "{name}");
    }
    response.text().await
}

/// A build without `debug_assertions` has no such page, so this test is also one of `cargo test --release`.
#[tokio::test]
async fn only_a_debug_build_has_the_page() {
    let client = client(app().development_errors());
    let text = order_of(&client, "text/html").await;
    assert_eq!(text.contains("<h2>Caused by</h2>"), cfg!(debug_assertions));
    let is_plain = text == r#"{"detail":"Internal Server Error"}"#;
    assert_eq!(is_plain, !cfg!(debug_assertions), "{text}");
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn it_shows_the_causes_the_operation_and_the_request_id() {
    for app in [app(), app().html_errors()] {
        let client = client(app.development_errors());
        let text = order_of(&client, "text/html").await;
        for part in [
            "<h1>500 Internal Server Error</h1>",
            "<code>POST /orders/{id}</code>, <code>order</code> in <code>",
            "tests/it/development_errors.rs:",
            "<h2>Error</h2>\n<pre>the &lt;stock&gt; cannot be read</pre>",
            "<h2>Caused by</h2>\n<pre>invalid digit found in string</pre>",
            "Request <code>req-7</code>",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn it_shows_the_message_and_the_place_of_a_panic() {
    let client = client(app().development_errors());
    let response = send(&client, "/panic", "text/html").await;
    assert_eq!(response.header("cache-control"), "no-store");
    let text = response.text().await;
    assert!(text.contains("panicked: no &lt;stock&gt; today"), "{text}");
    let place = format!("tests/it/development_errors.rs:{PANIC_LINE}:5</code>");
    assert!(text.contains(&place), "{place}: {text}");
    let text = send(&client, "/resumed", "text/html").await.text().await;
    assert!(text.contains("panicked: earlier"), "{text}");
    assert!(
        !text.contains("<p>at <code>"),
        "the place of a different panic: {text}"
    );
}

#[tokio::test]
async fn it_shows_nothing_of_the_request() {
    let client = client(app().development_errors().include_input_in_errors());
    for accept in ["text/html", "*/*"] {
        let text = order_of(&client, accept).await;
        assert!(!text.contains(CANARY), "{text}");
    }
}

#[tokio::test]
async fn other_clients_and_other_errors_are_as_before() {
    let client = client(app().development_errors());
    for accept in ["*/*", "application/json, text/html;q=0.9"] {
        let text = order_of(&client, accept).await;
        assert_eq!(text, r#"{"detail":"Internal Server Error"}"#);
    }
    for (path, status) in [("/refused", 502), ("/nothing", 404)] {
        let response = send(&client, path, "text/html").await;
        assert_eq!(response.status(), status);
        assert_eq!(response.header("content-type"), "application/json");
    }
}
