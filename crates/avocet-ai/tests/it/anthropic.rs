//! Anthropic's API.

use avocet_ai::generate::{Content, OutputFormat, Prompt, Role, ToolChoice};
use serde_json::{Value, json};

use crate::script::{Script, client, post, question, stable};

const MESSAGES: &str = "/v1/messages";

/// A request with these members in addition.
fn message(members: &Value) -> Value {
    let mut body = question(members);
    if body["max_tokens"].is_null() {
        body["max_tokens"] = 50.into();
    }
    body
}

#[tokio::test]
async fn a_message_has_all_members() {
    let script = Script::text(&["An avocet ", "wades."]);
    let response = post(&client(&script), MESSAGES, &message(&json!({}))).await;
    assert_eq!(response.status(), 200);
    let id = response.headers()["request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(response.headers()["x-request-id"], id);
    insta::assert_snapshot!(stable(&response.text().await));
}

#[tokio::test]
async fn a_stream_has_named_events() {
    let script = Script::text(&["An avocet ", "wades."]);
    let body = message(&json!({"stream": true}));
    let text = post(&client(&script), MESSAGES, &body).await.text().await;
    for event in text.split("\n\n").filter(|event| !event.is_empty()) {
        let (name, data) = event.split_once('\n').unwrap();
        let data: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
        assert_eq!(data["type"], name.strip_prefix("event: ").unwrap());
    }
    insta::assert_snapshot!(stable(&text));
}

#[tokio::test]
async fn calls_of_tools_are_blocks() {
    let script = Script::tools();
    let client = client(&script);
    let whole = post(&client, MESSAGES, &message(&json!({}))).await;
    insta::assert_snapshot!("message_tools_whole", stable(&whole.text().await));
    let pieces = post(&client, MESSAGES, &message(&json!({"stream": true}))).await;
    insta::assert_snapshot!("message_tools_stream", stable(&pieces.text().await));
}

#[tokio::test]
async fn the_options_reach_the_model() {
    let script = Script::text(&["Hello"]);
    let body = json!({
        "model": "script", "max_tokens": 9, "temperature": 0.5, "top_p": 0.9, "top_k": 5, "stop_sequences": ["END"],
        "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
        "messages": [
            {"role": "user", "content": "What is an avocet?"},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "A bird.", "signature": "x"},
                {"type": "text", "text": "I look it up."},
                {"type": "tool_use", "id": "toolu_1", "name": "birds", "input": {"name": "avocet"}}]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "A wader."}], "is_error": false},
                {"type": "text", "text": "So?"}]},
        ],
        "tools": [{"name": "birds", "input_schema": {"type": "object"}}],
        "tool_choice": {"type": "tool", "name": "birds", "disable_parallel_tool_use": true},
        "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {"type": "string"}}},
        "metadata": {"user_id": "u"}, "a_field_of_next_year": 1,
    });
    let response = post(&client(&script), MESSAGES, &body).await;
    assert_eq!(response.status(), 200, "{}", response.text().await);

    let request = script.request();
    let Prompt::Messages(messages) = &request.prompt else {
        panic!("{request:?}");
    };
    let roles = [
        Role::System,
        Role::User,
        Role::Assistant,
        Role::Tool,
        Role::User,
    ];
    assert!(messages.iter().map(|message| message.role).eq(roles));
    assert_eq!(
        messages[2].content,
        [Content::Text("I look it up.".to_owned())]
    );
    assert_eq!(messages[2].tool_calls[0].arguments, r#"{"name":"avocet"}"#);
    assert_eq!(messages[3].tool_call_id.as_deref(), Some("toolu_1"));
    assert_eq!(messages[3].text().unwrap(), "A wader.");
    assert_eq!(request.max_tokens, Some(9));
    assert_eq!(request.stop, ["END"]);
    assert_eq!(request.sampling.top_k, Some(5));
    assert_eq!(request.tool_choice, ToolChoice::Tool("birds".to_owned()));
    assert!(!request.parallel_tool_calls);
    assert_eq!(
        request.format,
        OutputFormat::JsonSchema(json!({"type": "string"}).into())
    );
}

#[tokio::test]
async fn a_stop_sequence_is_named() {
    let script = Script::text(&["one ST", "OP two"]);
    let body = message(&json!({"stop_sequences": ["STOP"]}));
    let response: Value = post(&client(&script), MESSAGES, &body).await.json().await;
    assert_eq!(response["content"][0]["text"], "one ");
    assert_eq!(response["stop_reason"], "stop_sequence");
    assert_eq!(response["stop_sequence"], "STOP");
    assert_eq!(response["usage"]["input_tokens"], 7);
}

#[tokio::test]
async fn tokens_are_counted() {
    let body = json!({"model": "script", "messages": [{"role": "user", "content": "Hi"}]});
    let client = client(&Script::default());
    let response = post(&client, "/v1/messages/count_tokens", &body).await;
    assert_eq!(response.json::<Value>().await, json!({"input_tokens": 7}));
}

#[tokio::test]
async fn errors_have_the_format_of_the_api() {
    let script = Script::text(&["Hello"]);
    let client = client(&script);
    let image = json!([{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}]);
    let rows = [
        (
            message(&json!({"model": "huge"})),
            404,
            "not_found_error",
            "huge",
        ),
        (
            message(&json!({"max_tokens": 0})),
            400,
            "invalid_request_error",
            "max_tokens",
        ),
        (
            question(&json!({})),
            400,
            "invalid_request_error",
            "max_tokens",
        ),
        (
            message(&json!({"temperature": 1.5})),
            400,
            "invalid_request_error",
            "temperature",
        ),
        (
            message(&json!({"messages": [{"role": "user", "content": image}]})),
            400,
            "invalid_request_error",
            "image",
        ),
        (
            message(&json!({"tools": [{"type": "bash_20250124", "name": "bash"}]})),
            400,
            "invalid_request_error",
            "bash_20250124",
        ),
        (
            message(&json!({"tool_choice": {"type": "any"}})),
            400,
            "invalid_request_error",
            "tools",
        ),
    ];
    for (body, status, kind, word) in rows {
        let response = post(&client, MESSAGES, &body).await;
        assert_eq!(response.status(), status, "{body}");
        let id = response.headers()["request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        let response: Value = response.json().await;
        assert_eq!(response["type"], "error");
        assert_eq!(response["error"]["type"], kind);
        assert!(
            response["error"]["message"]
                .as_str()
                .unwrap()
                .contains(word),
            "{response}"
        );
        assert_eq!(response["request_id"], id);
    }
}

#[tokio::test]
async fn arguments_that_are_no_object_reach_the_client() {
    use avocet_ai::generate::{Delta, Done, FinishReason, Usage};
    let script = Script::new([
        Delta::ToolCall {
            index: 0,
            id: "1".to_owned(),
            name: "birds".to_owned(),
        },
        Delta::ToolArguments {
            index: 0,
            json: "[1".to_owned(),
        },
        Delta::Done(Done {
            reason: FinishReason::ToolCalls,
            usage: Usage::default(),
        }),
    ]);
    let response: Value = post(&client(&script), MESSAGES, &message(&json!({})))
        .await
        .json()
        .await;
    assert_eq!(response["content"][0]["input"], json!({"arguments": "[1"}));
}
