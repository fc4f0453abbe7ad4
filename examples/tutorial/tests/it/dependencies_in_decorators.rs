use crate::client::{client, detail, get, missing};
use serde_json::json;
use tutorial::dependencies_in_decorators::app;

#[tokio::test]
async fn both_headers_are_verified() {
    let client = client(app());
    let both = missing(&[["header", "x-token"], ["header", "x-key"]]);
    get(&client, "/items/", &[], 422, both).await;
    let token = ("x-token", "fake-super-secret-token");
    let key = ("x-key", "fake-super-secret-key");
    for (headers, status, body) in [
        (
            vec![("x-token", "invalid")],
            400,
            detail("X-Token header invalid"),
        ),
        (
            vec![token, ("x-key", "invalid")],
            400,
            detail("X-Key header invalid"),
        ),
        (
            vec![token, key],
            200,
            json!([{"item": "Foo"}, {"item": "Bar"}]),
        ),
    ] {
        get(&client, "/items/", &headers, status, body).await;
    }
}
