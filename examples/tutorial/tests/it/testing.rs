use crate::client::{client, detail, expect, get};
use serde_json::json;
use tutorial::testing::app;

const TOKEN: (&str, &str) = ("x-token", "coneofsilence");

#[tokio::test]
async fn read_item() {
    let client = client(app());
    let foo = json!({"id": "foo", "title": "Foo", "description": "There goes my hero"});
    get(&client, "/items/foo", &[TOKEN], 200, foo).await;
    let wrong = [("x-token", "hailhydra")];
    get(
        &client,
        "/items/foo",
        &wrong,
        400,
        detail("Invalid X-Token header"),
    )
    .await;
    get(
        &client,
        "/items/baz",
        &[TOKEN],
        404,
        detail("Item not found"),
    )
    .await;
}

#[tokio::test]
async fn create_item() {
    let client = client(app());
    let post = |token: &str| client.post("/items/").header("x-token", token);
    let item = json!({"id": "foobar", "title": "Foo Bar", "description": "The Foo Barters"});
    expect(post(TOKEN.1).json(&item), 200, item.clone()).await;
    expect(
        post("hailhydra").json(&item),
        400,
        detail("Invalid X-Token header"),
    )
    .await;
    let existing = json!({"id": "foo", "title": "The Foo ID Stealers", "description": "There goes my stealer"});
    expect(
        post(TOKEN.1).json(&existing),
        409,
        detail("Item already exists"),
    )
    .await;
}
