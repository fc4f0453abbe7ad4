//! Testing.

// ANCHOR: test
use avocet::testing::TestClient;
use guide_examples::testing::{Model, app};

#[tokio::test]
async fn the_model_receives_the_question() {
    let fake = Model::new(|question| format!("you asked: {question}"));
    let client = TestClient::new(app(fake).build().unwrap());
    let response = client.post("/ask").json("why?").send().await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.json::<String>().await, "you asked: why?");
}
// ANCHOR_END: test

// ANCHOR: document
#[tokio::test]
async fn the_document_lists_the_operation() {
    let client = TestClient::new(app(Model::new(str::to_owned)).build().unwrap());
    let document: serde_json::Value = client.get("/openapi.json").send().await.json().await;
    assert_eq!(document["paths"]["/ask"]["post"]["operationId"], "ask");
}
// ANCHOR_END: document

// ANCHOR: compatible
#[test]
fn clients_of_the_last_release_can_go_on() {
    let released = include_str!("../openapi.json");
    let released: serde_json::Value = serde_json::from_str(released).unwrap();
    let service = app(Model::new(str::to_owned)).build().unwrap();
    let changes = avocet::testing::breaking_changes(&released, service.openapi());
    assert!(changes.is_empty(), "{changes:#?}");
}
// ANCHOR_END: compatible
