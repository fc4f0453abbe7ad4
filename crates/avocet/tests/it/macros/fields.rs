//! Flattened fields, fields that serde reads, and fields of patches.

use std::collections::BTreeMap;
use std::time::Duration;

use avocet::input::from_json;
use avocet::model::{Model, Schema, Schemas, Side};
use avocet::prelude::*;
use avocet::types::Patch;
use serde_json::json;

use super::{described, errors, kinds};

#[model]
#[derive(Debug, PartialEq)]
struct Paging {
    #[field(le = 100, default = 10)]
    limit: u32,
    after: Option<String>,
}

#[model]
#[derive(Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Order {
    by: String,
}

#[model]
#[derive(Debug, PartialEq)]
struct Search {
    words: Vec<String>,
    #[serde(flatten)]
    paging: Paging,
}

#[model]
#[derive(Debug, PartialEq)]
struct Sorted {
    #[serde(flatten)]
    search: Search,
    #[serde(flatten)]
    more: Box<Paged>,
}

#[model]
#[derive(Debug, PartialEq)]
struct Paged {
    page: u8,
}

#[model]
#[derive(Debug, PartialEq)]
struct Strict {
    words: Vec<String>,
    #[serde(flatten)]
    order: Order,
}

#[test]
fn a_flattened_field_has_its_members_in_the_object_around_it() {
    let text = r#"{"limit": 5, "words": ["\\a"], "page": 2, "after": "x\"y", "unknown": [1]}"#;
    let read = from_json::<Sorted>(text.as_bytes()).unwrap();
    assert_eq!(
        read,
        Sorted {
            search: Search {
                words: vec!["\\a".into()],
                paging: Paging {
                    limit: 5,
                    after: Some("x\"y".into())
                },
            },
            more: Box::new(Paged { page: 2 }),
        }
    );
    assert_eq!(
        serde_json::to_value(&read).unwrap(),
        json!({"words": ["\\a"], "limit": 5, "after": "x\"y", "page": 2})
    );
    assert_eq!(
        errors::<Search>(r#"{"words": "a", "limit": 1, "limit": 101}"#)
            .into_iter()
            .map(|(_, text)| text)
            .collect::<Vec<_>>(),
        [
            "body.words: Input should be a valid list",
            "body.limit: Input should be less than or equal to 100",
        ]
    );
    let schema = described::<Sorted>(Side::Input);
    assert_eq!(schema["required"], json!(["words", "page"]));
    assert_eq!(schema["properties"]["limit"]["maximum"], 100);
}

#[test]
fn a_flattened_model_may_reject_unknown_members() {
    assert!(from_json::<Strict>(br#"{"words": [], "by": "a"}"#).is_ok());
    assert_eq!(
        kinds::<Strict>(r#"{"words": [], "by": "a", "c": 1}"#),
        ["extra_forbidden"]
    );
    assert_eq!(
        described::<Strict>(Side::Input)["additionalProperties"],
        false
    );
}

// Serializing it would not even compile: its serializers would recurse infinitely.
#[model(input)]
struct Loop {
    #[serde(flatten)]
    inside: Box<Self>,
    #[serde(flatten)]
    order: Order,
    #[serde(flatten)]
    paged: Paged,
    by: u8,
}

#[post("/loop")]
async fn a_loop(#[body] loops: Vec<Loop>) -> String {
    let by = |it: &Loop| it.order.by.len() + usize::from(it.by + it.inside.by + it.paged.page);
    loops.iter().map(by).sum::<usize>().to_string()
}

#[test]
fn what_cannot_be_flattened_is_a_mistake_of_the_application() {
    let error = App::new("Loop", "1")
        .routes(routes![a_loop])
        .build()
        .unwrap_err()
        .to_string();
    assert!(error.contains("contains itself"), "{error}");
    assert!(error.contains("has `deny_unknown_fields`"), "{error}");
    assert!(error.contains(r#"the member "by" is both"#), "{error}");
}

#[model]
#[derive(Debug, PartialEq)]
struct Gathering {
    id: u8,
    #[serde(flatten)]
    sorted: Option<Boxed>,
    #[serde(flatten)]
    others: BTreeMap<String, Vec<u8>>,
}

#[model]
#[derive(Debug, PartialEq)]
struct Boxed {
    by: String,
    #[serde(flatten)]
    paging: Paging,
}

#[test]
fn a_flattened_option_is_none_when_nothing_of_it_was_sent() {
    let read = |text: &str| from_json::<Gathering>(text.as_bytes()).unwrap();
    let none = read(r#"{"id": 1, "a": [1], "b": []}"#);
    assert_eq!(none.sorted, None);
    assert_eq!(none.others.keys().collect::<Vec<_>>(), ["a", "b"]);
    let some = read(r#"{"by": "name", "a": [1], "limit": 5, "id": 1, "a": [2]}"#);
    assert_eq!(some.sorted.as_ref().unwrap().paging.limit, 5);
    assert_eq!(some.others, [("a".to_owned(), vec![2])].into());
    let written = json!({"id": 1, "by": "name", "limit": 5, "after": null, "a": [2]});
    assert_eq!(serde_json::to_value(&some).unwrap(), written);
    assert_eq!(
        serde_json::to_value(&none).unwrap(),
        json!({"id": 1, "a": [1], "b": []})
    );

    let text = r#"{"id": 1, "limit": 500, "a": ["x"]}"#;
    let found: Vec<_> = errors::<Gathering>(text)
        .into_iter()
        .map(|(_, said)| said)
        .collect();
    let expected = [
        "body.by: Field required",
        "body.limit: Input should be less than or equal to 100",
        "body.a[0]: Input should be a valid integer",
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_schema_of_a_flattened_option_says_that_its_members_come_together() {
    let schema = described::<Gathering>(Side::Input);
    assert_eq!(schema["required"], json!(["id"]));
    let together = json!({"limit": ["by"], "after": ["by"]});
    assert_eq!(schema["dependentRequired"], together);
    assert_eq!(schema["additionalProperties"]["items"]["type"], "integer");
}

#[model(input)]
struct MapFirst {
    #[serde(flatten)]
    others: BTreeMap<String, String>,
    #[serde(flatten)]
    order: Option<Order>,
}

#[post("/")]
async fn map_first(#[body] body: MapFirst) -> usize {
    body.others.len() + usize::from(body.order.is_some())
}

#[test]
fn a_map_that_does_not_stand_last_is_a_mistake_of_the_application() {
    let app = App::new("Map", "1").routes(routes![map_first]);
    let error = app.build().unwrap_err().to_string();
    assert!(error.contains("flatten the map last"), "{error}");
    assert!(error.contains("reads all members"), "{error}");
}

/// Implements only serde's traits.
#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Foreign {
    Red,
    Green,
}

fn colour(_: &mut Schemas) -> Schema {
    Schema::one_of_values(["red", "green"])
}

mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        value: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(value.as_secs())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_secs)
    }
}

#[model]
#[derive(Debug, PartialEq)]
struct Lamp {
    #[field(serde, schema = colour)]
    colour: Foreign,
    #[field(serde)]
    other: Option<Foreign>,
    #[serde(with = "seconds")]
    on: Duration,
    #[serde(with = "seconds", default)]
    off: Duration,
}

#[test]
fn serde_reads_what_only_serde_knows() {
    let text = r#"{"colour":"red","other":null,"on":3,"off":0}"#;
    let lamp = from_json::<Lamp>(br#"{"colour": "red", "on": 3}"#).unwrap();
    assert_eq!(
        (&lamp.colour, lamp.on),
        (&Foreign::Red, Duration::from_secs(3))
    );
    assert_eq!(serde_json::to_string(&lamp).unwrap(), text);
    let schema = described::<Lamp>(Side::Input);
    assert_eq!(schema["required"], json!(["colour", "on"]));
    assert_eq!(
        schema["properties"]["colour"],
        json!({"type": "string", "enum": ["red", "green"]})
    );
    assert_eq!(schema["properties"]["on"], json!({}));
    let said: Vec<String> = errors::<Lamp>(r#"{"colour": "hunter2", "on": "hunter2"}"#)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert_eq!(
        said,
        [
            "body.colour: Value error, expected `red` or `green`",
            "body.on: Value error, expected u64",
        ]
    );
    assert_eq!(kinds::<Lamp>("{}"), ["missing", "missing"]);
}

#[model]
#[derive(Debug, PartialEq)]
struct UserPatch {
    #[field(min_length = 2)]
    #[serde(skip_serializing_if = "Patch::is_absent")]
    nickname: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    age: Patch<u8>,
}

#[test]
fn a_patch_tells_absent_from_null() {
    let read = from_json::<UserPatch>(br#"{"age": null}"#).unwrap();
    assert_eq!(
        read,
        UserPatch {
            nickname: Patch::Absent,
            age: Patch::Null
        }
    );
    assert_eq!(serde_json::to_value(&read).unwrap(), json!({"age": null}));
    assert_eq!(
        kinds::<UserPatch>(r#"{"nickname": "a"}"#),
        ["string_too_short"]
    );
    let schema = described::<UserPatch>(Side::Input);
    assert!(schema.get("required").is_none());
    assert_eq!(
        schema["properties"]["nickname"]["anyOf"][1],
        json!({"type": "null"})
    );
    assert_eq!(UserPatch::name(), "UserPatch");
}
