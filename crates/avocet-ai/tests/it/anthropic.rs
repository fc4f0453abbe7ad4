//! Anthropic's API.

use std::convert::Infallible;

use avocet::depend::Requirement;
use avocet::inference::{BatchFn, InferenceError, Workers, workers};
use avocet::prelude::*;
use avocet::security::{ApiKey, Scheme, forbidden, unauthorized};
use avocet::testing::TestClient;
use avocet::types::Secret;
use avocet_ai::generate::{
    Content, Delta, Deltas, Done, FinishReason, GenerateError, GenerateRequest, LanguageModel,
    OutputFormat, Prompt, Role, ToolChoice, Usage, deltas,
};
use avocet_ai::{Anthropic, Catalog};
use serde_json::{Value, json};

use crate::script::{Script, client, post, question, stable};

const MESSAGES: &str = "/v1/messages";

/// A request with these members in addition.
fn request_with(members: &Value) -> Value {
    let mut body = question(members);
    if body.get("max_tokens").is_none() {
        body["max_tokens"] = 50.into();
    }
    body
}

fn done(reason: FinishReason) -> Delta {
    Delta::Done(Done {
        reason,
        usage: Usage::default(),
    })
}

#[tokio::test]
async fn a_message_has_all_members() {
    let script = Script::text(&["An avocet ", "wades."]);
    let response = post(&client(&script), MESSAGES, &request_with(&json!({}))).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.header("request-id"),
        response.header("x-request-id")
    );
    insta::assert_snapshot!(stable(&response.text().await));
}

