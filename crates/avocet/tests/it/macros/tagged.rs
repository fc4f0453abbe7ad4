//! Enums of names alone, and enums that are told by a tag.

use avocet::model::{Model, Schemas, Side};
use avocet::prelude::*;
use avocet::read::from_json;
use serde_json::json;

use super::{Call, Level, described, kinds, problems};

#[test]
fn a_unit_enum_is_its_name() {
    assert_eq!(from_json::<Level>(br#""middle""#).unwrap(), Level::VeryHigh);
    assert_eq!(serde_json::to_value(Level::VeryHigh).unwrap(), "very-high");
    for wrong in [r#""High""#, "1", "null", r#"{"low": null}"#] {
        assert_eq!(
            problems::<Level>(wrong),
            [(
                "enum".into(),
                "body: Input should be 'low' or 'very-high'".into()
            )]
        );
    }
    assert_eq!(
        described::<Level>(Side::Input)["enum"],
        json!(["low", "very-high"])
    );
}

#[model]
#[derive(Debug, PartialEq)]
#[serde(tag = "role", rename_all = "snake_case", deny_unknown_fields)]
enum Message {
    /// Said by a person.
    User {
        #[field(min_length = 1)]
        text: String,
    },
    ToolCall(Call),
    #[model(name = "TheEnd")]
    End,
}

#[test]
fn a_tagged_enum_is_told_by_its_tag() {
    let read = |text: &str| from_json::<Message>(text.as_bytes()).unwrap();
    assert_eq!(
        read(r#"{"text": "hi", "role": "user"}"#),
        Message::User { text: "hi".into() }
    );
    assert_eq!(
        read(r#"{"role": "tool_call", "name": "f"}"#),
        Message::ToolCall(Call { name: "f".into() })
    );
    assert_eq!(read(r#"{"role": "end"}"#), Message::End);
    assert_eq!(
        problems::<Message>(r#"{"role": "user", "text": "", "more": 1}"#),
        [
            (
                "string_too_short".into(),
                "body.user.text: String should have at least 1 character".into()
            ),
            (
                "extra_forbidden".into(),
                "body.user.more: Extra inputs are not permitted".into()
            ),
        ]
    );
    assert_eq!(
        kinds::<Message>(r#"{"role": "end", "more": 1}"#),
        ["extra_forbidden"]
    );
    assert_eq!(
        kinds::<Message>(r#"{"role": "nobody"}"#),
        ["union_tag_invalid"]
    );
    let written = serde_json::to_value(Message::ToolCall(Call { name: "f".into() })).unwrap();
    assert_eq!(written, json!({"role": "tool_call", "name": "f"}));
}

#[test]
fn the_variants_of_a_tagged_enum_are_named() {
    let mut schemas = Schemas::new(Side::Input);
    Message::schema(&mut schemas);
    let names: Vec<&str> = schemas
        .definitions()
        .iter()
        .map(avocet::model::Definition::name)
        .collect();
    assert_eq!(
        names,
        [
            "Message",
            "MessageUser",
            "MessageToolCall",
            "TheEnd",
            "Call"
        ]
    );
    let message = described::<Message>(Side::Input);
    assert_eq!(message["discriminator"]["propertyName"], "role");
    assert_eq!(
        message["discriminator"]["mapping"]["tool_call"],
        "#/components/schemas/MessageToolCall"
    );
}
