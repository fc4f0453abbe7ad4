//! Requests that are rejected.

use avocet::testing::TestClient;
use serde_json::{Value, json};

use super::{RESPONSES, ask, create, error, get, stored};
use crate::script::{Script, client, post};

const UNSUPPORTED: &str = "unsupported_parameter";
const INVALID: &str = "invalid_value";

/// Sends requests with these members. The rows have the status, the start of the field, and the code of each error.
async fn reject<const N: usize>(client: &TestClient, rows: [(Value, u16, &str, &str); N]) {
    for (members, status, param, code) in rows {
        let found = error(post(client, RESPONSES, &ask(&members)).await).await;
        assert_eq!(
            (found.0, found.2.as_str()),
            (status, code),
            "{members} {found:?}"
        );
        assert!(found.1.starts_with(param), "{members} {found:?}");
    }
}

#[tokio::test]
async fn a_service_without_a_store_names_what_needs_one() {
    let client = client(&Script::default());
    let rows = [
        (json!({"model": "huge"}), 404, "model", "model_not_found"),
        (
            json!({"previous_response_id": "resp_1"}),
            400,
            "previous_response_id",
            UNSUPPORTED,
        ),
        (json!({"background": true}), 400, "background", UNSUPPORTED),
        (
            json!({"input": [{"type": "item_reference", "id": "msg_1"}]}),
            400,
            "input",
            UNSUPPORTED,
        ),
    ];
    reject(&client, rows).await;
}

#[tokio::test]
async fn options_that_are_not_valid_are_named() {
    let script = Script::default();
    let key = "k".repeat(65);
    let rows = [
        (
            json!({"previous_response_id": "resp_1"}),
            404,
            "previous_response_id",
            "not_found",
        ),
        (
            json!({"background": true, "store": false}),
            400,
            "store",
            INVALID,
        ),
        (
            json!({"background": true, "stream": true}),
            400,
            "stream",
            UNSUPPORTED,
        ),
        (
            json!({"conversation": "conv_1"}),
            400,
            "conversation",
            UNSUPPORTED,
        ),
        (
            json!({"prompt": {"id": "pmpt_1"}}),
            400,
            "prompt",
            UNSUPPORTED,
        ),
        (
            json!({"truncation": "auto"}),
            400,
            "truncation",
            UNSUPPORTED,
        ),
        (json!({"truncation": "some"}), 400, "truncation", INVALID),
        (json!({"metadata": {key: "v"}}), 400, "metadata", INVALID),
        (
            json!({"tools": [{"type": "web_search"}]}),
            400,
            "tools.0",
            "",
        ),
        (
            json!({"tool_choice": "required"}),
            400,
            "tool_choice",
            INVALID,
        ),
        (
            json!({"tool_choice": {"type": "function", "name": "f"}}),
            400,
            "tool_choice",
            INVALID,
        ),
        (json!({"temperature": 3}), 400, "temperature", ""),
    ];
    reject(&stored(script.clone()), rows).await;
    assert!(script.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn items_that_are_not_valid_are_named() {
    let script = Script::default();
    let image = json!([{"role": "user", "content": [{"type": "input_image", "image_url": "https://example.org/a.png"}]}]);
    let rows = [
        (
            json!({"input": [{"type": "item_reference", "id": "msg_1_0"}]}),
            404,
            "input",
            "not_found",
        ),
        (json!({"input": []}), 400, "input", INVALID),
        (
            json!({"input": [{"type": "computer_call"}]}),
            400,
            "input",
            "",
        ),
        (json!({"input": image}), 400, "input", UNSUPPORTED),
    ];
    reject(&stored(script.clone()), rows).await;
    assert!(script.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn requests_about_stored_responses_are_checked() {
    let client = stored(Script::text(&["Hello"]));
    let first = create(&client, &json!({})).await;
    let stream = get(&client, &first["id"], "?stream=true").await;
    assert_eq!(error(stream).await.1, "stream");
    let path = format!("{RESPONSES}/{}/cancel", first["id"].as_str().unwrap());
    let cancel = client.post(&path).send().await;
    assert_eq!(error(cancel).await.0, 400);
    let compact = post(&client, "/v1/responses/compact", &ask(&json!({}))).await;
    assert_eq!(error(compact).await.0, 404);
}
