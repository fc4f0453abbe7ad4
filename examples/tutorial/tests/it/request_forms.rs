use crate::client::{client, expect, missing};
use serde_json::json;
use tutorial::request_forms::app;

#[tokio::test]
async fn a_form() {
    let client = client(app());
    let post = || client.post("/login/");
    let whole = [("username", "Foo"), ("password", "secret")];
    expect(post().form(&whole), 200, json!({"username": "Foo"})).await;
    expect(
        post().form(&whole[..1]),
        422,
        missing(&[["body", "password"]]),
    )
    .await;
    expect(
        post().form(&whole[1..]),
        422,
        missing(&[["body", "username"]]),
    )
    .await;
    let both = missing(&[["body", "username"], ["body", "password"]]);
    expect(post(), 422, both).await;
}

#[tokio::test]
async fn json_is_no_form() {
    let request = client(app()).post("/login/");
    let response = request
        .json(&json!({"username": "Foo", "password": "secret"}))
        .send()
        .await;
    assert_eq!(response.status(), 415);
}
