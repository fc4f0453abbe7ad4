//! The HTTP API in process, on the trained model that the example serves.

use std::path::Path;
use std::time::Duration;

use avocet::testing::{TestClient, TestEvent, TestResponse};
use chat::{Engine, api};
use serde_json::{Value, json};

fn engine() -> Engine {
    Engine::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("model")).unwrap()
}

async fn client(engine: &Engine) -> TestClient {
    let app = api::app(engine.clone()).build().unwrap();
    TestClient::start(app).await.unwrap()
}

fn question(text: &str, max_tokens: u32, temperature: f32, seed: u64) -> Value {
    json!({
        "messages": [{"role": "user", "content": text}],
        "max_tokens": max_tokens, "temperature": temperature, "seed": seed,
    })
}

/// Returns the text of a response, and its last event.
async fn read(mut response: TestResponse) -> (String, TestEvent) {
    assert_eq!(response.status(), 200);
    let mut text = String::new();
    let mut count = 0;
    while let Some(event) = response.next_event().await {
        if event.name == "done" {
            assert_eq!(
                response.next_event().await,
                None,
                "`done` is the last event"
            );
            return (text, event);
        }
        let token: Value = event.json();
        assert_eq!(
            (event.name.as_str(), &token["index"]),
            ("token", &json!(count))
        );
        text.push_str(token["text"].as_str().unwrap());
        count += 1;
    }
    panic!("the stream ended without `done` after {text:?}");
}

#[tokio::test]
async fn a_question_about_avocet_is_answered_token_by_token() {
    let client = client(&engine()).await;
    let request = client
        .post("/chat")
        .json(&question("What is Avocet?", 128, 0.0, 1));
    let response = request.send().await;
    assert_eq!(
        response.header("content-type"),
        "text/event-stream; charset=utf-8"
    );
    let (text, done) = read(response).await;
    assert!(text.contains("Rust"), "{text}");
    let done: Value = done.json();
    assert_eq!(done["finish_reason"], "stop");
    assert!(
        done["usage"]["prompt_tokens"].as_u64() > Some(0)
            && done["usage"]["completion_tokens"].as_u64() > Some(5)
    );
}

#[tokio::test]
async fn the_same_seed_gives_the_same_text() {
    let client = client(&engine()).await;
    let ask = async |seed| {
        let request = client
            .post("/chat")
            .json(&question("Tell me something", 40, 2.0, seed));
        read(request.send().await).await.0
    };
    assert_eq!(ask(7).await, ask(7).await);
    assert_ne!(ask(7).await, ask(8).await);
}

#[tokio::test]
async fn max_tokens_ends_an_response_for_its_length() {
    let client = client(&engine()).await;
    let (_, done) = read(
        client
            .post("/chat")
            .json(&question("What is Avocet?", 1, 0.0, 1))
            .send()
            .await,
    )
    .await;
    assert_eq!(done.json::<Value>()["finish_reason"], "length");
}

#[tokio::test]
async fn two_responses_stream_side_by_side_and_health_responds_between() {
    let engine = engine();
    let client = client(&engine).await;
    let body = question("What is Avocet?", 512, 0.0, 1);
    let mut first = client.post("/chat").json(&body).send().await;
    let mut second = client.post("/chat").json(&body).send().await;
    first.next_event().await.unwrap();
    second.next_event().await.unwrap();
    assert_eq!(
        client.get("/health").send().await.json::<Value>().await["status"],
        "ok"
    );
    // Both continue to the same end, each with its own index.
    assert_eq!(
        first.next_event().await.unwrap().json::<Value>()["index"],
        1
    );
    assert_eq!(
        second.next_event().await.unwrap().json::<Value>()["index"],
        1
    );
}

