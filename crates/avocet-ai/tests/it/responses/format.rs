//! The response as an object and as events.

use avocet_ai::generate::{
    Delta, Done, FinishReason, OutputFormat, Prompt, Role, TextDelta, ToolChoice, Usage,
};
use serde_json::{Value, json};

use super::{Failing, RESPONSES, ask, conversation, create, get, stored};
use crate::script::{Script, client, post, stable, token};

#[tokio::test]
async fn a_response_has_all_members() {
    let client = client(&Script::text(&["An avocet ", "wades."]));
    let response = post(&client, RESPONSES, &ask(&json!({}))).await;
    insta::assert_snapshot!(stable(&response.text().await));
}

#[tokio::test]
async fn a_text_is_streamed() {
    let client = client(&Script::text(&["An avocet ", "wades."]));
    let response = post(&client, RESPONSES, &ask(&json!({"stream": true}))).await;
    assert_eq!(
        response.headers()["content-type"],
        "text/event-stream; charset=utf-8"
    );
    insta::assert_snapshot!(stable(&response.text().await));
}

#[tokio::test]
async fn calls_of_functions_arrive_whole_and_in_pieces() {
    let client = client(&Script::tools());
    let whole = create(&client, &json!({})).await;
    assert_eq!(whole["status"], "completed");
    let calls = whole["output"].as_array().unwrap();
    assert_eq!(calls[0]["arguments"], r#"{"city":"Ghent"}"#);
    assert_eq!(calls[1]["call_id"], "call_2");
    let pieces = post(&client, RESPONSES, &ask(&json!({"stream": true}))).await;
    insta::assert_snapshot!(stable(&pieces.text().await));
}

#[tokio::test]
async fn a_text_a_refusal_and_a_call_are_parts_and_items() {
    let script = Script::new([
        Delta::text("Well."),
        Delta::Refusal("I must ".to_owned()),
        Delta::Refusal("not.".to_owned()),
        Delta::ToolCall {
            index: 0,
            id: "call_1".to_owned(),
            name: "log".to_owned(),
        },
        Delta::Done(Done {
            reason: FinishReason::Stop,
            usage: Usage::default(),
        }),
    ]);
    let client = client(&script);
    let mut events = post(&client, RESPONSES, &ask(&json!({"stream": true}))).await;
    let mut seen = Vec::new();
    let mut last = Value::Null;
    while let Some(event) = events.next_event().await {
        last = event.json();
        assert_eq!(Some(event.name.as_str()), last["type"].as_str());
        assert_eq!(last["sequence_number"], seen.len());
        seen.push(last["type"].as_str().unwrap()["response.".len()..].to_owned());
    }
    insta::assert_snapshot!(seen.join("\n"));
    let output = &last["response"]["output"];
    assert_eq!(output[0]["content"][0]["text"], "Well.");
    assert_eq!(output[0]["content"][1]["refusal"], "I must not.");
    assert_eq!(output[1]["name"], "log");
    let whole = create(&client, &json!({})).await;
    assert_eq!(whole["output"][0]["content"], output[0]["content"]);
}

#[tokio::test]
async fn arguments_of_several_calls_can_alternate() {
    let call = |index, name: &str| Delta::ToolCall {
        index,
        id: format!("call_{index}"),
        name: name.to_owned(),
    };
    let piece = |index, json: &str| Delta::ToolArguments {
        index,
        json: json.to_owned(),
    };
    let script = Script::new([
        call(0, "a"),
        call(1, "b"),
        piece(1, "[1"),
        piece(0, "[0"),
        piece(1, "]"),
        piece(0, "]"),
        Delta::Done(Done {
            reason: FinishReason::ToolCalls,
            usage: Usage::default(),
        }),
    ]);
    let response = create(&client(&script), &json!({})).await;
    assert_eq!(response["output"][0]["arguments"], "[0]");
    assert_eq!(response["output"][1]["arguments"], "[1]");
}

#[tokio::test]
async fn the_options_reach_the_model_and_return() {
    let script = Script::text(&["Hello"]);
    let schema = json!({"type": "object", "properties": {"legs": {"type": "integer"}}});
    let body = json!({
        "model": "script", "instructions": "Be brief.",
        "input": [
            {"role": "developer", "content": "No jokes."},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "What is "}, {"type": "input_text", "text": "it?"}]},
            {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"},
            {"type": "message", "role": "assistant", "id": "msg_1", "status": "completed",
                "content": [{"type": "output_text", "text": "Let me see.", "annotations": [], "logprobs": []}]},
            {"type": "function_call", "call_id": "call_1", "name": "birds", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "call_1", "output": "A wader."},
            {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
        ],
        "max_output_tokens": 9, "temperature": 0.7, "top_p": 0.9, "presence_penalty": 1, "frequency_penalty": -1,
        "top_logprobs": 2, "include": ["message.output_text.logprobs", "reasoning.encrypted_content"],
        "tools": [
            {"type": "function", "name": "birds", "parameters": schema, "strict": false},
            {"type": "function", "name": "fish", "parameters": null},
        ],
        "tool_choice": {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "birds"}]},
        "parallel_tool_calls": false, "max_tool_calls": 3,
        "text": {"format": {"type": "json_schema", "name": "bird", "schema": schema, "strict": true}, "verbosity": "low"},
        "metadata": {"user": "7"}, "safety_identifier": "s", "prompt_cache_key": "k", "truncation": "disabled",
        "reasoning": {"effort": "low"}, "a_field_of_next_year": {"deep": true},
    });
    let response = post(&client(&script), RESPONSES, &body).await;
    assert_eq!(response.status(), 200);
    let response: Value = response.json().await;

    let expected = [
        (Role::System, "Be brief."),
        (Role::System, "No jokes."),
        (Role::User, "What is it?"),
        (Role::Assistant, "Let me see."),
        (Role::Tool, "A wader."),
        (Role::Assistant, "No."),
    ];
    let expected = expected.map(|(role, text)| (role, text.to_owned()));
    assert_eq!(conversation(&script), expected);
    let request = script.request();
    let Prompt::Messages(messages) = &request.prompt else {
        panic!("{request:?}");
    };
    assert_eq!(messages[3].tool_calls[0].name, "birds");
    assert_eq!(messages[4].tool_call_id.as_deref(), Some("call_1"));
    assert_eq!(request.max_tokens, Some(9));
    assert_eq!(request.top_logprobs, Some(2));
    assert_eq!(request.tools.len(), 1);
    assert!(!request.tools[0].strict && !request.parallel_tool_calls);
    assert_eq!(request.tool_choice, ToolChoice::Required);
    assert_eq!(request.format, OutputFormat::JsonSchema(schema.into()));
    assert_eq!(request.sampling.temperature, Some(0.7));
    assert_eq!(request.sampling.presence_penalty, Some(1.0));

    for name in [
        "instructions",
        "max_output_tokens",
        "temperature",
        "top_p",
        "top_logprobs",
        "tool_choice",
        "parallel_tool_calls",
        "max_tool_calls",
        "metadata",
        "safety_identifier",
        "prompt_cache_key",
        "truncation",
    ] {
        assert_eq!(response[name], body[name], "{name}");
    }
    assert_eq!(response["text"]["format"]["name"], "bird");
    assert_eq!(response["tools"][1]["name"], "fish");
    // Without a store nothing is stored.
    assert_eq!(response["store"], false);
}

