//! The Responses API of OpenAI.

mod background;
mod errors;
mod format;
mod stored;

use avocet::inference::{InferenceError, ModelError};
use avocet::prelude::*;
use avocet::testing::{TestClient, TestResponse};
use avocet_ai::generate::{
    Delta, Deltas, GenerateError, GenerateRequest, LanguageModel, Message, Prompt, Role, deltas,
};
use avocet_ai::{Catalog, OpenAi};
use avocet_store::Store;
use serde_json::{Value, json};

use crate::script::{Script, post};

const RESPONSES: &str = "/v1/responses";

/// A request with these members in addition.
fn ask(members: &Value) -> Value {
    let mut body = json!({"model": "script", "input": "Hi"});
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn openai(model: impl LanguageModel) -> OpenAi {
    OpenAi::new(Catalog::new().language("script", model))
}

fn app(openai: OpenAi) -> avocet::Service {
    App::new("Models", "1.0.0").plugin(openai).build().unwrap()
}

/// Returns a client of a service with a store.
fn stored(model: impl LanguageModel) -> TestClient {
    let responses = Store::memory().namespace("responses").unwrap();
    TestClient::new(app(openai(model).store(responses)))
}

async fn create(client: &TestClient, members: &Value) -> Value {
    let response = post(client, RESPONSES, &ask(members)).await;
    assert_eq!(response.status(), 200);
    response.json().await
}

async fn get(client: &TestClient, id: &Value, rest: &str) -> TestResponse {
    let id = id.as_str().unwrap();
    client.get(&format!("{RESPONSES}/{id}{rest}")).send().await
}

/// Returns the status, the field and the code of an error.
async fn error(response: TestResponse) -> (u16, String, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await;
    let text = |name: &str| {
        let text = body["error"][name].as_str();
        text.unwrap_or_default().to_owned()
    };
    assert!(!text("message").is_empty());
    (status, text("param"), text("code"))
}

/// Returns the roles and the texts of the conversation that a model received last.
fn conversation(script: &Script) -> Vec<(Role, String)> {
    let requests = script.requests.lock().unwrap();
    let Prompt::Messages(messages) = &requests.last().unwrap().prompt else {
        panic!("{requests:?}");
    };
    let text = |message: &Message| message.text().unwrap();
    messages
        .iter()
        .map(|message| (message.role, text(message)))
        .collect()
}

/// Writes a text, and fails.
struct Failing;

impl LanguageModel for Failing {
    async fn generate(&self, _: GenerateRequest) -> Result<Deltas, GenerateError> {
        Ok(deltas(stream! {
            yield Delta::text("Hel");
            Err(GenerateError::from(InferenceError::Model(ModelError::new("a secret of the model"))))?;
        }))
    }
}