#[tokio::test]
async fn generation_stops_when_the_client_has_left() {
    let engine = engine();
    let client = client(&engine).await;
    let mut response = client
        .post("/chat")
        .json(&question("What is Avocet?", 512, 2.0, 3))
        .send()
        .await;
    response.next_event().await.unwrap();
    drop(response);
    while engine.running() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn every_problem_of_a_conversation_is_reported() {
    // `json!` sorts the members; the errors come in the order of the body.
    let body = json!({
        "max_tokens": 513,
        "messages": [{"role": "robot", "content": "x"}, {"role": "user"}],
        "seed": -1, "temperature": 2.5,
    });
    let response = client(&engine())
        .await
        .post("/chat")
        .json(&body)
        .send()
        .await;
    assert_eq!(response.status(), 422);
    let problems: Value = response.json().await;
    let found: Vec<_> = problems["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["type"], &it["loc"]))
        .collect();
    assert_eq!(
        found,
        [
            (&json!("less_than_equal"), &json!(["body", "max_tokens"])),
            (&json!("enum"), &json!(["body", "messages", 0, "role"])),
            (
                &json!("missing"),
                &json!(["body", "messages", 1, "content"])
            ),
            (&json!("greater_than_equal"), &json!(["body", "seed"])),
            (&json!("less_than_equal"), &json!(["body", "temperature"])),
        ]
    );
}

#[tokio::test]
async fn a_conversation_longer_than_the_context_is_an_error_before_the_stream() {
    let body = question(&"word ".repeat(3000), 1, 0.0, 1);
    let response = client(&engine())
        .await
        .post("/chat")
        .json(&body)
        .send()
        .await;
    assert_eq!(response.status(), 413);
    assert_eq!(response.json::<Value>().await["type"], "prompt_too_long");
}

#[tokio::test]
async fn texts_become_vectors_of_unit_length() {
    let client = client(&engine()).await;
    let vectors: Value = client
        .post("/embed")
        .json(&json!({"texts": ["What is Avocet?", "Goodbye"]}))
        .send()
        .await
        .json()
        .await;
    let length = |vector: &Value| {
        vector
            .as_array()
            .unwrap()
            .iter()
            .map(|x| x.as_f64().unwrap().powi(2))
            .sum::<f64>()
    };
    assert!((length(&vectors["vectors"][0]) - 1.0).abs() < 1e-5);
    assert_ne!(vectors["vectors"][0], vectors["vectors"][1]);

    let raw = json!({"texts": ["What is Avocet?"], "normalize": false});
    let raw: Value = client.post("/embed").json(&raw).send().await.json().await;
    assert!((length(&raw["vectors"][0]) - 1.0).abs() > 1e-3);

    let response = client
        .post("/embed")
        .json(&json!({"texts": ["", "x".repeat(2001)]}))
        .send()
        .await;
    assert_eq!(response.status(), 422);
    assert_eq!(
        client
            .post("/embed")
            .json(&json!({"texts": []}))
            .send()
            .await
            .status(),
        422
    );
}

#[tokio::test]
async fn vectors_are_compared_and_must_be_of_one_length() {
    let client = client(&engine()).await;
    let cosine = async |a: &[f32], b: &[f32]| {
        client
            .post("/similarity")
            .json(&json!({"a": a, "b": b}))
            .send()
            .await
            .json::<Value>()
            .await["cosine"]
            .as_f64()
    };
    assert_eq!(cosine(&[1.0, 0.0], &[0.0, 2.0]).await, Some(0.0));
    assert_eq!(cosine(&[3.0, 4.0], &[3.0, 4.0]).await, Some(1.0));
    assert_eq!(cosine(&[0.0], &[1.0]).await, Some(0.0));

    let response = client
        .post("/similarity")
        .json(&json!({"a": [1, 2], "b": [1]}))
        .send()
        .await;
    assert_eq!(response.status(), 422);
    let problem = &response.json::<Value>().await["detail"][0];
    assert_eq!(
        (&problem["type"], &problem["loc"]),
        (&json!("value_error"), &json!(["body", "b"]))
    );
    assert_eq!(problem["msg"], "Value error, has 1 numbers, but `a` has 2");
}

#[tokio::test]
async fn the_document_shows_the_events() {
    let document: Value = client(&engine())
        .await
        .get("/openapi.json")
        .send()
        .await
        .json()
        .await;
    let stream =
        &document["paths"]["/chat"]["post"]["responses"]["200"]["content"]["text/event-stream"];
    let names: Vec<_> = stream["x-item-schema"]["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["properties"]["event"]["enum"][0].as_str().unwrap())
        .collect();
    assert_eq!(names, ["token", "done"]);
    if let Some(folder) = std::env::var_os("AVOCET_DOCUMENTS") {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(Path::new(&folder).join("chat.json"), document.to_string()).unwrap();
    }
}
