//! Headers and cookies that dependencies add to responses.

use avocet::cleanup::Cleanup;
use avocet::prelude::*;
use avocet::response::ResponseParts;
use avocet::testing::{TestClient, TestResponse};
use http::header::{CACHE_CONTROL, SET_COOKIE};

#[dependency]
async fn stamp(#[request] response: ResponseParts) {
    response.set("x-stamp", "dependency");
    response.set("cache-control", "private");
    response.set("seen", SetCookie::new("1"));
}

#[headers]
struct Own {
    cache_control: String,
    theme: SetCookie,
}

#[get("/own", requires(stamp))]
async fn own() -> WithHeaders<u32, Own> {
    let headers = Own {
        cache_control: "public".to_owned(),
        theme: SetCookie::new("dark"),
    };
    WithHeaders::new(1, headers)
}

#[get("/again", requires(stamp))]
async fn again(#[request] response: ResponseParts) -> JsonLines<u32> {
    response.set("x-stamp", "handler");
    JsonLines::new(stream! {
        yield 1;
    })
}

#[get("/missing", requires(stamp))]
async fn missing() -> Result<u32, HttpError> {
    Err(HttpError::new(StatusCode::NOT_FOUND, "No"))
}

#[get("/panic", requires(stamp))]
async fn panicking() -> u32 {
    panic!("a mistake")
}

#[get("/invalid")]
async fn invalid(#[request] cleanup: Cleanup, #[request] response: ResponseParts) -> u32 {
    response.set("x-stamp", "dependency");
    response.set("x-text", "a\r\nb".to_owned());
    // It sees that the request has failed.
    cleanup.before_response(|outcome| async move {
        if outcome.is_success() {
            return Err(HttpError::new(StatusCode::CONFLICT, "committed"));
        }
        Ok(())
    });
    1
}

#[get("/rolled-back", requires(stamp))]
async fn rolled_back(#[request] cleanup: Cleanup) -> u32 {
    cleanup.before_response(|_| async { Err(HttpError::new(StatusCode::CONFLICT, "Changed")) });
    1
}

async fn get(path: &str) -> TestResponse {
    let routes = routes![own, again, missing, panicking, invalid, rolled_back];
    let app = App::new("Stamps", "1.0.0").routes(routes);
    let client = TestClient::new(app.build().expect("a service"));
    client.get(path).send().await
}

#[tokio::test]
async fn they_replace_headers_of_the_response_and_join_its_cookies() {
    let response = get("/own").await;
    assert_eq!(response.headers()["x-stamp"], "dependency");
    assert_eq!(response.headers()[CACHE_CONTROL], "private");
    assert_eq!(response.headers().get_all(SET_COOKIE).iter().count(), 2);
}

#[tokio::test]
async fn the_last_value_of_a_header_is_sent_and_streams_have_it_too() {
    let response = get("/again").await;
    assert_eq!(response.headers()["x-stamp"], "handler");
    assert_eq!(response.headers().get_all("x-stamp").iter().count(), 1);
    assert_eq!(response.text().await, "1\n");
}

#[tokio::test]
async fn an_error_has_none_of_them() {
    for (path, status) in [("/missing", 404), ("/panic", 500), ("/rolled-back", 409)] {
        let response = get(path).await;
        assert_eq!(response.status(), status, "{path}");
        assert!(!response.headers().contains_key("x-stamp"), "{path}");
        assert!(!response.headers().contains_key(SET_COOKIE), "{path}");
    }
}

#[tokio::test]
async fn v16_a_header_that_cannot_be_sent_is_a_500_before_the_clean_up() {
    let response = get("/invalid").await;
    assert_eq!(response.status(), 500);
    assert!(!response.headers().contains_key("x-stamp"));
}