#[tokio::test]
async fn a_stream_has_named_events() {
    let script = Script::text(&["An avocet ", "wades."]);
    let body = request_with(&json!({"stream": true}));
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
    let whole = post(&client, MESSAGES, &request_with(&json!({}))).await;
    insta::assert_snapshot!("message_tools_whole", stable(&whole.text().await));
    let pieces = post(&client, MESSAGES, &request_with(&json!({"stream": true}))).await;
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
                {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "A wader."}], "is_error": true},
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
    assert!(messages[3].is_error && !messages[2].is_error);
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
    let body = request_with(&json!({"stop_sequences": ["STOP"]}));
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
async fn errors_have_a_type_and_name_the_field() {
    let script = Script::text(&["Hello"]);
    let client = client(&script);
    let search = json!([{"type": "web_search_20260318", "name": "web_search"}]);
    let image =
        json!([{"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}]);
    let document = json!([{"type": "document", "source": {"type": "file", "file_id": "file_1"}}]);
    let user = |content: &Value| json!({"messages": [{"role": "user", "content": content}]});
    let rows = [
        (
            json!({"model": "huge"}),
            404,
            "not_found_error",
            "model: the model `huge` does not exist",
        ),
        (
            json!({"max_tokens": null}),
            400,
            "invalid_request_error",
            "max_tokens: ",
        ),
        (
            json!({"max_tokens": 0}),
            400,
            "invalid_request_error",
            "max_tokens: ",
        ),
        (
            json!({"temperature": 1.5}),
            400,
            "invalid_request_error",
            "temperature: ",
        ),
        (
            json!({"messages": []}),
            400,
            "invalid_request_error",
            "messages: ",
        ),
        (
            user(&json!(5)),
            400,
            "invalid_request_error",
            "messages.0.content",
        ),
        (
            user(&document),
            400,
            "invalid_request_error",
            "messages.0.content",
        ),
        (
            user(&image),
            400,
            "invalid_request_error",
            "messages: the model reads no image",
        ),
        (
            json!({"tools": search}),
            400,
            "invalid_request_error",
            "tools.0: a tool of the type `web_search_20260318` is run by its vendor",
        ),
        (
            json!({"tool_choice": {"type": "any"}}),
            400,
            "invalid_request_error",
            "tool_choice: needs `tools`",
        ),
        (
            json!({"tool_choice": {"type": "tool", "name": "birds"}}),
            400,
            "invalid_request_error",
            "tool_choice: `tools` has no tool `birds`",
        ),
    ];
    for (members, status, kind, message) in rows {
        let response = post(&client, MESSAGES, &request_with(&members)).await;
        assert_eq!(response.status(), status, "{members}");
        let id = response.header("request-id").to_owned();
        let body: Value = response.json().await;
        assert_eq!(body["type"], "error");
        assert_eq!(body["error"]["type"], kind);
        assert_eq!(body["request_id"], id);
        let found = body["error"]["message"].as_str().unwrap();
        assert!(found.starts_with(message), "{found} for {message}");
    }
    assert_eq!(script.requests.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn bodies_and_paths_that_are_not_valid_are_errors_too() {
    let models = Catalog::new().language("script", Script::default());
    let app = App::new("Models", "1.0.0").plugin(Anthropic::new(models));
    let client = TestClient::new(app.build().unwrap());
    let response = post(&client, MESSAGES, &question(&json!({}))).await;
    let body: Value = response.json().await;
    assert_eq!(body["error"]["message"], "max_tokens: Field required");

    let malformed = client
        .post(MESSAGES)
        .header("content-type", "application/json")
        .body("{");
    let malformed = malformed.send().await;
    assert_eq!(malformed.status(), 400);
    let malformed: Value = malformed.json().await;
    assert_eq!(malformed["error"]["type"], "invalid_request_error");

    let unknown: Value = client.get("/v1/mesages").send().await.json().await;
    assert_eq!(unknown["error"]["type"], "not_found_error");
    assert!(unknown["request_id"].is_string());
}

#[tokio::test]
async fn text_and_calls_are_blocks_one_after_the_other() {
    let call = |index, id: &str| Delta::ToolCall {
        index,
        id: id.to_owned(),
        name: "birds".to_owned(),
    };
    let script = Script::new([
        Delta::text("First"),
        call(0, "call_1"),
        Delta::text(""),
        Delta::text("Then"),
        call(1, "call_2"),
        done(FinishReason::ToolCalls),
    ]);
    let body = request_with(&json!({"stream": true}));
    let response = post(&client(&script), MESSAGES, &body).await;
    let text = response.text().await;
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let data = data.map(|data| serde_json::from_str::<Value>(data).unwrap());
    let of_blocks = data.filter_map(|data| {
        let index = data["index"].as_u64()?;
        let kind = data["type"].as_str()?.strip_prefix("content_block_")?;
        Some(format!("{kind} {index}"))
    });
    let of_blocks: Vec<String> = of_blocks.collect();
    let expected = [
        "start 0", "delta 0", "stop 0", "start 1", "stop 1", "start 2", "delta 2", "stop 2",
        "start 3", "stop 3",
    ];
    assert_eq!(of_blocks, expected);
}

#[tokio::test]
async fn arguments_that_are_no_object_are_in_one() {
    let rows = [
        ("", json!({})),
        (r#"{"city": "Ghent"}"#, json!({"city": "Ghent"})),
        (
            r#"{"city": "Gh"#,
            json!({"INVALID_JSON": r#"{"city": "Gh"#}),
        ),
        ("[1]", json!({"INVALID_JSON": "[1]"})),
    ];
    for (arguments, input) in rows {
        let call = Delta::ToolCall {
            index: 0,
            id: "call_1".to_owned(),
            name: "weather".to_owned(),
        };
        let arguments = Delta::ToolArguments {
            index: 0,
            json: arguments.to_owned(),
        };
        let script = Script::new([call, arguments, done(FinishReason::Length)]);
        let response = post(&client(&script), MESSAGES, &request_with(&json!({}))).await;
        let message: Value = response.json().await;
        assert_eq!(message["content"][0]["input"], input);
        assert_eq!(message["stop_reason"], "max_tokens");
    }
}

#[tokio::test]
async fn a_refusal_has_the_explanation() {
    let refusal = Delta::Refusal("Not that.".to_owned());
    let rows = [
        (vec![refusal, done(FinishReason::Stop)], json!("Not that.")),
        (vec![done(FinishReason::ContentFilter)], Value::Null),
    ];
    for (deltas, explanation) in rows {
        let client = client(&Script::new(deltas));
        let details = json!({"type": "refusal", "category": null, "explanation": explanation});
        let whole = post(&client, MESSAGES, &request_with(&json!({}))).await;
        let message: Value = whole.json().await;
        assert_eq!(message["stop_reason"], "refusal");
        assert_eq!(message["stop_details"], details);

        let events = post(&client, MESSAGES, &request_with(&json!({"stream": true}))).await;
        let text = events.text().await;
        let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
        let mut data = data.map(|data| serde_json::from_str::<Value>(data).unwrap());
        let delta = data.find(|data| data["type"] == "message_delta");
        assert_eq!(delta.unwrap()["delta"]["stop_details"], details);
    }
}

#[tokio::test]
async fn tool_choices_reach_the_model() {
    let tools = json!([{"type": "custom", "name": "birds", "input_schema": {}}]);
    let rows = [
        (json!({"type": "auto"}), ToolChoice::Auto, true),
        (
            json!({"type": "any", "disable_parallel_tool_use": true}),
            ToolChoice::Required,
            false,
        ),
        (json!({"type": "none"}), ToolChoice::None, true),
    ];
    for (choice, expected, parallel) in rows {
        let script = Script::text(&["Hello"]);
        let format = json!({"type": "json_schema", "schema": {"type": "string"}});
        let body = request_with(&json!({
            "tools": tools, "tool_choice": choice, "top_k": 0, "output_format": format,
        }));
        assert_eq!(post(&client(&script), MESSAGES, &body).await.status(), 200);
        let request = script.request();
        assert_eq!(
            (request.tool_choice, request.parallel_tool_calls),
            (expected, parallel)
        );
        assert_eq!(request.sampling.top_k, None);
        assert_eq!(
            request.format,
            OutputFormat::JsonSchema(json!({"type": "string"}).into())
        );
    }
}

/// Records the images of the last message.
struct Viewer;

impl LanguageModel for Viewer {
    async fn generate(&self, request: GenerateRequest) -> Result<Deltas, GenerateError> {
        let Prompt::Messages(messages) = request.prompt else {
            return Err(GenerateError::unsupported("messages", "no conversation"));
        };
        Ok(deltas(stream! {
            for content in &messages.last().unwrap().content {
                if let Content::Image { url } = content {
                    yield Delta::text(format!("{url} "));
                }
            }
            yield done(FinishReason::Stop);
        }))
    }
}

#[tokio::test]
async fn images_are_urls() {
    let app = App::new("Models", "1.0.0");
    let app = app.plugin(Anthropic::new(Catalog::new().language("script", Viewer)));
    let client = TestClient::new(app.build().unwrap());
    let images = json!([
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
        {"type": "image", "source": {"type": "url", "url": "https://example.org/bird.jpg"}},
    ]);
    let result = json!([{"type": "tool_result", "tool_use_id": "call_1", "content": images}]);
    for content in [images, result] {
        let body = request_with(&json!({"messages": [{"role": "user", "content": content}]}));
        let message: Value = post(&client, MESSAGES, &body).await.json().await;
        let urls = "data:image/png;base64,iVBORw0KGgo= https://example.org/bird.jpg ";
        assert_eq!(message["content"][0]["text"], urls);
    }
    let count = post(
        &client,
        "/v1/messages/count_tokens",
        &request_with(&json!({})),
    )
    .await;
    assert_eq!(count.status(), 400, "this model does not count");
}

/// Fails with an error.
struct Failing(GenerateError);

impl LanguageModel for Failing {
    async fn generate(&self, _: GenerateRequest) -> Result<Deltas, GenerateError> {
        Err(self.0.clone())
    }
}

#[tokio::test]
async fn errors_of_the_model_have_their_types_and_codes() {
    let too_long = GenerateError::PromptTooLong {
        tokens: 9,
        limit: 8,
    };
    let not_ready = InferenceError::NotReady(String::new());
    let rows = [
        (
            too_long,
            400,
            "invalid_request_error",
            "context_length_exceeded",
        ),
        (not_ready.into(), 503, "overloaded_error", "not_ready"),
        (
            InferenceError::Expired.into(),
            504,
            "timeout_error",
            "deadline_exceeded",
        ),
    ];
    for (error, status, kind, code) in rows {
        let models = Catalog::new().language("script", Failing(error));
        let app = App::new("Models", "1.0.0").plugin(Anthropic::new(models));
        let client = TestClient::new(app.build().unwrap());
        let response = post(&client, MESSAGES, &request_with(&json!({"stream": true}))).await;
        assert_eq!(response.status(), status);
        if status == 503 {
            assert_eq!(response.header("x-should-retry"), "true");
            assert_eq!(response.header("retry-after"), "1");
            assert_eq!(response.header("retry-after-ms"), "1000");
        }
        let body: Value = response.json().await;
        assert_eq!(body["error"]["type"], kind);
        assert_eq!(body["error"]["details"]["error_code"], code);
        if status == 400 {
            let message = body["error"]["message"].as_str().unwrap();
            assert!(message.starts_with("prompt is too long: "), "{message}");
        }
    }
}

/// Sends three inputs to a queue that holds two.
struct Crowded(Workers<BatchFn<u32, u32>>);

impl LanguageModel for Crowded {
    async fn generate(&self, _: GenerateRequest) -> Result<Deltas, GenerateError> {
        let outputs = self.0.run_all(vec![1, 2, 3]).await?;
        panic!("the queue took all: {outputs:?}");
    }
}

#[tokio::test]
async fn a_rejection_of_the_queue_names_the_limit() {
    let echo = |(): &mut (), inputs: &[u32]| Ok::<_, Infallible>(inputs.to_vec());
    let queue = workers::batch("echo", |_| Ok(()), echo).queue(2);
    queue.start().await.unwrap();
    let models = Catalog::new().language("script", Crowded(queue.clone()));
    let app = App::new("Models", "1.0.0").plugin(Anthropic::new(models));
    let client = TestClient::new(app.build().unwrap());
    let response = post(&client, MESSAGES, &request_with(&json!({}))).await;
    assert_eq!(response.status(), 413);
    assert_eq!(response.header("x-should-retry"), "false");
    let body: Value = response.json().await;
    assert_eq!(body["error"]["type"], "request_too_large");
    let details =
        json!({"error_code": "exceeds_limit", "limit": "queue", "value": 2, "measured": 3});
    assert_eq!(body["error"]["details"], details);
    queue.stop().await;
}

#[tokio::test]
async fn an_error_in_a_stream_is_an_event() {
    let script = Script::new([Delta::text("Hel")]);
    let client = client(&script);
    let whole = post(&client, MESSAGES, &request_with(&json!({}))).await;
    assert_eq!(whole.status(), 500);
    let body: Value = whole.json().await;
    assert_eq!(body["error"]["type"], "api_error");

    let mut response = post(&client, MESSAGES, &request_with(&json!({"stream": true}))).await;
    let id = response.header("request-id").to_owned();
    loop {
        let event = response.next_event().await.expect("an error");
        if event.name == "error" {
            let data: Value = serde_json::from_str(&event.data).unwrap();
            assert_eq!(data["error"]["type"], "api_error");
            assert_eq!(data["request_id"], id);
            break;
        }
    }
}

/// The callers of the API, whose clients send the key in one of two headers.
#[dependency]
async fn caller(
    #[extract(ApiKey::header("x-api-key").optional())] key: Option<Secret<String>>,
    #[bearer] token: Option<Secret<String>>,
) -> Result<(), HttpError> {
    let key = key.or(token);
    match key.as_ref().map(|key| key.expose().as_str()) {
        Some("sk-1") => Ok(()),
        Some("sk-2") => Err(forbidden("This key cannot generate")),
        _ => Err(unauthorized("Bearer", "Unknown key")),
    }
}

#[tokio::test]
async fn the_router_can_require_a_key() {
    let models = Catalog::new().language("script", Script::text(&["Hello"]));
    let router = Router::new("/anthropic/v1").requires(Requirement::of::<caller>());
    let app = App::new("Models", "1.0.0").plugin(Anthropic::new(models).router(router));
    let client = TestClient::new(app.build().unwrap());
    let rows = [
        ("x-api-key", "sk-1", 200, None),
        ("authorization", "Bearer sk-1", 200, None),
        ("x-api-key", "sk-2", 403, Some("permission_error")),
        ("x-api-key", "sk-3", 401, Some("authentication_error")),
        (
            "authorization",
            "Bearer sk-3",
            401,
            Some("authentication_error"),
        ),
    ];
    for (header, key, status, kind) in rows {
        let request = client.post("/anthropic/v1/messages").header(header, key);
        let response = request.json(&request_with(&json!({}))).send().await;
        assert_eq!(response.status(), status);
        assert_eq!(
            response.header("request-id"),
            response.header("x-request-id")
        );
        let body: Value = response.json().await;
        assert_eq!(body["error"]["type"].as_str(), kind);
    }
}

#[tokio::test]
async fn the_document_has_the_routes_with_their_events() {
    let client = client(&Script::default());
    let document: Value = client.get("/openapi.json").send().await.json().await;
    let create = &document["paths"][MESSAGES]["post"];
    let content = &create["responses"]["200"]["content"];
    assert!(content["application/json"].is_object());
    let events = content["text/event-stream"].to_string();
    for name in [
        "message_start",
        "ping",
        "content_block_delta",
        "message_stop",
    ] {
        assert!(
            events.contains(&format!("\"{name}\"")),
            "{name} in {events}"
        );
    }
    for status in ["400", "404", "429", "503"] {
        let schema = &create["responses"][status]["content"]["application/json"]["schema"];
        let expected = "#/components/schemas/AnthropicErrorResponse";
        assert_eq!(schema["$ref"], expected, "{status}");
    }
    let request = &document["components"]["schemas"]["AnthropicMessagesRequest"];
    let required = json!(["max_tokens", "model", "messages"]);
    assert_eq!(request["required"], required);
    assert!(document["paths"]["/v1/messages/count_tokens"]["post"].is_object());
}
