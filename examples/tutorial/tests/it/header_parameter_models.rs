use crate::client::{client, get};
use serde_json::json;
use tutorial::header_parameter_models::app;

const HOST: (&str, &str) = ("host", "testserver");

#[tokio::test]
async fn the_fields_are_headers() {
    let client = client(app());
    for path in ["/items/", "/known/"] {
        let headers = [
            HOST,
            ("save-data", "true"),
            ("if-modified-since", "yesterday"),
            ("traceparent", "123"),
            ("x-tag", "one"),
            ("x-tag", "two"),
        ];
        let all = json!({
            "host": "testserver",
            "save_data": true,
            "if_modified_since": "yesterday",
            "traceparent": "123",
            "x_tag": ["one", "two"],
        });
        get(&client, path, &headers, 200, all).await;
        let defaults = json!({
            "host": "testserver",
            "save_data": true,
            "if_modified_since": null,
            "traceparent": null,
            "x_tag": [],
        });
        get(&client, path, &[HOST, ("save-data", "true")], 200, defaults).await;
        let missing = json!({"detail": [{
            "type": "missing",
            "loc": ["header", "save-data"],
            "msg": "Field required",
            "input": null,
        }]});
        get(&client, path, &[HOST], 422, missing).await;
    }
}

#[tokio::test]
async fn an_unknown_header_can_be_forbidden() {
    let client = client(app());
    let headers = [HOST, ("save-data", "true"), ("tool", "plumbus")];
    let forbidden = json!({"detail": [{
        "type": "extra_forbidden",
        "loc": ["header", "tool"],
        "msg": "Extra inputs are not permitted",
        "input": "plumbus",
    }]});
    get(&client, "/known/", &headers, 422, forbidden).await;
}
