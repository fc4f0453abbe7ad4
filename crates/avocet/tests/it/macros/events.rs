//! `#[events]`: the output of each form of variant, and its description in the document.

use avocet::model::{Schemas, Side};
use avocet::prelude::*;
use avocet::response::{Event, EventText, TextData};
use serde_json::json;

#[model(output)]
struct Token {
    text: String,
}

#[events]
enum Progress {
    Token(Token),
    Count(u32),
    /// A line as it is.
    Raw(TextData),
    Waiting,
    #[event(data = "")]
    Empty,
    #[event(name = "end", data = "[DONE]")]
    Done,
    #[event(unnamed)]
    Plain(Vec<u8>),
    #[event(unnamed, data = "bye")]
    Bye,
}

fn written(event: &Progress) -> String {
    let mut text = EventText::default();
    event.write(&mut text).unwrap();
    text.as_str().to_owned()
}

#[test]
fn each_variant_sends_its_name_and_its_data() {
    let token = Progress::Token(Token { text: "a".into() });
    for (event, expected) in [
        (token, "event: token\ndata: {\"text\":\"a\"}\n\n"),
        (Progress::Count(3), "event: count\ndata: 3\n\n"),
        (
            Progress::Raw("a\nb".into()),
            "event: raw\ndata: a\ndata: b\n\n",
        ),
        (Progress::Waiting, "event: waiting\ndata: null\n\n"),
        (Progress::Empty, "event: empty\ndata: \n\n"),
        (Progress::Done, "event: end\ndata: [DONE]\n\n"),
        (Progress::Plain(vec![1]), "data: [1]\n\n"),
        (Progress::Bye, "data: bye\n\n"),
    ] {
        assert_eq!(written(&event), expected);
    }
}

#[test]
fn each_variant_is_described() {
    let mut schemas = Schemas::new(Side::Output);
    let schema = <Progress as Event>::describe(&mut schemas).to_json(&schemas.own_names());
    let described = |index: usize| &schema["oneOf"][index]["properties"];
    assert_eq!(described(1)["data"]["contentMediaType"], "application/json");
    assert_eq!(described(2)["data"], json!({"type": "string"}));
    assert_eq!(schema["oneOf"][2]["description"], "A line as it is.");
    assert_eq!(schema["oneOf"][2]["required"], json!(["event", "data"]));
    assert_eq!(
        described(3)["data"]["contentSchema"],
        json!({"enum": [null]})
    );
    assert_eq!(
        described(4)["data"],
        json!({"type": "string", "enum": [""]})
    );
    assert_eq!(
        described(5)["data"],
        json!({"type": "string", "enum": ["[DONE]"]})
    );
    assert_eq!(described(5)["event"]["enum"], json!(["end"]));
    assert!(described(6).get("event").is_none());
    assert_eq!(schema["oneOf"][7]["required"], json!(["data"]));
}
