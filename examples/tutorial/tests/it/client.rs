//! Requests and the responses that FastAPI's documentation shows.

use avocet::App;
use avocet::http::HeaderMap;
use avocet::testing::{TestClient, TestRequest};
use serde_json::{Value, json};

pub(crate) fn client(app: App) -> TestClient {
    TestClient::new(app.build().unwrap())
}

/// Sends a request and compares the status and the JSON body. Returns the headers of the response.
pub(crate) async fn expect(request: TestRequest, status: u16, body: Value) -> HeaderMap {
    let response = request.send().await;
    let headers = response.headers().clone();
    assert_eq!(response.status(), status);
    assert_eq!(response.json::<Value>().await, body);
    headers
}

/// Sends a `GET` request with headers and compares the response.
pub(crate) async fn get(
    client: &TestClient,
    path: &str,
    headers: &[(&str, &str)],
    status: u16,
    body: Value,
) -> HeaderMap {
    let request = client.get(path);
    let add = |request: TestRequest, (name, value): &(&str, &str)| request.header(name, value);
    expect(headers.iter().fold(request, add), status, body).await
}

/// The body of a 422 for missing values.
pub(crate) fn missing(locations: &[[&str; 2]]) -> Value {
    let error = |loc: &[&str; 2]| json!({"type": "missing", "loc": loc, "msg": "Field required", "input": null});
    json!({"detail": locations.iter().map(error).collect::<Vec<_>>()})
}

pub(crate) fn detail(text: &str) -> Value {
    json!({"detail": text})
}
