//! The quick start shows the responses of its program.

use crate::outputs::{assert_response, assert_shown};
use avocet::model::OrderedJson;
use avocet::testing::TestClient;

#[allow(dead_code, reason = "`main` is the reader's")]
mod program {
    pub fn application() -> App {
        app()
    }

    include!("../../src/bin/quick_start.rs");
}

#[tokio::test]
async fn it_is_as_shown() {
    let client = TestClient::new(program::application().build().unwrap());
    let chat = |body: &str| {
        let body: OrderedJson = body.parse().unwrap();
        client.post("/chat").json(&body).send()
    };
    let response = chat(r#"{"text": "good morning", "max_tokens": 2}"#).await;
    assert!(
        response
            .header("content-type")
            .starts_with("text/event-stream")
    );
    assert_response("quick_start_stream.txt", 200, response).await;
    assert_response(
        "quick_start_invalid.json",
        422,
        chat(r#"{"text": "", "max_tokens": 1000}"#).await,
    )
    .await;
    let document = client.get("/openapi.json").send().await.text().await;
    let document: OrderedJson = document.parse().unwrap();
    assert_shown(
        "quick_start_schema.json",
        &format!("{:#}", document["components"]["schemas"]["Prompt"]),
    );
}
