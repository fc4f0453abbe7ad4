//! `JsonLines`: lines, heartbeats, errors before and after the first item, and the document.

use avocet::model::OrderedJson;
use std::time::Duration;

use avocet::prelude::*;
use avocet::testing::TestClient;
use http::StatusCode;
use serde_json::{Value, json};

#[model]
struct Row {
    id: u32,
    text: String,
}

/// Rows, and an error where it is asked for.
#[post("/rows/{to}")]
async fn rows(to: u32, #[query] fail_at: Option<u32>) -> JsonLines<Row> {
    JsonLines::new(stream! {
        for id in 0..to {
            if Some(id) == fail_at {
                Err(HttpError::new(StatusCode::IM_A_TEAPOT, "enough"))?;
            }
            yield Row { id, text: "two\nlines\u{2028}\r".to_owned() };
        }
    })
}

/// Two rows with a pause of 35 seconds before each.
#[get("/slow")]
async fn slow() -> JsonLines<u32> {
    JsonLines::new(stream! {
        for number in 0..2 {
            tokio::time::sleep(Duration::from_secs(35)).await;
            yield number;
        }
    })
}

#[get("/quick")]
async fn quick() -> JsonLines<u32> {
    let stream = stream! {
        tokio::time::sleep(Duration::from_secs(35)).await;
        yield 0;
    };
    JsonLines::new(stream).heartbeat(Duration::from_secs(10))
}

/// Four rows with a pause of 10 seconds before each.
#[get("/steady")]
async fn steady() -> JsonLines<u32> {
    JsonLines::new(stream! {
        for number in 0..4 {
            tokio::time::sleep(Duration::from_secs(10)).await;
            yield number;
        }
    })
}

fn client() -> TestClient {
    let app = App::new("Lines", "1.0.0").routes(routes![rows, slow, quick]);
    TestClient::new(app.build().expect("it builds"))
}

#[tokio::test]
async fn items_are_lines_whatever_their_text() {
    let mut response = client().post("/rows/2").send().await;
    assert_eq!(response.header("content-type"), "application/jsonl");
    assert_eq!(response.header("cache-control"), "no-cache");
    assert_eq!(response.header("x-accel-buffering"), "no");
    for id in 0..2 {
        let row: Value = response.next_item().await.expect("a row");
        assert_eq!(row, json!({"id": id, "text": "two\nlines\u{2028}\r"}));
    }
    assert_eq!(response.next_item::<Value>().await, None);
    assert_eq!(client().post("/rows/0").send().await.text().await, "");
}

#[tokio::test]
async fn an_error_before_the_first_item_has_its_status() {
    let response = client().post("/rows/2?fail_at=0").send().await;
    assert_eq!(response.status(), 418);
    assert_eq!(response.json::<Value>().await, json!({"detail": "enough"}));
}

#[tokio::test]
async fn a_later_error_is_a_line_of_its_own_and_no_clean_end() {
    let mut response = client().post("/rows/2?fail_at=1").send().await;
    response.next_item::<Value>().await.expect("the first");
    let error: Value = response.next_item().await.expect("the error");
    assert_eq!(error, json!({"error": {"detail": "enough"}}));
    assert!(response.next_item_or_break::<Value>().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn silence_is_broken_where_it_means_nothing() {
    let response = client().get("/slow").send().await;
    let text = response.text().await;
    assert_eq!(text, "  0\n  1\n");
    for line in text.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn every_item_postpones_the_heartbeat() {
    let app = App::new("Lines", "1.0.0").routes(routes![steady]);
    let client = TestClient::new(app.build().expect("it builds"));
    let text = client.get("/steady").send().await.text().await;
    assert_eq!(text, "0\n1\n2\n3\n");
}

#[tokio::test(start_paused = true)]
async fn the_interval_is_the_streams_own_or_the_applications() {
    assert_eq!(client().get("/quick").send().await.text().await, "   0\n");
    let app = App::new("Lines", "1.0.0")
        .heartbeat(Duration::from_secs(30))
        .routes(routes![slow, quick]);
    let client = TestClient::new(app.build().expect("it builds"));
    assert_eq!(client.get("/slow").send().await.text().await, " 0\n 1\n");
    assert_eq!(client.get("/quick").send().await.text().await, "   0\n");
}

#[tokio::test]
async fn under_3_2_the_items_have_a_word_of_their_own() {
    let app = App::new("Lines", "1.0.0")
        .openapi(avocet::OpenApi::V3_2)
        .routes(routes![rows]);
    let service = app.build().expect("it builds");
    let document = service.openapi();
    crate::publish("json-lines-openapi32", document);
    assert_eq!(document["openapi"], "3.2.0");
    assert_eq!(
        document["paths"]["/rows/{to}"]["post"]["responses"]["200"]["content"],
        json!({"application/jsonl": {"itemSchema": {"$ref": "#/components/schemas/Row"}}})
    );
}

#[tokio::test]
async fn the_document_describes_the_items_and_the_error() {
    let document = client().get("/openapi.json").send().await.text().await;
    let document: OrderedJson = document.parse().expect("JSON");
    crate::publish("json-lines", &document);
    let responses = &document["paths"]["/rows/{to}"]["post"]["responses"];
    assert_eq!(
        responses["200"]["content"],
        json!({"application/jsonl": {
            "schema": {"$ref": "#/components/schemas/Row"},
            "x-item-schema": {"$ref": "#/components/schemas/Row"},
        }})
    );
    assert_eq!(
        responses["default"]["description"],
        "Any other error. After the first item, the error is sent as a last line `{\"error\": …}` with the same JSON, and the response ends early."
    );
}

#[model(output)]
struct Outcome {
    error: Option<String>,
}

#[get("/outcomes")]
async fn outcomes() -> JsonLines<Option<Outcome>> {
    JsonLines::new(stream! { yield None; })
}

#[test]
fn an_item_that_looks_like_the_error_is_a_mistake() {
    let error = App::new("Lines", "1.0.0")
        .routes(routes![outcomes])
        .build()
        .expect_err("a mistake");
    let what = error.mistakes()[0].what();
    assert!(what.contains("have a member `error`"), "{what}");
    assert!(error.to_string().contains("`outcomes`"), "{error}");
}
