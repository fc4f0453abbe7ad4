use crate::client::{client, get};
use serde_json::json;
use tutorial::classes_as_dependencies::app;

#[tokio::test]
async fn the_fields_are_parameters() {
    let client = client(app());
    let [foo, bar, baz] = ["Foo", "Bar", "Baz"].map(|name| json!({"item_name": name}));
    for (path, body) in [
        ("/items/", json!({"items": [foo, bar, baz]})),
        (
            "/items/?q=foo",
            json!({"items": [foo, bar, baz], "q": "foo"}),
        ),
        (
            "/items/?q=foo&skip=1",
            json!({"items": [bar, baz], "q": "foo"}),
        ),
        (
            "/items/?q=bar&limit=2",
            json!({"items": [foo, bar], "q": "bar"}),
        ),
        (
            "/items/?q=bar&skip=1&limit=1",
            json!({"items": [bar], "q": "bar"}),
        ),
        (
            "/items/?limit=1&q=bar&skip=1",
            json!({"items": [bar], "q": "bar"}),
        ),
    ] {
        get(&client, path, &[], 200, body).await;
    }
}
