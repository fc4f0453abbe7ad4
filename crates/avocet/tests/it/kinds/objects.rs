//! `serde_json::Map<String, Value>`: any JSON object.

use avocet::model::OrderedJson;
use avocet::prelude::*;
use avocet::testing::TestClient;
use serde_json::Map;

use super::*;

#[model]
#[derive(Debug, PartialEq)]
struct Event {
    #[field(max_items = 2, keys(min_length = 2))]
    labels: Map<String, Value>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[post("/objects")]
async fn echo(#[body] object: Map<String, Value>) -> Map<String, Value> {
    object
}

#[test]
fn an_object_has_any_members() {
    let schema = json!({"type": "object", "additionalProperties": true});
    assert_eq!(schema_of::<Map<String, Value>>(Side::Input), schema);
    assert_eq!(schema_of::<HashMap<String, Value>>(Side::Output), schema);
    let object: Map<String, Value> =
        from_json(br#"{"a": [1, {}], "b": 1, "b": null}"#).expect("it is good");
    assert_eq!(json!(object), json!({"a": [1, {}], "b": null}));
    for (text, kind) in [
        ("[]", "dict_type"),
        ("null", "dict_type"),
        ("{\"a\": 1e999}", "finite_number"),
    ] {
        let errors = from_json::<Map<String, Value>>(text.as_bytes()).expect_err(text);
        assert_eq!(kinds_of(&errors), [kind], "{text}");
    }
}

#[test]
fn rules_and_flatten_hold_for_an_object() {
    let event: Event = from_json(br#"{"labels": {"aa": 1}, "more": [true]}"#).expect("it is good");
    assert_eq!(json!(event), json!({"labels": {"aa": 1}, "more": [true]}));
    for (labels, kind) in [
        (r#"{"a": 1}"#, "string_too_short"),
        (r#"{"aa": 1, "bb": 2, "cc": 3, "dd": 4}"#, "too_long"),
    ] {
        let text = format!("{{\"labels\": {labels}}}");
        let errors = from_json::<Event>(text.as_bytes()).expect_err(labels);
        assert_eq!(kinds_of(&errors), [kind], "{labels}");
    }
}

#[tokio::test]
async fn an_object_is_a_body_and_a_response() {
    let app = App::new("Objects", "1")
        .routes(routes![echo])
        .build()
        .expect("it is good");
    let operation = &app.openapi()["paths"]["/objects"]["post"];
    let schema = json!({"type": "object", "additionalProperties": true});
    let of = |holder: &OrderedJson| holder["content"]["application/json"]["schema"].clone();
    assert_eq!(of(&operation["requestBody"]), schema);
    assert_eq!(of(&operation["responses"]["200"]), schema);
    let client = TestClient::new(app);
    let sent = client.post("/objects").json(&json!({"a": {"b": [null]}}));
    assert_eq!(sent.send().await.text().await, r#"{"a":{"b":[null]}}"#);
}

type Sixteen = (
    u8,
    u8,
    u8,
    u8,
    u8,
    u8,
    u8,
    u8,
    u8,
    u8,
    u8,
    u8,
    u8,
    u8,
    bool,
    String,
);

#[post("/tuples")]
async fn tuple(#[body] tuple: Sixteen) -> Sixteen {
    tuple
}

#[tokio::test]
async fn a_tuple_has_up_to_sixteen_items() {
    let app = App::new("Tuples", "1")
        .routes(routes![tuple])
        .build()
        .expect("it is good");
    let operation = &app.openapi()["paths"]["/tuples"]["post"];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(
        (&schema["minItems"], &schema["maxItems"]),
        (&16.into(), &16.into())
    );
    assert_eq!(schema["prefixItems"][14], json!({"type": "boolean"}));
    let client = TestClient::new(app);
    let sent = json!([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, true, "p"]);
    let response = client.post("/tuples").json(&sent).send().await;
    assert_eq!(response.text().await, sent.to_string());
    let response = client.post("/tuples").json(&json!([0, 300])).send().await;
    let errors: Value = serde_json::from_str(&response.text().await).expect("it is good");
    assert_eq!(errors["detail"].as_array().expect("it is good").len(), 15);
}
