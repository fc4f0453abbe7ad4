//! AI endpoints.

use avocet::testing::TestClient;
use avocet_ai::Catalog;
use avocet_store::Store;
use guide_examples::ai::{Chat, app, llama, protected};
use serde_json::{Value, json};

fn question() -> Value {
    json!({"model": "llama", "max_tokens": 20, "messages": [{"role": "user", "content": "An avocet wades."}]})
}

#[tokio::test]
async fn one_model_answers_in_every_api() {
    let client = TestClient::start(app(llama()).build().unwrap())
        .await
        .unwrap();
    let chat = client
        .post("/v1/chat/completions")
        .json(&question())
        .send()
        .await;
    let chat: Value = chat.json().await;
    assert_eq!(chat["choices"][0]["message"]["content"], "An avocet wades.");
    let message = client.post("/v1/messages").json(&question()).send().await;
    let message: Value = message.json().await;
    assert_eq!(message["content"][0]["text"], "An avocet wades.");
    let body = json!({"model": "llama", "input": "An avocet wades."});
    let response: Value = client
        .post("/v1/responses")
        .json(&body)
        .send()
        .await
        .json()
        .await;
    assert_eq!(
        response["output"][0]["content"][0]["text"],
        "An avocet wades."
    );

    let body = json!({"model": "lengths", "input": "four"});
    let vectors: Value = client
        .post("/v1/embeddings")
        .json(&body)
        .send()
        .await
        .json()
        .await;
    assert_eq!(vectors["data"][0]["embedding"], json!([4.0]));
    let body =
        json!({"inputs": [{"name": "text", "shape": [1], "datatype": "BYTES", "data": ["four"]}]});
    let tensors: Value = client
        .post("/v2/models/lengths/infer")
        .json(&body)
        .send()
        .await
        .json()
        .await;
    assert_eq!(tensors["outputs"][0]["data"], json!([4.0]));
    client.stop().await;
}

#[tokio::test]
async fn a_key_is_required_and_responses_are_stored() {
    let llama = llama();
    llama.start().await.unwrap();
    let models = Catalog::new().language("llama", Chat(llama.clone()));
    let app = protected(models, &Store::memory()).unwrap();
    let client = TestClient::start(app.build().unwrap()).await.unwrap();
    let body = json!({"model": "llama", "input": "An avocet wades."});
    let denied = client.post("/v1/responses").json(&body).send().await;
    assert_eq!(denied.status(), 401);
    assert_eq!(
        denied.json::<Value>().await["error"]["type"],
        "authentication_error"
    );
    let with_key =
        |request: avocet::testing::TestRequest| request.header("authorization", "Bearer sk-1");
    let response = with_key(client.post("/v1/responses"))
        .json(&body)
        .send()
        .await;
    let response: Value = response.json().await;
    let path = format!("/v1/responses/{}", response["id"].as_str().unwrap());
    let again: Value = with_key(client.get(&path)).send().await.json().await;
    assert_eq!(again["output"], response["output"]);
    client.stop().await;
    llama.stop().await;
}
