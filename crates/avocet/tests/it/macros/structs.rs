//! Structs: read, serialized, described, checked as a whole, with serde's attributes.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use avocet::input::from_json;
use avocet::model::{Model, OrderedJson, Side};
use avocet::prelude::*;
use serde_json::json;

use super::{EmbedRequest, Page, described, errors, kinds};

#[test]
fn a_struct_is_read() {
    let read =
        from_json::<EmbedRequest>(br#"{"texts": ["a"], "user": null, "m": "x", "other": [1]}"#)
            .unwrap();
    let expected = EmbedRequest {
        texts: vec!["a".into()],
        normalize: true,
        model: "x".into(),
        temperature: None,
        user: None,
    };
    assert_eq!(read, expected);
}

#[test]
fn every_error_of_a_struct_is_found() {
    let found = errors::<EmbedRequest>(
        r#"{"texts": ["", "b", 3], "temperature": 2.5, "normalize": "yes"}"#,
    );
    let locations: Vec<&str> = found
        .iter()
        .map(|(_, text)| text.split(':').next().unwrap())
        .collect();
    assert_eq!(
        locations,
        [
            "body.texts[0]",
            "body.texts[2]",
            "body.temperature",
            "body.normalize",
            "body.user"
        ]
    );
}

#[test]
fn a_struct_is_described() {
    let input = described::<EmbedRequest>(Side::Input);
    assert_eq!(input["description"], "Text to embed.");
    assert_eq!(input["required"], json!(["texts", "user"]));
    assert_eq!(input["properties"]["normalize"]["default"], true);
    assert_eq!(input["properties"]["model"]["default"], "small");
    assert_eq!(
        input["properties"]["normalize"]["description"],
        "Scale the vectors\nto unit length."
    );
    assert_eq!(input["properties"]["texts"]["minItems"], 1);
    assert_eq!(input["properties"]["texts"]["items"]["pattern"], "^[a-z]");
    let output = described::<EmbedRequest>(Side::Output);
    assert_eq!(
        output["required"],
        json!(["texts", "normalize", "model", "temperature", "user"])
    );
}

#[test]
fn a_generic_model_is_named_with_its_arguments() {
    assert_eq!(Page::<u8>::name(), format!("Page_{}_", u8::name()));
    assert_eq!(
        from_json::<Page<u8>>(br#"{"items": [1], "total": 1}"#)
            .unwrap()
            .items,
        [1]
    );
}

fn ordered(range: &Range) -> Result<(), ValidationError> {
    if range.from <= range.to {
        Ok(())
    } else {
        Err(ValidationError::value_error("from is after to").under("from"))
    }
}

fn not_blank(text: &str) -> Result<(), &'static str> {
    if text.trim().is_empty() {
        return Err("it is blank");
    }
    Ok(())
}

fn short(tags: &[String]) -> Result<(), String> {
    let length: usize = tags.iter().map(String::len).sum();
    if length > 5 {
        return Err(format!("{length} characters are too many"));
    }
    Ok(())
}

fn long<T: AsRef<str>>(text: &T) -> Result<(), &'static str> {
    if text.as_ref().len() < 2 {
        return Err("it is too short");
    }
    Ok(())
}

