//! `trim`, `lowercase`, `uppercase` and `map`: values that are transformed while they are read.

use std::collections::BTreeMap;

use avocet::input::from_json;
use avocet::model::Side;
use avocet::prelude::*;
use avocet::testing::TestClient;
use avocet::types::{Patch, Secret};
use serde_json::{Value, json};

use super::{described, errors};

/// A name without blanks around it.
#[model]
#[derive(Debug, PartialEq)]
struct Name(#[field(trim, min_length = 1)] String);

#[model]
#[derive(Debug, PartialEq)]
struct Person {
    /// What they are called.
    #[field(
        trim,
        lowercase,
        min_length = 2,
        max_length = 5,
        pattern = "^[a-zA-Z]+$"
    )]
    nick: String,
    #[field(uppercase)]
    name: Name,
    #[field(items(trim, min_length = 1), default)]
    tags: Vec<String>,
    #[field(trim)]
    note: Option<String>,
    #[field(trim, uppercase, default)]
    code: Patch<String>,
    #[field(items(lowercase), default)]
    by_key: BTreeMap<String, String>,
    #[field(trim)]
    secret: Secret<String>,
}

#[test]
fn texts_are_changed_wherever_they_stand() {
    let person: Person = from_json(
        br#"{"nick": " Ada\n", "name": " love ", "tags": [" a ", "b"], "note": "\t", "code": " x1 ",
            "by_key": {" K ": "V"}, "secret": " psst "}"#,
    )
    .unwrap();
    assert_eq!(person.nick, "ada");
    assert_eq!(person.name, Name("LOVE".into()));
    assert_eq!(person.tags, ["a", "b"]);
    assert_eq!(person.note.as_deref(), Some(""));
    assert_eq!(person.code, Patch::Value("X1".into()));
    assert_eq!(person.by_key, BTreeMap::from([(" K ".into(), "v".into())]));
    assert_eq!(person.secret.expose(), "psst");
}

#[test]
fn rules_hold_for_what_is_left_and_errors_count_that() {
    let found = errors::<Person>(
        r#"{"nick": "  abcdef  ", "name": "  ", "tags": [" ", "a"], "secret": ""}"#,
    );
    let messages: Vec<&str> = found.iter().map(|(_, message)| &**message).collect();
    assert_eq!(
        messages,
        [
            "body.nick: String should have at most 5 characters",
            "body.name: String should have at least 1 character",
            "body.tags[0]: String should have at least 1 character",
        ]
    );
}

#[test]
fn the_document_says_what_holds_for_what_is_sent() {
    let person = described::<Person>(Side::Input);
    assert_eq!(
        person["properties"]["nick"],
        json!({
            "type": "string",
            "minLength": 2,
            "description": "What they are called.\n\nLeading and trailing whitespace is removed; the rest has 2 to 5 characters \
                            and matches `^[a-zA-Z]+$`. Converted to lower case.",
        })
    );
    assert_eq!(
        person["properties"]["tags"]["items"]["description"],
        "Leading and trailing whitespace is removed; the rest has at least 1 character."
    );
    let name = &person["properties"]["name"];
    assert!(name["$ref"].as_str().is_some());
    assert_eq!(name["description"], "Converted to upper case.");
    assert_eq!(
        described::<Name>(Side::Input)["description"],
        "A name without blanks around it.\n\nLeading and trailing whitespace is removed; the rest has at least 1 character."
    );
}

#[expect(clippy::needless_pass_by_value, reason = "what `map` calls")]
fn collapsed(text: String) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn doubled(number: u32) -> Result<u32, ValidationError> {
    number
        .checked_mul(2)
        .ok_or_else(|| ValidationError::value_error("is too large to be doubled"))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what `check` calls")]
fn below_ten(number: &u32) -> Result<(), &'static str> {
    if *number < 10 {
        Ok(())
    } else {
        Err("is not below ten")
    }
}

#[model]
#[derive(Debug, PartialEq)]
struct Even(#[field(map = doubled, check = below_ten)] u32);

fn sorted(mut mapped: Mapped) -> Result<Mapped, ValidationError> {
    if mapped.title == "wrong" {
        return Err("is wrong".into());
    }
    mapped.numbers.sort_unstable();
    Ok(mapped)
}

#[model(map = sorted)]
#[derive(Debug, PartialEq)]
struct Mapped {
    #[field(max_length = 9, map = collapsed)]
    title: String,
    #[field(check = below_ten, map = doubled, map = |number: u32| number + 1)]
    number: u32,
    #[field(default)]
    numbers: Vec<Even>,
}

impl Eq for Even {}

impl PartialOrd for Even {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Even {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

#[test]
fn functions_change_a_value_in_the_order_of_writing() {
    let mapped: Mapped =
        from_json(br#"{"title": " a   b ", "number": 5, "numbers": [4, 0]}"#).unwrap();
    assert_eq!(mapped.title, "a b");
    assert_eq!(mapped.number, 11);
    assert_eq!(mapped.numbers, [Even(0), Even(8)]);
    for (text, expected) in [
        // Rules apply to the sent value.
        (
            r#"{"title": "a         b", "number": 1}"#,
            "body.title: String should have at most 9 characters",
        ),
        (
            r#"{"title": "", "number": 11}"#,
            "body.number: Value error, is not below ten",
        ),
        (
            r#"{"title": "wrong", "number": 1}"#,
            "body: Value error, is wrong",
        ),
        (
            r#"{"title": "", "number": 1, "numbers": [5]}"#,
            "body.numbers[0]: Value error, is not below ten",
        ),
        (
            r#"{"title": "", "number": 1, "numbers": [4000000000]}"#,
            "body.numbers[0]: Value error, is too large to be doubled",
        ),
    ] {
        let found = errors::<Mapped>(text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].1, expected);
    }
}

#[get("/search/{room}")]
async fn search(
    #[path(trim, uppercase)] room: String,
    #[query(trim, lowercase, min_length = 1)] q: String,
    #[query(map = doubled, check = below_ten)] page: u32,
    #[query(items(trim), default)] tags: Vec<String>,
    #[header(lowercase)] x_mode: Option<String>,
) -> String {
    format!("{room} {q} {page} {tags:?} {x_mode:?}")
}

#[tokio::test]
async fn parameters_are_changed_as_fields_are() {
    let app = App::new("Search", "1").routes(routes![search]);
    let client = TestClient::new(app.build().unwrap());
    let response = client.get("/search/%20a%20?q=%20Cat+&page=4&tags=+a&tags=b");
    let response = response.header("x-mode", "Fast").send().await;
    let text: String = serde_json::from_str(&response.text().await).unwrap();
    assert_eq!(text, r#"A cat 8 ["a", "b"] Some("fast")"#);
    let response = client.get("/search/a?q=++&page=5").send().await;
    let errors: Value = serde_json::from_str(&response.text().await).unwrap();
    assert_eq!(errors["detail"][0]["type"], "string_too_short");
    assert_eq!(errors["detail"][1]["msg"], "Value error, is not below ten");
}
