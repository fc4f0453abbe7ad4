//! Enums of names alone, and tagged enums.

use avocet::input::from_json;
use avocet::model::{Model, Schemas, Side};
use avocet::prelude::*;
use serde_json::{Value, json};

use super::{Call, Level, described, errors, kinds};

#[test]
fn a_unit_enum_is_its_name() {
    assert_eq!(from_json::<Level>(br#""middle""#).unwrap(), Level::VeryHigh);
    assert_eq!(serde_json::to_value(Level::VeryHigh).unwrap(), "very-high");
    for wrong in [r#""High""#, "1", "null", r#"{"low": null}"#] {
        assert_eq!(
            errors::<Level>(wrong),
            [(
                "enum".into(),
                "body: Input should be 'low', 'very-high' or 'middle'".into()
            )]
        );
    }
    assert_eq!(
        described::<Level>(Side::Input)["enum"],
        json!(["low", "very-high", "middle"])
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
        errors::<Message>(r#"{"role": "user", "text": "", "more": 1}"#),
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

#[model]
#[derive(Debug, PartialEq)]
#[serde(tag = "role", rename_all = "snake_case")]
enum Turn {
    User { text: String },
    Tool { text: Option<Value>, id: u8 },
}

/// Returns the same object with its members in every order.
fn orders(members: &[&str]) -> Vec<String> {
    if members.is_empty() {
        return vec![String::new()];
    }
    let chosen = (0..members.len()).flat_map(|index| {
        let mut others = members.to_vec();
        let first = others.remove(index);
        let comma = if others.is_empty() { "" } else { "," };
        orders(&others)
            .into_iter()
            .map(move |rest| format!("{first}{comma}{rest}"))
    });
    chosen.collect()
}

#[test]
fn a_tag_is_found_behind_whatever_stands_before_it() {
    for value in [
        r#""""#,
        r#""a longer text, \"quoted\", with \\\" at its end\\""#,
        r#""\",\"role\":\"user\"""#,
        "-1.5e3",
        "null",
        r#" [ {"role": "user"}, "]", [[], {}] ] "#,
        r#"{"role": "user", "}": "{\"" , "id": {}}"#,
    ] {
        let text = format!(r#""text":{value}"#);
        for members in orders(&[
            &text,
            r#""id":7"#,
            r#" "role" : "tool""#,
            r#""more":[true]"#,
        ]) {
            let read = from_json::<Turn>(format!("{{{members}}}").as_bytes()).expect(&members);
            let text: Option<Value> = serde_json::from_str(value).unwrap();
            assert_eq!(read, Turn::Tool { text, id: 7 }, "{members}");
        }
    }
}

#[test]
fn the_last_of_repeated_tags_counts_however_they_are_spelled() {
    for (tags, expected) in [
        (r#""role":"user","role":"tool""#, Some(true)),
        (r#""role":"tool","role":"user""#, Some(false)),
        (r#""role":"tool","role":"user","role":"tool""#, Some(true)),
        (r#""r\u006fle":"user","role":"tool""#, Some(true)),
        (r#""role":"tool","r\u006fle":"us\u0065r""#, Some(false)),
        (r#""role":1,"role":"user""#, Some(false)),
        (r#""role":"user","role":1"#, None),
        (r#""role":"user","role":"nobody""#, None),
    ] {
        for text in [
            format!(r#"{{{tags},"text":"a","id":1}}"#),
            format!(r#"{{"text":"a","id":1,{tags}}}"#),
            format!(
                r#"{{"text":"\n",{},"id":1}}"#,
                tags.replace(',', r#","text":"a","#)
            ),
        ] {
            let is_tool =
                from_json::<Turn>(text.as_bytes()).map(|turn| matches!(turn, Turn::Tool { .. }));
            match is_tool {
                Ok(is_tool) => assert_eq!(Some(is_tool), expected, "{text}"),
                Err(_) => {
                    assert_eq!(kinds::<Turn>(&text), ["union_tag_invalid"], "{text}");
                    assert_eq!(expected, None, "{text}");
                }
            }
        }
    }
}

/// Texts that are invalid before the tag, after it, or without a tag: the errors do not depend on the search for the tag.
#[test]
fn a_fault_before_the_tag_is_the_first_that_there_is() {
    for value in [
        r#""a\x""#,
        r#""\ud83d""#,
        "\"\u{1}\"",
        "\"tab\there\"",
        r#""open"#,
        r#""open\"#,
        "01",
        "1.",
        "nul",
        "tru",
        "[1,]",
        "[1 2]",
        r#"{"a"}"#,
        r#"{"a":1,}"#,
        "[}",
        "{]",
        "",
        "]",
    ] {
        for text in [
            format!(r#"{{"text":{value},"role":"user"}}"#),
            format!(r#"{{"role":"user","text":{value}}}"#),
            format!(r#"{{"text":{value},"role":"user""#),
            format!(r#"{{"text":"a","more":[1,{value}],"role":"user"}}"#),
            format!(r#"{{"text":"a","more":[1,{value}]}}"#),
            format!(r#"{{"text":"a","role":{value}}}"#),
            format!(r#"{{"text":"a\q","more":{value}"#),
        ] {
            let found = from_json::<Turn>(text.as_bytes()).expect_err(&text);
            let of_any = from_json::<Value>(text.as_bytes()).expect_err(&text);
            assert_eq!(found, of_any, "{text}");
        }
    }
    let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    let text = format!(r#"{{"text":"a","more":{deep},"role":"user"}}"#);
    let found = from_json::<Turn>(text.as_bytes()).expect_err("it is too deep");
    assert_eq!(
        found,
        from_json::<Value>(text.as_bytes()).expect_err("it is too deep")
    );
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
