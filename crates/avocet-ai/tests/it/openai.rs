//! OpenAI's API.

use avocet_ai::generate::{Content, OutputFormat, Role};
use avocet_ai::generate::{Delta, Done, FinishReason, Prompt, TextDelta, Tool, ToolChoice, Usage};
use serde_json::{Value, json};

use crate::script::{Script, client, post, question, stable, token};

const CHAT: &str = "/v1/chat/completions";

#[tokio::test]
async fn a_chat_completion_has_all_members() {
    let script = Script::text(&["An avocet ", "wades."]);
    let response = post(&client(&script), CHAT, &question(&json!({}))).await;
    assert_eq!(response.status(), 200);
    insta::assert_snapshot!(stable(&response.text().await));
}

#[tokio::test]
async fn a_stream_has_chunks_and_done() {
    let script = Script::text(&["An avocet ", "wades."]);
    let options = json!({"stream": true, "stream_options": {"include_usage": true}});
    let response = post(&client(&script), CHAT, &question(&options)).await;
    assert_eq!(
        response.headers()["content-type"],
        "text/event-stream; charset=utf-8"
    );
    insta::assert_snapshot!(stable(&response.text().await));
}

#[tokio::test]
async fn calls_of_tools_arrive_whole_and_in_pieces() {
    let script = Script::tools();
    let client = client(&script);
    let whole = post(&client, CHAT, &question(&json!({}))).await;
    insta::assert_snapshot!("tools_whole", stable(&whole.text().await));
    let pieces = post(&client, CHAT, &question(&json!({"stream": true}))).await;
    insta::assert_snapshot!("tools_stream", stable(&pieces.text().await));
}

#[tokio::test]
async fn the_options_reach_the_model() {
    let script = Script::text(&["Hello"]);
    let body = json!({
        "model": "script",
        "messages": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "What is "}, {"type": "text", "text": "an avocet?"}]},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "birds", "arguments": "{}"}}]},
            {"role": "tool", "tool_call_id": "call_1", "content": "A wader."},
        ],
        "max_tokens": 5, "max_completion_tokens": 9, "temperature": 0.5, "top_p": 0.9, "seed": -1, "stop": "END",
        "presence_penalty": 1, "frequency_penalty": -1, "logit_bias": {"5": -100}, "logprobs": true, "top_logprobs": 2,
        "tools": [{"type": "function", "function": {"name": "birds", "parameters": {"type": "object"}, "strict": true}}],
        "tool_choice": {"type": "function", "function": {"name": "birds"}}, "parallel_tool_calls": false,
        "response_format": {"type": "json_schema", "json_schema": {"name": "bird", "schema": {"type": "string"}}},
        "a_field_of_next_year": {"deep": true},
    });
    let response = post(&client(&script), CHAT, &body).await;
    assert_eq!(response.status(), 200);

    let request = script.request();
    let Prompt::Messages(messages) = &request.prompt else {
        panic!("{request:?}");
    };
    let roles = [Role::System, Role::User, Role::Assistant, Role::Tool];
    assert!(messages.iter().map(|message| message.role).eq(roles));
    assert_eq!(messages[1].content.len(), 2);
    assert_eq!(messages[1].text().unwrap(), "What is an avocet?");
    assert_eq!(messages[2].content, Vec::<Content>::new());
    assert_eq!(messages[2].tool_calls[0].name, "birds");
    assert_eq!(messages[3].tool_call_id.as_deref(), Some("call_1"));
    assert_eq!(request.max_tokens, Some(9));
    assert_eq!(request.stop, ["END"]);
    assert_eq!(request.top_logprobs, Some(2));
    assert_eq!(
        request.tools,
        [Tool {
            name: "birds".to_owned(),
            description: None,
            parameters: json!({"type": "object"}),
            strict: true
        }]
    );
    assert_eq!(request.tool_choice, ToolChoice::Tool("birds".to_owned()));
    assert!(!request.parallel_tool_calls);
    assert_eq!(
        request.format,
        OutputFormat::JsonSchema(json!({"type": "string"}).into())
    );
    assert_eq!(request.sampling.seed, Some(u64::MAX));
    assert_eq!(request.sampling.logit_bias, [(5, -100.0)]);
    assert_eq!(request.sampling.top_p, Some(0.9));
}

