//! Responses that are generated after their requests.

use std::sync::Arc;

use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet_ai::generate::{
    Delta, Deltas, Done, FinishReason, GenerateError, GenerateRequest, LanguageModel, Usage, deltas,
};
use avocet_store::Store;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::{Failing, RESPONSES, app, ask, create, error, get, openai, stored};
use crate::script::post;

/// Writes a text when the gate has a permit.
#[derive(Clone)]
struct Gated(Arc<Semaphore>);

impl LanguageModel for Gated {
    async fn generate(&self, _: GenerateRequest) -> Result<Deltas, GenerateError> {
        let gate = Arc::clone(&self.0);
        Ok(deltas(stream! {
            gate.acquire().await.unwrap().forget();
            yield Delta::text("Late.");
            yield Delta::Done(Done { reason: FinishReason::Stop, usage: Usage::default() });
        }))
    }
}

/// Retrieves a response until it is over.
async fn wait(client: &TestClient, id: &Value) -> Value {
    loop {
        let response: Value = get(client, id, "").await.json().await;
        if !["queued", "in_progress"].contains(&response["status"].as_str().unwrap()) {
            return response;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_background_response_is_retrieved_later() {
    let gate = Arc::new(Semaphore::new(0));
    let client = stored(Gated(Arc::clone(&gate)));
    let queued = create(&client, &json!({"background": true})).await;
    assert_eq!(queued["status"], "queued");
    assert_eq!(queued["output"], json!([]));
    let early = json!({"previous_response_id": queued["id"]});
    let early = post(&client, RESPONSES, &ask(&early)).await;
    let expected = (
        400,
        "previous_response_id".to_owned(),
        "invalid_value".to_owned(),
    );
    assert_eq!(error(early).await, expected);
    gate.add_permits(1);
    let response = wait(&client, &queued["id"]).await;
    assert_eq!(response["status"], "completed");
    assert_eq!(response["background"], true);
    assert_eq!(response["output"][0]["content"][0]["text"], "Late.");
    let path = format!("{RESPONSES}/{}/cancel", queued["id"].as_str().unwrap());
    let over: Value = client.post(&path).send().await.json().await;
    assert_eq!(over, response);
}

#[tokio::test]
async fn a_background_response_is_cancelled_or_deleted() {
    let gate = Arc::new(Semaphore::new(0));
    let client = stored(Gated(Arc::clone(&gate)));
    let queued = create(&client, &json!({"background": true})).await;
    let path = format!("{RESPONSES}/{}", queued["id"].as_str().unwrap());
    let cancelled: Value = client
        .post(&format!("{path}/cancel"))
        .send()
        .await
        .json()
        .await;
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(cancelled["error"], Value::Null);
    let deleted = create(&client, &json!({"background": true})).await;
    let deleted_path = format!("{RESPONSES}/{}", deleted["id"].as_str().unwrap());
    assert_eq!(client.delete(&deleted_path).send().await.status(), 200);
    // A third one gets the only permit and completes: the others are not generated any more.
    let third = create(&client, &json!({"background": true})).await;
    gate.add_permits(1);
    assert_eq!(wait(&client, &third["id"]).await["status"], "completed");
    assert_eq!(
        get(&client, &queued["id"], "").await.json::<Value>().await["status"],
        "cancelled"
    );
    assert_eq!(get(&client, &deleted["id"], "").await.status(), 404);
}

#[tokio::test]
async fn a_background_response_can_fail() {
    let client = stored(Failing);
    let queued = create(&client, &json!({"background": true})).await;
    let response = wait(&client, &queued["id"]).await;
    assert_eq!(response["status"], "failed");
    assert_eq!(response["error"]["code"], "server_error");
    assert_eq!(response["output"][0]["content"][0]["text"], "Hel");
}

#[tokio::test]
async fn background_responses_are_bounded() {
    let gate = Arc::new(Semaphore::new(0));
    let responses = Store::memory().namespace("responses").unwrap();
    let openai = openai(Gated(Arc::clone(&gate))).store(responses);
    let client = TestClient::new(app(openai.background_responses(1)));
    let first = create(&client, &json!({"background": true})).await;
    let second = post(&client, RESPONSES, &ask(&json!({"background": true}))).await;
    assert_eq!(second.status(), 429);
    assert_eq!(second.header("retry-after"), "1");
    let body: Value = second.json().await;
    assert_eq!(body["error"]["code"], "overloaded");
    assert_eq!(body["error"]["value"], 1);
    gate.add_permits(2);
    wait(&client, &first["id"]).await;
    // The place is free soon after the response is stored.
    while post(&client, RESPONSES, &ask(&json!({"background": true})))
        .await
        .status()
        == 429
    {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_background_response_fails_when_the_application_stops() {
    let gate = Arc::new(Semaphore::new(0));
    let store = Store::memory();
    let service = |model| {
        let responses = store.namespace("responses").unwrap();
        app(openai(model).store(responses))
    };
    let client = TestClient::start(service(Gated(gate))).await.unwrap();
    let queued = create(&client, &json!({"background": true})).await;
    client.stop().await;
    let next = TestClient::new(service(Gated(Arc::new(Semaphore::new(0)))));
    let response: Value = get(&next, &queued["id"], "").await.json().await;
    assert_eq!(response["status"], "failed");
    let message = response["error"]["message"].as_str().unwrap();
    assert!(message.contains("stopped"), "{message}");
}
