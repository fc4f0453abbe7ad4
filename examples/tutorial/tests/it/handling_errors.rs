use crate::client::{client, detail, expect, get};
use serde_json::json;
use tutorial::handling_errors::{app, app_with_defaults, app_with_plain_text};

#[tokio::test]
async fn an_http_error() {
    let client = client(app());
    let foo = json!({"item": "The Foo Wrestlers"});
    get(&client, "/items/foo", &[], 200, foo.clone()).await;
    let headers = get(&client, "/items/bar", &[], 404, detail("Item not found")).await;
    assert!(!headers.contains_key("x-error"));
    get(&client, "/items-header/foo", &[], 200, foo).await;
    let headers = get(
        &client,
        "/items-header/bar",
        &[],
        404,
        detail("Item not found"),
    )
    .await;
    assert_eq!(headers["x-error"], "There goes my error");
}

#[tokio::test]
async fn an_error_of_the_application() {
    let client = client(app());
    get(
        &client,
        "/unicorns/shinny",
        &[],
        200,
        json!({"unicorn_name": "shinny"}),
    )
    .await;
    let oops = json!({"message": "Oops! yolo did something. There goes a rainbow..."});
    get(&client, "/unicorns/yolo", &[], 418, oops).await;
}

#[tokio::test]
async fn errors_as_plain_text() {
    let client = client(app_with_plain_text());
    for (path, status, text) in [
        (
            "/items/foo",
            400,
            "Validation errors:\nField: path.item_id, Error: Input should be a valid integer, unable to parse string as an integer",
        ),
        ("/items/3", 418, "Nope! I don't like 3."),
        ("/items/2", 200, "{\"item_id\":2}"),
    ] {
        let response = client.get(path).send().await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(response.text().await, text, "{path}");
    }
}

#[tokio::test]
async fn the_default_responses() {
    let client = client(app_with_defaults());
    let parsing = json!({"detail": [{
        "type": "int_parsing",
        "loc": ["path", "item_id"],
        "msg": "Input should be a valid integer, unable to parse string as an integer",
        "input": "foo",
    }]});
    get(&client, "/items/foo", &[], 422, parsing).await;
    get(
        &client,
        "/items/3",
        &[],
        418,
        detail("Nope! I don't like 3."),
    )
    .await;
    get(&client, "/items/2", &[], 200, json!({"item_id": 2})).await;

    let towel = json!({"title": "towel", "size": 5});
    expect(client.post("/items/").json(&towel), 200, towel).await;
    let strict = json!({"detail": [{
        "type": "int_type",
        "loc": ["body", "size"],
        "msg": "Input should be a valid integer",
        "input": "XL",
    }]});
    let towel = json!({"title": "towel", "size": "XL"});
    expect(client.post("/items/").json(&towel), 422, strict).await;
}