fn other_than(name: &'static str) -> impl Fn(&str) -> Result<(), &'static str> {
    move |text| {
        if text == name {
            Err("it is reserved")
        } else {
            Ok(())
        }
    }
}

#[model(input)]
#[derive(Debug)]
#[expect(dead_code, reason = "the test reads it to find errors")]
struct Note {
    #[field(check = not_blank, check = long, check = other_than("index"), check = |text: &String| not_blank(text))]
    title: String,
    #[field(check = short)]
    tags: Vec<String>,
}

#[test]
fn a_check_can_take_what_a_reference_to_the_value_coerces_to() {
    assert!(from_json::<Note>(br#"{"title": "one", "tags": ["a", "b"]}"#).is_ok());
    let messages = |title: &str| {
        let text = format!(r#"{{"title": "{title}", "tags": ["abc", "def"]}}"#);
        let errors = errors::<Note>(&text);
        errors.into_iter().map(|(_, said)| said).collect::<Vec<_>>()
    };
    let tags = "body.tags: Value error, 6 characters are too many";
    assert_eq!(
        messages("  "),
        ["body.title: Value error, it is blank", tags]
    );
    assert_eq!(
        messages("a"),
        ["body.title: Value error, it is too short", tags]
    );
    assert_eq!(
        messages("index"),
        ["body.title: Value error, it is reserved", tags]
    );
}

#[model(input, check = ordered, name = "Span")]
#[derive(Debug)]
struct Range {
    from: u32,
    to: u32,
}

#[test]
fn the_whole_is_checked_when_its_fields_are_good() {
    assert!(from_json::<Range>(br#"{"from": 1, "to": 2}"#).is_ok());
    assert_eq!(
        errors::<Range>(r#"{"from": 3, "to": 2}"#),
        [(
            "value_error".into(),
            "body.from: Value error, from is after to".into()
        )]
    );
    assert_eq!(kinds::<Range>(r#"{"from": 3}"#), ["missing"]);
    assert_eq!(Range::name(), "Span");
}

#[model]
#[derive(Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase", default)]
struct Options {
    max_new_tokens: u32,
    #[serde(rename = "n")]
    count: u32,
    #[field(rename = "q", deprecated, example = 3)]
    quality: u32,
    #[serde(skip)]
    cache: Vec<u8>,
    #[serde(skip_serializing)]
    secret: String,
    #[serde(skip_deserializing)]
    id: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[test]
fn serde_attributes_mean_what_serde_means() {
    let read =
        from_json::<Options>(br#"{"maxNewTokens": 1, "n": 2, "q": 3, "id": 9, "secret": "s"}"#)
            .unwrap();
    let expected = Options {
        max_new_tokens: 1,
        count: 2,
        quality: 3,
        secret: "s".into(),
        ..Options::default()
    };
    assert_eq!(read, expected);
    assert_eq!(
        serde_json::to_value(&read).unwrap(),
        json!({"maxNewTokens": 1, "n": 2, "q": 3, "id": 0})
    );
    let input = described::<Options>(Side::Input);
    let names = |schema: &OrderedJson| {
        schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&input), ["maxNewTokens", "n", "q", "secret", "note"]);
    assert_eq!(input["properties"]["q"]["deprecated"], true);
    assert_eq!(input["properties"]["q"]["examples"], json!([3]));
    let output = described::<Options>(Side::Output);
    assert_eq!(names(&output), ["maxNewTokens", "n", "q", "id", "note"]);
    assert_eq!(output["required"], json!(["maxNewTokens", "n", "q", "id"]));
}

#[model(output)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Out<T> {
    kind_of: &'static str,
    value: Vec<T>,
    #[serde(skip)]
    marker: PhantomData<T>,
}

/// Knows serde only through us, though its attributes are serde's.
#[model(input)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(Debug, PartialEq)]
struct In {
    #[field(keys(max_length = 2), min_items = 1, items(ge = 0))]
    by_name: BTreeMap<String, i32>,
    #[serde(default = "ten")]
    count: u32,
    #[field(default = u32::MAX)]
    most: u32,
    #[field(default)]
    note: Option<String>,
}

fn ten() -> u32 {
    10
}

#[model]
#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Both {
    #[field(rename = "n")]
    number_of: u32,
    other_one: bool,
}

#[model]
#[serde(transparent)]
#[derive(Debug)]
struct Wrapped {
    #[field(min_length = 2)]
    inner: Option<String>,
}

#[model]
#[derive(Debug)]
struct Tree {
    left: Option<Box<Self>>,
    #[field(default)]
    others: Vec<Tree>,
}

#[model]
#[serde(deny_unknown_fields)]
#[derive(Debug)]
struct Empty {}

#[model(input)]
#[derive(Debug)]
struct Fixed<T, const N: usize>
where
    T: Clone,
{
    values: [T; N],
}

#[test]
fn an_output_may_borrow_forever() {
    let out = Out {
        kind_of: "list",
        value: vec![1],
        marker: std::marker::PhantomData,
    };
    assert_eq!(
        serde_json::to_value(&out).unwrap(),
        json!({"KIND_OF": "list", "VALUE": [1]})
    );
    assert_eq!(
        described::<Out<u8>>(Side::Output)["required"],
        json!(["KIND_OF", "VALUE"])
    );
}

#[test]
fn an_input_needs_nothing_of_serde() {
    let read = from_json::<In>(br#"{"byName": {"a": 1}}"#).unwrap();
    assert_eq!((read.count, read.most, read.note), (10, u32::MAX, None));
    assert_eq!(
        kinds::<In>(r#"{"byName": {"abc": -1}, "x": 1}"#),
        ["string_too_long", "greater_than_equal", "extra_forbidden"]
    );
    let schema = described::<In>(Side::Input);
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["required"], json!(["byName"]));
}

#[test]
fn serde_derives_of_the_users_own_agree() {
    let text = r#"{"n":1,"otherOne":true}"#;
    let read = from_json::<Both>(text.as_bytes()).unwrap();
    assert_eq!(serde_json::from_str::<Both>(text).unwrap(), read);
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
}

#[test]
fn models_can_be_wrapped_recursive_empty_and_fixed() {
    assert!(from_json::<Wrapped>(b"null").unwrap().inner.is_none());
    assert_eq!(kinds::<Wrapped>(r#""a""#), ["string_too_short"]);
    let tree = from_json::<Tree>(br#"{"left": {"others": []}, "others": [{}]}"#).unwrap();
    assert!(tree.left.is_some_and(|left| left.left.is_none()) && tree.others.len() == 1);
    assert!(
        described::<Tree>(Side::Input)["properties"]["others"]["items"]["$ref"]
            .as_str()
            .is_some()
    );
    assert!(from_json::<Empty>(b"{}").is_ok());
    assert_eq!(kinds::<Empty>(r#"{"a": 1}"#), ["extra_forbidden"]);
    assert_eq!(
        from_json::<Fixed<u8, 2>>(br#"{"values": [1, 2]}"#)
            .unwrap()
            .values,
        [1, 2]
    );
    assert_eq!(Fixed::<u8, 2>::name(), format!("Fixed_{}_2_", u8::name()));
}
