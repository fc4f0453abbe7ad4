// ANCHOR: endpoint
use avocet::prelude::*;

/// A question.
#[model]
struct Prompt {
    /// 1 to 2,000 characters.
    #[field(min_length = 1, max_length = 2000)]
    text: String,
    /// The largest number of tokens in the answer.
    #[field(default = 16, ge = 1, le = 64)]
    max_tokens: usize,
}

/// One piece of the answer.
#[model]
struct Token {
    text: String,
}

/// Answer a question, token by token.
#[post("/chat")]
async fn chat(#[body] prompt: Prompt) -> Sse<Token> {
    Sse::new(stream! {
        for word in prompt.text.split_whitespace().take(prompt.max_tokens) {
            yield Token { text: word.to_uppercase() };
        }
    })
}

fn app() -> App {
    App::new("Chat", "1.0.0").routes(routes![chat])
}

#[avocet::main]
async fn main() -> avocet::Result<()> {
    app().serve("127.0.0.1:8000").await
}
// ANCHOR_END: endpoint

// ANCHOR: tests
#[cfg(test)]
mod tests {
    use avocet::testing::TestClient;
    use serde_json::{Value, json};

    #[tokio::test]
    async fn it_streams_tokens() {
        let client = TestClient::new(super::app().build().unwrap());
        let prompt = json!({"text": "good morning"});
        let mut response = client.post("/chat").json(&prompt).send().await;
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.next_event().await.unwrap().data,
            r#"{"text":"GOOD"}"#
        );
        assert_eq!(
            response.next_event().await.unwrap().data,
            r#"{"text":"MORNING"}"#
        );
        assert_eq!(response.next_event().await, None);
    }

    #[tokio::test]
    async fn it_rejects_an_empty_prompt() {
        let client = TestClient::new(super::app().build().unwrap());
        let response = client.post("/chat").json(&json!({"text": ""})).send().await;
        assert_eq!(response.status(), 422);
        let body: Value = response.json().await;
        assert_eq!(body["detail"][0]["loc"], json!(["body", "text"]));
    }
}
// ANCHOR_END: tests
