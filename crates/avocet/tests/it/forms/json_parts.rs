//! Parts of a multipart form that are JSON.

use avocet::Service;
use avocet::prelude::*;
use avocet::testing::TestForm;
use bytes::Bytes;

use super::*;

#[model]
struct Options {
    #[field(ge = 1)]
    width: u32,
    #[field(default)]
    tags: Vec<String>,
}

#[post("/photos", form_text_bytes = 100)]
async fn add(
    /// How to store it.
    #[form(json)]
    options: Options,
    #[form(json, rename = "sizes")] wanted: Option<Vec<u32>>,
    #[form] title: String,
    #[file] photo: Bytes,
) -> String {
    let Options { width, tags } = options;
    format!("{title} {width} {tags:?} {wanted:?} {}", photo.len())
}

fn service() -> Service {
    App::new("Photos", "1.0.0")
        .routes(routes![add])
        .build()
        .unwrap()
}

fn form() -> TestForm {
    TestForm::new()
        .text("title", "a")
        .file("photo", "a.png", "image/png", b"PNG".as_slice())
}

async fn send(form: TestForm) -> (u16, Value) {
    let response = TestClient::new(service())
        .post("/photos")
        .multipart(form)
        .send()
        .await;
    (response.status().as_u16(), response.json().await)
}

#[tokio::test]
async fn a_part_is_text_or_has_the_content_type_json() {
    let options = r#"{"width": 3, "tags": ["x"]}"#;
    let expected = (200, json!("a 3 [\"x\"] None 3"));
    assert_eq!(send(form().text("options", options)).await, expected);
    let blob = form().file("options", "blob", "application/json", options.as_bytes());
    assert_eq!(send(blob).await, expected);
    let both = form().text("options", options).text("sizes", "[1, 2]");
    assert_eq!(send(both).await.1, json!("a 3 [\"x\"] Some([1, 2]) 3"));
}

#[tokio::test]
async fn errors_have_their_location_in_the_part() {
    let (status, body) = send(form().text("options", r#"{"width": 0}"#)).await;
    assert_eq!(status, 422);
    assert_eq!(
        body["detail"][0]["loc"],
        json!(["body", "options", "width"])
    );
    let (_, body) = send(form().text("options", "{")).await;
    assert_eq!(body["detail"][0]["type"], "json_invalid");
    assert_eq!(body["detail"][0]["loc"][1], "options");
    let (_, body) = send(form()).await;
    assert_eq!(body["detail"][0]["type"], "missing");
    let (_, body) = send(form().file("options", "a.png", "image/png", b"PNG".as_slice())).await;
    assert_eq!(body["detail"][0]["type"], "json_expected");
}

#[tokio::test]
async fn the_limit_on_text_applies() {
    let long = format!("{{\"width\": 3, \"tags\": [\"{}\"]}}", "x".repeat(100));
    assert_eq!(send(form().text("options", &long)).await.0, 413);
    let blob = form().file("options", "blob", "application/json", long.as_bytes());
    assert_eq!(send(blob).await.0, 413);
}

#[test]
fn the_document_shows_a_part_of_json() {
    let service = service();
    let body = &service.openapi()["paths"]["/photos"]["post"]["requestBody"];
    let content = &body["content"]["multipart/form-data"];
    for part in ["options", "sizes"] {
        assert_eq!(
            content["encoding"][part].to_string(),
            r#"{"contentType":"application/json"}"#
        );
    }
    let schema = &service.openapi()["components"]["schemas"]["Body_add"];
    assert_eq!(
        schema["properties"]["options"]["$ref"],
        "#/components/schemas/Options"
    );
    assert_eq!(
        schema["required"].to_string(),
        r#"["options","title","photo"]"#
    );
}
