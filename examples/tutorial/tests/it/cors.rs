use crate::client::{client, get};
use avocet::http::Method;
use serde_json::json;
use tutorial::cors::app;

const ORIGIN: &str = "https://localhost.tiangolo.com";

#[tokio::test]
async fn a_preflight_request() {
    let client = client(app());
    let request = client
        .request(Method::OPTIONS, "/")
        .header("origin", ORIGIN);
    let request = request.header("access-control-request-method", "GET");
    let response = request
        .header("access-control-request-headers", "X-Example")
        .send()
        .await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.header("access-control-allow-origin"), ORIGIN);
    assert_eq!(response.header("access-control-allow-headers"), "X-Example");
}

#[tokio::test]
async fn requests_with_and_without_an_origin() {
    let client = client(app());
    let hello = json!({"message": "Hello World"});
    let headers = get(&client, "/", &[("origin", ORIGIN)], 200, hello.clone()).await;
    assert_eq!(headers["access-control-allow-origin"], ORIGIN);
    for headers in [&[][..], &[("origin", "https://evil.example")]] {
        let headers = get(&client, "/", headers, 200, hello.clone()).await;
        assert!(!headers.contains_key("access-control-allow-origin"));
    }
}