#[tokio::test]
async fn a_stop_text_across_pieces_ends_the_response() {
    let script = Script::text(&["one ST", "OP two", " three"]);
    let client = client(&script);
    let body = question(&json!({"stop": ["STOP"]}));
    let response: Value = post(&client, CHAT, &body).await.json().await;
    assert_eq!(response["choices"][0]["message"]["content"], "one ");
    assert_eq!(response["choices"][0]["finish_reason"], "stop");
    assert_eq!(response["usage"]["prompt_tokens"], 7);
}

#[tokio::test]
async fn several_responses_have_different_seeds_and_one_prompt() {
    let script = Script::text(&["Hello"]);
    let client = client(&script);
    let body = question(&json!({"n": 3, "seed": 5}));
    let response: Value = post(&client, CHAT, &body).await.json().await;
    let choices = response["choices"].as_array().unwrap();
    assert!(
        choices
            .iter()
            .map(|choice| &choice["index"])
            .eq([0, 1, 2].iter())
    );
    assert_eq!(response["usage"]["prompt_tokens"], 7);
    assert_eq!(response["usage"]["completion_tokens"], 3);
    let seeds: Vec<_> = {
        let requests = script.requests.lock().unwrap();
        requests
            .iter()
            .map(|request| request.sampling.seed)
            .collect()
    };
    assert_eq!(seeds, [Some(5), Some(6), Some(7)]);

    let body = question(&json!({"n": 2, "stream": true}));
    let text = post(&client, CHAT, &body).await.text().await;
    for index in 0..2 {
        assert_eq!(
            text.matches(&format!("\"index\":{index},\"delta\":{{\"role\""))
                .count(),
            1
        );
    }
    assert!(text.ends_with("data: [DONE]\n\n"));
}

#[tokio::test]
async fn probabilities_are_those_of_the_tokens() {
    let piece = TextDelta {
        text: "Hi!".to_owned(),
        logprobs: vec![token("Hi", -0.5), token("!", -1.25)],
    };
    let done = Done {
        reason: FinishReason::Length,
        usage: Usage::default(),
    };
    let script = Script::new([Delta::Text(piece), Delta::Done(done)]);
    let client = client(&script);
    let body = question(&json!({"logprobs": true, "top_logprobs": 1}));
    let response: Value = post(&client, CHAT, &body).await.json().await;
    let choice = &response["choices"][0];
    assert_eq!(choice["finish_reason"], "length");
    assert_eq!(
        choice["logprobs"]["content"][1],
        json!({
            "token": "!", "logprob": -1.25, "bytes": [33],
            "top_logprobs": [{"token": "!", "logprob": -1.25, "bytes": [33]}],
        })
    );
    let body = json!({"model": "script", "prompt": "Hi", "logprobs": 1});
    let response: Value = post(&client, "/v1/completions", &body).await.json().await;
    assert_eq!(
        response["choices"][0]["logprobs"],
        json!({
            "tokens": ["Hi", "!"], "token_logprobs": [-0.5, -1.25],
            "top_logprobs": [{"Hi": -0.5}, {"!": -1.25}], "text_offset": [0, 2],
        })
    );
}

