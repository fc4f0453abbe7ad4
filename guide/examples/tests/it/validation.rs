//! Validation.

use crate::outputs::assert_response;
use avocet::model::OrderedJson;
use avocet::testing::{TestClient, TestForm};
use guide_examples::validation::app;
use serde_json::json;

fn client() -> TestClient {
    TestClient::new(app().build().unwrap())
}

#[tokio::test]
async fn bodies_are_as_shown() {
    let client = client();
    let post = |path: &str, body| client.post(path).json(&body).send();
    assert_eq!(
        post("/embed", json!({"texts": ["a", "b"], "dimensions": 64}))
            .await
            .json::<usize>()
            .await,
        2
    );
    // Not `json!`, which sorts the members.
    let bad = r#"{"texts": ["a", 2, ""], "normalize": "yes", "dimensions": 100}"#;
    let bad: OrderedJson = bad.parse().unwrap();
    let response = client.post("/embed").json(&bad).send().await;
    assert_response("validation_body.json", 422, response).await;
    assert_eq!(
        post("/ranges", json!({"from": 1, "to": 3}))
            .await
            .json::<u32>()
            .await,
        2
    );
    assert_response(
        "validation_whole.json",
        422,
        post("/ranges", json!({"from": 3, "to": 1})).await,
    )
    .await;
    let good =
        json!([{"role": "system", "content": "Be short."}, {"content": "Hi", "role": "user"}]);
    assert_eq!(
        post("/messages", good).await.text().await,
        r#"["system","user"]"#
    );
    assert_response(
        "validation_union.json",
        422,
        post("/messages", json!([{"role": "robot"}])).await,
    )
    .await;
}

#[tokio::test]
async fn malformed_json_is_as_shown() {
    let request = client()
        .post("/embed")
        .header("content-type", "application/json")
        .body(r#"{"texts": ["a""#);
    assert_response("validation_malformed.json", 422, request.send().await).await;
}

#[tokio::test]
async fn parameters_are_as_shown() {
    let client = client();
    let response = client
        .get("/items/books?page=2&tag=new&tag=used")
        .header("x-trace", "t-1")
        .send()
        .await;
    assert_response("validation_parameters.json", 200, response).await;
    let response = client.get("/items/books?page=0&size=many").send().await;
    assert_response("validation_parameters_invalid.json", 422, response).await;
}

#[tokio::test]
async fn forms_are_as_shown() {
    let client = client();
    let form = TestForm::new()
        .text("title", "Notes")
        .file("file", "a.txt", "text/plain", "hello");
    assert_response(
        "validation_form.json",
        200,
        client.post("/documents").multipart(form).send().await,
    )
    .await;
    let form = TestForm::new().text("title", "Notes");
    assert_response(
        "validation_form_invalid.json",
        422,
        client.post("/documents").multipart(form).send().await,
    )
    .await;
}

#[tokio::test]
async fn a_model_stands_beside_a_file() {
    let form = TestForm::new()
        .text("about", r#"{"labels": ["cat"]}"#)
        .file("picture", "a.png", "image/png", "hello");
    let response = client().post("/pictures").multipart(form).send().await;
    assert_eq!(response.text().await, r#""5 bytes, [\"cat\"]""#);
}

#[tokio::test]
async fn a_body_is_read_as_it_arrives() {
    let send = async |media_type: &str| {
        let request = client()
            .post("/recordings")
            .header("content-type", media_type);
        request.body("four").send().await
    };
    assert_eq!(send("audio/wav").await.text().await, "4");
    assert_eq!(send("audio/mpeg").await.status(), 415);
}
