//! The trained model behind OpenAI's API.

use std::path::Path;

use avocet::testing::TestClient;
use chat::{Engine, api};
use serde_json::{Value, json};

async fn client() -> TestClient {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("model");
    let engine = Engine::load(&model).unwrap();
    TestClient::start(api::app(engine).build().unwrap())
        .await
        .unwrap()
}

fn question(text: &str, members: &Value) -> Value {
    let mut body = json!({
        "model": "model", "messages": [{"role": "user", "content": text}], "temperature": 0, "max_tokens": 200,
    });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn complete(client: &TestClient, body: &Value) -> Value {
    let response = client.post("/v1/chat/completions").json(body).send().await;
    let (status, body) = (response.status(), response.json::<Value>().await);
    assert_eq!(status, 200, "{body}");
    body
}

#[tokio::test]
async fn a_question_is_answered() {
    let client = client().await;
    let response = complete(&client, &question("What is an avocet?", &json!({}))).await;
    let message = &response["choices"][0]["message"];
    assert!(
        message["content"].as_str().unwrap().contains("wad"),
        "{message}"
    );
    assert_eq!(response["choices"][0]["finish_reason"], "stop");
    assert!(response["usage"]["prompt_tokens"].as_u64().unwrap() > 5);
}

#[tokio::test]
async fn probabilities_are_those_of_the_greedy_tokens() {
    let client = client().await;
    let options = json!({"logprobs": true, "top_logprobs": 3, "max_tokens": 8});
    let response = complete(&client, &question("What is an avocet?", &options)).await;
    let choice = &response["choices"][0];
    let tokens = choice["logprobs"]["content"].as_array().unwrap();
    let text: String = tokens
        .iter()
        .map(|token| token["token"].as_str().unwrap())
        .collect();
    assert_eq!(choice["message"]["content"], text);
    assert_eq!(tokens.len(), 8);
    for token in tokens {
        let top = token["top_logprobs"].as_array().unwrap();
        assert_eq!(top.len(), 3);
        assert_eq!(
            token["logprob"], top[0]["logprob"],
            "temperature 0 takes the best"
        );
        let all: f64 = top
            .iter()
            .map(|top| top["logprob"].as_f64().unwrap().exp())
            .sum();
        assert!(all > 0.0 && all <= 1.0001, "{all}");
    }
}

#[tokio::test]
async fn biases_and_penalties_change_the_tokens() {
    let client = client().await;
    let plain = complete(
        &client,
        &question("What is an avocet?", &json!({"max_tokens": 4})),
    )
    .await;
    let bias = json!({"max_tokens": 4, "logit_bias": {"300": 100}});
    let biased = complete(&client, &question("What is an avocet?", &bias)).await;
    let text = |response: &Value| {
        response["choices"][0]["message"]["content"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_ne!(text(&plain), text(&biased));
    let quarter = text(&biased).len() / 4;
    assert_eq!(
        text(&biased),
        text(&biased)[..quarter].repeat(4),
        "one token, four times"
    );

    let penalty = json!({"max_tokens": 4, "logit_bias": {"300": 100}, "frequency_penalty": 2, "presence_penalty": 2});
    let once = complete(&client, &question("What is an avocet?", &penalty)).await;
    assert_eq!(
        text(&once),
        text(&biased),
        "a penalty of 2 is less than a bias of 100"
    );

    let unknown = question("Hi", &json!({"logit_bias": {"1536": 1}}));
    let response = client
        .post("/v1/chat/completions")
        .json(&unknown)
        .send()
        .await;
    assert_eq!(response.status(), 400);
    assert_eq!(
        response.json::<Value>().await["error"]["param"],
        "logit_bias"
    );
}

#[tokio::test]
async fn a_response_follows_its_schema() {
    let client = client().await;
    let schema = json!({
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 20},
            "legs": {"type": "integer", "minimum": 0, "maximum": 8},
            "habitat": {"enum": ["water", "land"]},
            "young": {"type": "array", "items": {"$ref": "#"}},
        },
        "required": ["name", "legs", "habitat"], "additionalProperties": false,
    });
    let format = json!({"type": "json_schema", "json_schema": {"name": "bird", "schema": schema, "strict": true}});
    for seed in 0..5 {
        let options = json!({"response_format": format, "temperature": 1.5, "seed": seed});
        let response = complete(&client, &question("Describe an avocet.", &options)).await;
        let choice = &response["choices"][0];
        assert_eq!(choice["finish_reason"], "stop");
        let text = choice["message"]["content"].as_str().unwrap();
        let value: Value = serde_json::from_str(text).unwrap();
        assert!(jsonschema::is_valid(&schema, &value), "{text}");
    }
    let unsupported = json!({"type": "json_schema", "json_schema": {"name": "set", "schema": {"type": "array", "uniqueItems": true}}});
    let body = question("Hi", &json!({"response_format": unsupported}));
    let response = client.post("/v1/chat/completions").json(&body).send().await;
    assert_eq!(response.status(), 400);
    let error = &response.json::<Value>().await["error"];
    assert_eq!(error["param"], "response_format");
    assert!(
        error["message"].as_str().unwrap().contains("uniqueItems"),
        "{error}"
    );
}

#[tokio::test]
async fn a_tool_that_must_be_called_is_called_with_valid_arguments() {
    let client = client().await;
    let schema = json!({
        "type": "object", "properties": {"city": {"type": "string", "maxLength": 12}, "days": {"type": "integer", "minimum": 1, "maximum": 7}},
        "required": ["city", "days"], "additionalProperties": false,
    });
    let tool = json!({"type": "function", "function": {"name": "weather", "parameters": schema}});
    let choice = json!({"type": "function", "function": {"name": "weather"}});
    let options = json!({"tools": [tool], "tool_choice": choice, "temperature": 1});
    let response = complete(&client, &question("How is the weather in Ghent?", &options)).await;
    let choice = &response["choices"][0];
    assert_eq!(choice["finish_reason"], "tool_calls");
    let call = &choice["message"]["tool_calls"][0];
    assert_eq!(call["function"]["name"], "weather");
    let arguments: Value =
        serde_json::from_str(call["function"]["arguments"].as_str().unwrap()).unwrap();
    assert!(jsonschema::is_valid(&schema, &arguments), "{arguments}");
}

#[tokio::test]
async fn texts_tokens_and_embeddings_are_served() {
    let client = client().await;
    let body = json!({"model": "model", "prompt": "An avocet", "max_tokens": 5, "temperature": 0});
    let text = client.post("/v1/completions").json(&body).send().await;
    assert_eq!(text.json::<Value>().await["usage"]["completion_tokens"], 5);
    let body = json!({"model": "model", "prompt": [5, 2000], "max_tokens": 5});
    let unknown = client.post("/v1/completions").json(&body).send().await;
    assert_eq!(unknown.json::<Value>().await["error"]["param"], "prompt");
    let body = json!({"model": "model", "input": ["An avocet", "A bird"]});
    let vectors: Value = client
        .post("/v1/embeddings")
        .json(&body)
        .send()
        .await
        .json()
        .await;
    let vector = vectors["data"][1]["embedding"].as_array().unwrap();
    let length: f64 = vector.iter().map(|x| x.as_f64().unwrap().powi(2)).sum();
    assert!((length - 1.0).abs() < 1e-4, "{length}");
}