#[tokio::test]
async fn errors_name_the_field_and_the_code() {
    let script = Script::text(&["Hello"]);
    let client = client(&script);
    let image = json!([{"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}]);
    let rows = [
        (
            question(&json!({"model": "huge"})),
            404,
            "model",
            "model_not_found",
        ),
        (
            question(&json!({"model": "lengths"})),
            400,
            "model",
            "unsupported_parameter",
        ),
        (question(&json!({"temperature": 3})), 400, "temperature", ""),
        (question(&json!({"messages": []})), 400, "messages", ""),
        (
            question(&json!({"messages": [{"role": "user", "content": 5}]})),
            400,
            "messages.0.user.content",
            "",
        ),
        (
            question(&json!({"messages": [{"role": "user", "content": image}]})),
            400,
            "messages",
            "unsupported_parameter",
        ),
        (
            question(&json!({"top_logprobs": 3})),
            400,
            "top_logprobs",
            "invalid_value",
        ),
        (
            question(&json!({"tool_choice": "required"})),
            400,
            "tool_choice",
            "invalid_value",
        ),
    ];
    for (body, status, param, code) in rows {
        let response = post(&client, CHAT, &body).await;
        assert_eq!(response.status(), status, "{body}");
        let response: Value = response.json().await;
        let error = &response["error"];
        let found = error["param"].as_str().unwrap();
        assert!(found.starts_with(param), "{found} for {param}");
        assert_eq!(error["code"].as_str().unwrap_or_default(), code);
        assert_eq!(error["type"], "invalid_request_error");
        assert!(!error["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(script.requests.lock().unwrap().len(), 0);
    let unknown = client.get("/v1/modles").send().await;
    let unknown: Value = unknown.json().await;
    assert_eq!(unknown["error"]["type"], "invalid_request_error");
}

#[tokio::test]
async fn a_response_without_an_end_is_an_error() {
    let script = Script::new([Delta::text("Hel")]);
    let client = client(&script);
    let whole = post(&client, CHAT, &question(&json!({}))).await;
    assert_eq!(whole.status(), 500);
    let body: Value = whole.json().await;
    assert_eq!(body["error"]["type"], "server_error");
}

#[tokio::test]
async fn texts_and_tokens_are_continued() {
    let script = Script::text(&["Hello", "!"]);
    let client = client(&script);
    let body = json!({"model": "script", "prompt": ["a", "b"], "n": 2});
    let response: Value = post(&client, "/v1/completions", &body).await.json().await;
    assert_eq!(response["choices"].as_array().unwrap().len(), 4);
    assert_eq!(response["choices"][3]["text"], "Hello!");
    assert_eq!(response["usage"]["prompt_tokens"], 14);
    assert_eq!(response["usage"]["completion_tokens"], 8);

    let body = json!({"model": "script", "prompt": [1, 2], "stream": true, "stream_options": {"include_usage": true}});
    let response = post(&client, "/v1/completions", &body).await;
    insta::assert_snapshot!(stable(&response.text().await));
    let last = script.requests.lock().unwrap().pop().unwrap();
    assert_eq!(last.prompt, Prompt::Tokens(vec![1, 2]));
    assert_eq!(last.max_tokens, Some(16));
}

#[tokio::test]
async fn vectors_are_numbers_or_base64() {
    let client = client(&Script::default());
    let body = json!({"model": "lengths", "input": ["four", "a"]});
    let response: Value = post(&client, "/v1/embeddings", &body).await.json().await;
    assert_eq!(
        response,
        json!({
            "object": "list",
            "data": [
                {"object": "embedding", "index": 0, "embedding": [4.0, 1.0]},
                {"object": "embedding", "index": 1, "embedding": [1.0, 1.0]},
            ],
            "model": "lengths", "usage": {"prompt_tokens": 5, "total_tokens": 5},
        })
    );
    let body = json!({"model": "lengths", "input": [[1, 2, 3]], "encoding_format": "base64"});
    let response: Value = post(&client, "/v1/embeddings", &body).await.json().await;
    assert_eq!(response["data"][0]["embedding"], "AABAQAAAgD8=");
    let body = json!({"model": "lengths", "input": "a", "dimensions": 3});
    let response: Value = post(&client, "/v1/embeddings", &body).await.json().await;
    assert_eq!(response["error"]["param"], "dimensions");
}

#[tokio::test]
async fn the_models_are_listed() {
    let client = client(&Script::default());
    let list = client.get("/v1/models").send().await.text().await;
    insta::assert_snapshot!(stable(&list));
    let one: Value = client.get("/v1/models/script").send().await.json().await;
    assert_eq!(one["id"], "script");
    assert_eq!(client.get("/v1/models/huge").send().await.status(), 404);
}

#[tokio::test]
async fn the_document_has_the_routes_with_their_errors() {
    let client = client(&Script::default());
    let document: Value = client.get("/openapi.json").send().await.json().await;
    let chat = &document["paths"][CHAT]["post"];
    let content = &chat["responses"]["200"]["content"];
    assert!(content["application/json"].is_object() && content["text/event-stream"].is_object());
    for status in ["400", "404", "429", "503"] {
        let schema = &chat["responses"][status]["content"]["application/json"]["schema"];
        assert_eq!(
            schema["$ref"], "#/components/schemas/OpenAiErrorResponse",
            "{status}"
        );
    }
    // The names of an application's own models do not collide with them.
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let foreign = schemas
        .keys()
        .filter(|name| !name.starts_with("OpenAi") && !name.starts_with("Anthropic"));
    assert_eq!(foreign.collect::<Vec<_>>(), Vec::<&String>::new());
}
