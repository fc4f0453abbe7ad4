//! The errors of malformed JSON are those of Python's `json` module, which `FastAPI` sends to clients: the same words at the same position, for
//! every type that reads the text.
//!
//! `json_errors/python.json` has rows of a text, `JSONDecodeError.msg` and `JSONDecodeError.pos`, recorded with Python 3.11.

use std::collections::BTreeMap;

use avocet::input::{Input, from_json};
use avocet::prelude::*;
use avocet::testing::TestClient;
use serde_json::{Value, json};

/// Reads every kind of value that the texts contain, through the tag and member readers.
#[model(input)]
#[serde(tag = "role", rename_all = "snake_case")]
enum Message {
    User {
        #[field(max_items = 1)]
        parts: Vec<Option<Part>>,
    },
    System {
        text: String,
    },
}

#[model(input)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the test reads it to find errors")]
struct Part {
    #[field(min_length = 100)]
    text: String,
    weight: f32,
}

#[model(input)]
#[serde(untagged)]
#[expect(dead_code, reason = "the test reads it to find errors")]
enum Either {
    Numbers(Vec<f64>),
    Part(Part),
}

/// A position with the words of the error there.
type Found = (u64, String);

type FindError = fn(&str) -> Found;

/// Returns the only error of a text.
fn error<T: Input>(text: &str) -> Found {
    let Err(errors) = from_json::<T>(text.as_bytes()) else {
        panic!("{text:?} was accepted");
    };
    let errors = serde_json::to_value(&errors).expect("JSON");
    let [error] = errors.as_array().expect("a list").as_slice() else {
        panic!("{text:?}: {errors}");
    };
    assert_eq!(error["type"], "json_invalid", "{text:?}");
    let position = error["loc"][1].as_u64().expect("a position");
    (
        position,
        error["ctx"]["error"].as_str().expect("words").to_owned(),
    )
}

#[test]
fn words_and_positions_are_pythons() {
    let rows = include_str!("json_errors/python.json");
    let rows: Vec<(String, String, u64)> = serde_json::from_str(rows).expect("rows");
    assert!(rows.len() > 200);
    let readers: [(&str, FindError); 9] = [
        ("value", error::<Value>),
        ("tagged", error::<Message>),
        ("struct", error::<Part>),
        ("untagged", error::<Either>),
        ("floats", error::<Vec<f64>>),
        ("integers", error::<Vec<i64>>),
        ("map", error::<BTreeMap<String, String>>),
        ("string", error::<String>),
        ("tuple", error::<(f32, bool)>),
    ];
    for (text, words, position) in rows {
        for (name, error) in &readers {
            assert_eq!(error(&text), (position, words.clone()), "{name}: {text:?}");
        }
    }
}

#[post("/messages")]
async fn send(#[body] messages: Vec<Message>) -> usize {
    messages
        .iter()
        .map(|message| match message {
            Message::User { parts } => parts.iter().flatten().filter(|it| it.weight > 0.0).count(),
            Message::System { text } => text.len(),
        })
        .sum()
}

#[tokio::test]
async fn the_response_is_fastapis() {
    let app = App::new("Messages", "1.0.0").routes(routes![send]);
    let client = TestClient::new(app.build().expect("it has no mistakes"));
    let request = client
        .post("/messages")
        .header("content-type", "application/json");
    let response = request.body(r#"[{"role": "user", "parts": ["#).send().await;
    assert_eq!(response.status(), 422);
    let expected = json!({"detail": [{
        "type": "json_invalid",
        "loc": ["body", 28],
        "msg": "JSON decode error",
        "ctx": {"error": "Expecting value"},
    }]});
    assert_eq!(response.json::<Value>().await, expected);
}
