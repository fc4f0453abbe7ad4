//! Rules on every type that supports them, and defaults that must satisfy them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use avocet::input::from_json;
use avocet::model::Side;
use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet::types::Patch;
use serde_json::{Value, json};

use super::{described, errors};

const POSITIVE: &[i64] = &[0];

#[model]
struct Everywhere {
    #[field(items(ge = 0, le = 9))]
    array: Option<[i32; 2]>,
    #[field(items(items(min_length = 2)))]
    rows: Option<Vec<Vec<Option<String>>>>,
    #[field(min_items = 1, keys(pattern = "^[a-z]+$"), items(items(ge = 0)))]
    map: Option<BTreeMap<String, Option<Vec<i64>>>>,
    #[field(max_items = 1, items(multiple_of = 2))]
    set: Option<HashSet<u8>>,
    #[field(max_length = 2)]
    shared: Option<Arc<str>>,
    #[field(unique, items(lt = 3))]
    patch: Patch<Vec<u8>>,
    #[field(unique)]
    maps: Option<Vec<BTreeMap<String, Value>>>,
}

#[test]
fn rules_stand_on_everything_that_carries_them() {
    let text = r#"{
        "array": [1, 10],
        "rows": [["ab", null], ["c"]],
        "map": {"a": [0, -1], "B": null},
        "set": [2, 4, 5],
        "shared": "abc",
        "patch": [1, 1, 3],
        "maps": [{"a": 1, "b": 2}, {}, {"b": 2, "a": 1.0}]
    }"#;
    let found = errors::<Everywhere>(text);
    let location = |said: &'_ str| said.split(':').next().unwrap_or_default().to_owned();
    let found: Vec<_> = found
        .iter()
        .map(|(kind, said)| (location(said), kind.as_str()))
        .collect();
    let expected = [
        ("body.array[1]", "less_than_equal"),
        ("body.rows[1][0]", "string_too_short"),
        ("body.map.a[1]", "greater_than_equal"),
        ("body.map.B.[key]", "string_pattern_mismatch"),
        ("body.set[2]", "multiple_of"),
        ("body.set", "too_long"),
        ("body.shared", "string_too_long"),
        ("body.patch[2]", "less_than"),
        ("body.patch", "unique_items"),
        ("body.maps", "unique_items"),
    ];
    assert_eq!(found, expected.map(|(at, kind)| (at.to_owned(), kind)));
    let good = json!({"array": [0, 9], "map": {"a": [], "b": null}, "set": [4], "patch": [2, 0], "maps": []});
    assert!(from_json::<Everywhere>(good.to_string().as_bytes()).is_ok());
    let schema = described::<Everywhere>(Side::Input);
    assert_eq!(
        schema["properties"]["array"]["anyOf"][0]["items"]["maximum"],
        9
    );
    assert_eq!(
        schema["properties"]["maps"]["anyOf"][0]["uniqueItems"],
        true
    );
}

#[get("/tags")]
async fn tags(
    #[query(unique, max_items = 3, default = vec!["a".to_owned()], items(min_length = 1))]
    tags: Vec<String>,
) -> Vec<String> {
    tags
}

#[tokio::test]
async fn the_items_of_a_parameter_are_compared_as_they_are_sent() {
    let service = App::new("Tags", "1.0.0").routes(routes![tags]).build();
    let client = TestClient::new(service.expect("it has no mistakes"));
    let response = client.get("/tags?tags=a&tags=b&tags=c").send().await;
    assert_eq!(response.json::<Value>().await, json!(["a", "b", "c"]));
    let response = client.get("/tags?tags=a&tags=b&tags=a").send().await;
    assert_eq!(response.status(), 422);
    let expected = json!({"detail": [{
        "type": "unique_items",
        "loc": ["query", "tags"],
        "msg": "List should have unique items after validation, but items 0 and 2 are equal",
        "ctx": {"field_type": "List", "first": 0, "second": 2},
    }]});
    assert_eq!(response.json::<Value>().await, expected);
}

#[model]
struct Defaults {
    #[field(default = "ab", pattern = "^[0-9]+$")]
    code: String,
    #[field(default = POSITIVE.to_vec(), items(gt = 0))]
    numbers: Vec<i64>,
    #[field(default = vec![1, 1], unique)]
    unique: Vec<i64>,
    #[field(default = 2.5, le = 2.5)]
    good: f64,
}

#[post("/")]
async fn defaults(
    #[query(default = vec![1, 2], max_items = 1)] few: Vec<u8>,
    #[body] body: Defaults,
) -> Defaults {
    let _ = few;
    body
}

#[test]
fn a_default_that_breaks_its_own_rules_is_a_mistake_of_the_application() {
    let error = App::new("Defaults", "1.0.0")
        .routes(routes![defaults])
        .build()
        .expect_err("it has mistakes");
    let what: Vec<&str> = error.mistakes().iter().map(avocet::Mistake::what).collect();
    let breaks = "the default violates a rule";
    let expected = [
        format!("{breaks}: few: List should have at most 1 item after validation, not 2"),
        format!("in `Defaults`: {breaks}: code: String should match pattern '^[0-9]+$'"),
        format!("in `Defaults`: {breaks}: numbers[0]: Input should be greater than 0"),
        format!(
            "in `Defaults`: {breaks}: unique: List should have unique items after validation, but items 0 and 1 are equal"
        ),
    ];
    assert_eq!(what, expected);
}

#[model]
struct Sampling {
    #[field(gt = 0.0, lt = 1.0)]
    temperature: f32,
    #[field(ge = 0.1, le = 0.7)]
    share: f32,
    #[field(gt = 0.0, lt = 1.0)]
    wide: f64,
}

/// The handler's value satisfies the rule, even where only rounding would violate it.
#[test]
fn a_float_is_not_rounded_to_a_bound_that_it_must_not_reach() {
    let text = |number: &str| format!(r#"{{"temperature":{number},"share":0.1,"wide":{number}}}"#);
    for good in ["0.5", "1e-45", "0.99999994"] {
        let read = from_json::<Sampling>(text(good).as_bytes()).expect(good);
        assert!(read.temperature > 0.0 && read.temperature < 1.0 && read.wide > 0.0);
    }
    for (wrong, kind) in [("1e-60", "greater_than"), ("0.99999999999", "less_than")] {
        let found = errors::<Sampling>(&text(wrong));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, kind);
    }
    // The bound itself is accepted, although no `f32` equals a tenth.
    let read = from_json::<Sampling>(br#"{"temperature":0.5,"share":0.7,"wide":0.5}"#);
    assert!(read.expect("it is valid").share > 0.69);
}