#[tokio::test]
async fn probabilities_are_those_of_the_tokens() {
    let piece = TextDelta {
        text: "Hi!".to_owned(),
        logprobs: vec![token("Hi", -0.5), token("!", -1.25)],
    };
    let done = Done {
        reason: FinishReason::Stop,
        usage: Usage::default(),
    };
    let client = client(&Script::new([Delta::Text(piece), Delta::Done(done)]));
    let include = json!({"include": ["message.output_text.logprobs"]});
    let response = create(&client, &include).await;
    let expected = json!({
        "token": "!", "logprob": -1.25, "bytes": [33],
        "top_logprobs": [{"token": "!", "logprob": -1.25, "bytes": [33]}],
    });
    assert_eq!(response["output"][0]["content"][0]["logprobs"][1], expected);
    let response = create(&client, &json!({})).await;
    assert_eq!(response["output"][0]["content"][0]["logprobs"], json!([]));
}

#[tokio::test]
async fn a_response_that_reaches_its_maximum_is_incomplete() {
    let done = Done {
        reason: FinishReason::Length,
        usage: Usage::default(),
    };
    let client = client(&Script::new([Delta::text("Hel"), Delta::Done(done)]));
    let response = create(&client, &json!({"max_output_tokens": 1})).await;
    assert_eq!(response["status"], "incomplete");
    assert_eq!(
        response["incomplete_details"],
        json!({"reason": "max_output_tokens"})
    );
    assert_eq!(response["output"][0]["status"], "incomplete");
    let stream = post(&client, RESPONSES, &ask(&json!({"stream": true}))).await;
    let text = stream.text().await;
    assert!(text.contains("\nevent: response.incomplete\n"), "{text}");
}

#[tokio::test]
async fn a_failure_of_the_model_is_a_status_or_the_last_event() {
    let client = stored(Failing);
    let whole = post(&client, RESPONSES, &ask(&json!({}))).await;
    assert_eq!(whole.status(), 500);
    let mut events = post(&client, RESPONSES, &ask(&json!({"stream": true}))).await;
    let mut last = Value::Null;
    while let Some(event) = events.next_event().await {
        assert!(!event.data.contains("secret"));
        last = event.json();
    }
    assert_eq!(last["type"], "response.failed");
    assert_eq!(last["response"]["status"], "failed");
    assert_eq!(last["response"]["error"]["code"], "server_error");
    assert_eq!(last["response"]["output"][0]["status"], "incomplete");
    let found: Value = get(&client, &last["response"]["id"], "").await.json().await;
    assert_eq!(found, last["response"]);
}

#[tokio::test]
async fn the_document_has_the_events_and_the_routes() {
    let client = stored(Script::default());
    let document: Value = client.get("/openapi.json").send().await.json().await;
    let create = &document["paths"][RESPONSES]["post"];
    let content = &create["responses"]["200"]["content"];
    assert!(content["application/json"].is_object());
    let events = content["text/event-stream"].to_string();
    assert!(
        events.contains("response.function_call_arguments.delta"),
        "{events}"
    );
    for (path, method) in [
        ("", "get"),
        ("", "delete"),
        ("/input_items", "get"),
        ("/cancel", "post"),
    ] {
        let path = format!("{RESPONSES}/{{response_id}}{path}");
        assert!(
            document["paths"][&path][method]["responses"]["404"].is_object(),
            "{path}"
        );
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let foreign = schemas.keys().filter(|name| !name.starts_with("OpenAi"));
    assert_eq!(foreign.collect::<Vec<_>>(), Vec::<&String>::new());
}
