//! The service around the model.

use avocet::inference::Workers;
use avocet::testing::TestClient;
use embeddings::service::{Embedder, Model, app};
use embeddings::{Tokens, folder};
use serde_json::{Value, json};

use super::{data, difference, minilm, tiny};

async fn client(model: Model) -> TestClient {
    TestClient::start(app(model).build().unwrap())
        .await
        .unwrap()
}

fn tiny_model() -> Model {
    Model::load(data().join("tiny")).unwrap()
}

/// Returns the vectors of a response.
fn vectors(response: &Value) -> Vec<Vec<f32>> {
    serde_json::from_value(response["embeddings"].clone()).unwrap()
}

#[tokio::test]
async fn vectors_through_http_are_those_of_the_model() {
    let texts = ["An avocet wades.", "", "A wading bird."];
    let direct = tiny();
    let expected = direct.model.encode(&direct.tokenize(&texts)).unwrap();
    let client = client(tiny_model()).await;
    let response = client
        .post("/embed")
        .json(&json!({ "texts": texts }))
        .send()
        .await;
    assert_eq!(response.status(), 200);
    assert!(response.header("server-timing").starts_with("queue;dur="));
    let response: Value = response.json().await;
    for (vector, expected) in vectors(&response).iter().zip(&expected) {
        assert!(difference(vector, expected) < 1e-6);
    }
    let tokens: Vec<usize> = direct.tokenize(&texts).iter().map(Tokens::len).collect();
    assert_eq!(response["tokens"], json!(tokens));
    assert_eq!(response["truncated"], json!([]));
    client.stop().await;
}

#[tokio::test]
async fn the_vectors_of_openais_api_are_the_same() {
    let client = client(tiny_model()).await;
    let texts = ["An avocet wades.", "A wading bird."];
    let own = client.post("/embed").json(&json!({ "texts": texts }));
    let own: Value = own.send().await.json().await;
    let body = json!({"model": "all-MiniLM-L6-v2", "input": texts});
    let response = client.post("/v1/embeddings").json(&body).send().await;
    let response: Value = response.json().await;
    for (index, vector) in vectors(&own).iter().enumerate() {
        let other: Vec<f32> =
            serde_json::from_value(response["data"][index]["embedding"].clone()).unwrap();
        assert!(difference(vector, &other) < 1e-6);
    }
    let tokens: Vec<u64> = serde_json::from_value(own["tokens"].clone()).unwrap();
    assert_eq!(
        response["usage"]["prompt_tokens"],
        tokens.iter().sum::<u64>()
    );
    client.stop().await;
}

#[tokio::test]
async fn minilm_serves_the_vectors_of_sentence_transformers() {
    if minilm("minilm_serves_the_vectors_of_sentence_transformers").is_none() {
        return;
    }
    let file = std::fs::read_to_string(data().join("reference.json")).unwrap();
    let reference: Value = serde_json::from_str(&file).unwrap();
    let recorded = reference.as_array().unwrap();
    let texts: Vec<&Value> = recorded.iter().map(|it| &it["text"]).collect();
    let client = client(Model::load(folder::default_folder()).unwrap()).await;
    let response: Value = {
        let response = client
            .post("/embed")
            .json(&json!({ "texts": texts }))
            .send()
            .await;
        assert_eq!(response.status(), 200);
        response.json().await
    };
    let vectors = vectors(&response);
    assert_eq!(vectors.len(), recorded.len());
    for (vector, recorded) in vectors.iter().zip(recorded) {
        let expected: Vec<f32> = serde_json::from_value(recorded["vector"].clone()).unwrap();
        assert!(difference(vector, &expected) < 1e-4, "{}", recorded["text"]);
    }
    assert!(!response["truncated"].as_array().unwrap().is_empty());
    client.stop().await;
}

#[tokio::test]
async fn more_texts_than_allowed_are_a_validation_error() {
    let client = client(tiny_model()).await;
    for texts in [vec![], vec!["a"; 65]] {
        let response = client
            .post("/embed")
            .json(&json!({ "texts": texts }))
            .send()
            .await;
        assert_eq!(response.status(), 422);
        let response: Value = response.json().await;
        assert_eq!(response["detail"][0]["loc"], json!(["body", "texts"]));
    }
    client.stop().await;
}

#[tokio::test]
async fn a_full_queue_rejects_with_the_limit_and_the_measured_value() {
    let mut model = tiny_model();
    model.workers = model.workers.queue(4);
    let client = client(model).await;
    let response = client
        .post("/embed")
        .json(&json!({ "texts": vec!["a"; 5] }))
        .send()
        .await;
    assert_eq!(response.status(), 413);
    assert_eq!(response.header("x-should-retry"), "false");
    let response: Value = response.json().await;
    assert_eq!(response["limit"], "queue");
    assert_eq!(response["value"], 4);
    assert_eq!(response["measured"], 5);
    client.stop().await;
}

#[tokio::test]
async fn workers_without_a_start_are_not_ready() {
    let workers: Workers<Embedder> = tiny_model().workers;
    assert_eq!(workers.ready().unwrap_err(), "it is not loaded");
}
