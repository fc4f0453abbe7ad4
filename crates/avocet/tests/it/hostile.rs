//! Bodies made to cost more than they should: what is answered stays small whatever was sent.

use std::collections::BTreeMap;

use avocet::prelude::*;
use avocet::respond::ErrorShape;
use avocet::testing::TestClient;
use serde_json::Value;

#[model]
#[derive(Debug)]
struct Item {
    #[field(min_length = 3, max_length = 9)]
    name: String,
    #[field(default, unique, items(ge = 0))]
    numbers: Vec<i32>,
    #[field(default)]
    children: Vec<Item>,
}

#[model]
#[derive(Debug)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Part {
    Item(Item),
    Parts { parts: Vec<Part> },
}

#[post("/items")]
async fn items(#[body] items: Vec<Item>) -> usize {
    items
        .iter()
        .map(|it| it.name.len() + it.numbers.len() + it.children.len())
        .sum()
}

#[post("/map")]
async fn map(#[body] map: BTreeMap<String, Vec<u8>>) -> usize {
    map.len()
}

#[post("/parts")]
async fn parts(#[body] parts: Vec<Part>) -> Vec<Part> {
    parts
}

#[post("/any")]
async fn any(#[body] any: Value) -> Value {
    any
}

const MEGABYTE: usize = 1_000_000;

fn bodies() -> Vec<String> {
    let list = |item: &str| format!("[{}]", vec![item; MEGABYTE / item.len()].join(","));
    let nested =
        |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let key = "k".repeat(MEGABYTE);
    vec![
        list("0"),
        list("{}"),
        list(r#"{"name":""}"#),
        list(r#"{"kind":"?"}"#),
        list(r#"{"name":"abc","numbers":[-1,-1]}"#),
        nested("[", "]"),
        nested(r#"{"a":"#, "}"),
        nested(r#"[{"name":"","children":"#, "}]"),
        nested(r#"{"kind":"parts","parts":["#, "]}"),
        format!(r#"{{"{key}":[-1,-1,-1]}}"#),
        format!(r#"[{{"{key}":1,"name":"{key}"}}]"#),
        format!(r#"[{{"kind":"{key}"}}]"#),
        format!("{{{}}}", vec![r#""k":[-1]"#; MEGABYTE / 9].join(",")),
        format!("[{}", "9".repeat(MEGABYTE)),
        format!("[1e{}]", "9".repeat(MEGABYTE)),
    ]
}

#[tokio::test]
async fn what_is_answered_to_a_hostile_body_is_small() {
    for (shape, paths) in [
        (
            ErrorShape::FastApi,
            &["/items", "/map", "/parts", "/any"][..],
        ),
        (ErrorShape::ProblemDetails, &["/map"]),
    ] {
        let app = App::new("Hostile", "1.0.0").errors(shape);
        let service = app.routes(routes![items, map, parts, any]).build();
        let client = TestClient::new(service.expect("it has no mistakes"));
        for body in bodies() {
            for path in paths {
                let request = client.post(path).header("content-type", "application/json");
                let answer = request.body(body.clone()).send().await;
                let shown = &body[..20];
                if answer.status() != 200 {
                    assert_eq!(answer.status(), 422, "{path} {shown}");
                    let length = answer.bytes().await.len();
                    assert!(length < 100_000, "{path} {shown}: {length} bytes");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_answer_says_how_many_problems_it_does_not_list() {
    let service = App::new("Hostile", "1.0.0").routes(routes![items]).build();
    let client = TestClient::new(service.expect("it has no mistakes"));
    let body = vec![0; 5_000];
    let answer = client
        .post("/items")
        .json(&body)
        .send()
        .await
        .json::<Value>()
        .await;
    let detail = answer["detail"].as_array().expect("a list");
    assert_eq!(detail.len(), 101);
    assert_eq!(detail[100]["type"], "too_many_problems");
    assert_eq!(detail[100]["ctx"]["omitted"], 4_900);
}
