use crate::client::{client, detail, get, missing};
use serde_json::json;
use tutorial::global_dependencies::app;

#[tokio::test]
async fn all_operations_verify_both_headers() {
    let client = client(app());
    let token = ("x-token", "fake-super-secret-token");
    let key = ("x-key", "fake-super-secret-key");
    let items = json!([{"item": "Portal Gun"}, {"item": "Plumbus"}]);
    let users = json!([{"username": "Rick"}, {"username": "Morty"}]);
    for (path, body) in [("/items/", items), ("/users/", users)] {
        let both = missing(&[["header", "x-token"], ["header", "x-key"]]);
        get(&client, path, &[], 422, both).await;
        let invalid = [("x-token", "invalid")];
        get(
            &client,
            path,
            &invalid,
            400,
            detail("X-Token header invalid"),
        )
        .await;
        let invalid = [token, ("x-key", "invalid")];
        get(&client, path, &invalid, 400, detail("X-Key header invalid")).await;
        get(&client, path, &[token, key], 200, body).await;
    }
}
