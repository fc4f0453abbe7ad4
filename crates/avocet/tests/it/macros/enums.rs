//! All forms of enums.

use std::collections::BTreeMap;

use avocet::input::{FromText, Input, from_json};
use avocet::model::{Model, Schemas, Side};
use avocet::prelude::*;
use avocet::read::{Location, ValidationErrors};
use avocet::rules::Rules;
use serde_json::{Value, json};

use super::{described, errors, kinds};

/// Returns the description as inlined where the type is used.
fn in_place<T: Model>(side: Side) -> Value {
    let mut schemas = Schemas::new(side);
    let schema = T::schema(&mut schemas);
    schema.to_json(&schemas.own_names()).into()
}

/// Checks the validation errors as clients see them: code, location, message.
#[track_caller]
fn reported<T: Input>(text: &str) -> Vec<Value> {
    let Err(errors) = from_json::<T>(text.as_bytes()) else {
        panic!("{text} was read")
    };
    let with = |error: &ValidationError| {
        let error = serde_json::to_value(error).unwrap();
        json!([error["type"], error["loc"], error["msg"]])
    };
    errors.iter().map(with).collect()
}

#[model(literal)]
#[derive(Clone, Copy, Debug, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Channel {
    Web,
    #[serde(alias = "telephone")]
    Phone,
}

#[test]
fn a_literal_is_described_where_it_is_used() {
    assert_eq!(
        in_place::<Channel>(Side::Input),
        json!({"type": "string", "enum": ["web", "phone", "telephone"]})
    );
    assert_eq!(
        from_json::<Channel>(br#""telephone""#).unwrap(),
        Channel::Phone
    );
    assert_eq!(
        reported::<Channel>(r#""fax""#),
        [json!([
            "literal_error",
            ["body"],
            "Input should be 'web', 'phone' or 'telephone'"
        ])]
    );
}

#[model(integer)]
#[derive(Clone, Copy, Debug, PartialEq)]
enum Grade {
    Rough = 1,
    Fine = 0x2,
    Odd = -3,
}

#[test]
fn an_integer_enum_is_its_discriminant() {
    assert_eq!(
        described::<Grade>(Side::Input),
        json!({"type": "integer", "enum": [1, 2, -3]})
    );
    assert!(in_place::<Grade>(Side::Input)["$ref"].is_string());
    assert_eq!(
        from_json::<Vec<Grade>>(b"[1, 2.0, -3]").unwrap(),
        [Grade::Rough, Grade::Fine, Grade::Odd]
    );
    for wrong in ["3", r#""1""#, "1.5", "null", "99999999999999999999"] {
        assert_eq!(
            reported::<Grade>(wrong),
            [json!(["enum", ["body"], "Input should be 1, 2 or -3"])]
        );
    }
    assert_eq!(serde_json::to_value(Grade::Fine).unwrap(), 2);
    let at = Location::root("query");
    let mut errors = ValidationErrors::default();
    let mut text = |text| Grade::from_text(text, &at, &Rules::NONE, &mut errors);
    assert_eq!(text(" 2 "), Ok(Grade::Fine));
    assert!(text("3").is_err() && text("rough").is_err());
    assert_eq!(errors.len(), 2);
}

#[model]
#[derive(Debug, PartialEq)]
#[serde(untagged)]
enum Stop {
    One(String),
    Many(Vec<String>),
}

#[model]
#[derive(Debug, PartialEq)]
struct Chat {
    stop: Option<Stop>,
}

#[test]
fn an_untagged_enum_is_the_first_variant_that_fits() {
    let stop = |text: &str| from_json::<Chat>(text.as_bytes()).unwrap().stop;
    assert_eq!(stop(r#"{"stop": "END"}"#), Some(Stop::One("END".into())));
    assert_eq!(
        stop(r#"{"stop": ["A", "B"]}"#),
        Some(Stop::Many(vec!["A".into(), "B".into()]))
    );
    assert_eq!(stop("{}"), None);
    assert_eq!(
        serde_json::to_value(Stop::Many(vec!["A".into()])).unwrap(),
        json!(["A"])
    );
    assert_eq!(
        described::<Chat>(Side::Input)["properties"]["stop"],
        json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]})
    );
}

#[test]
fn what_fits_no_variant_is_told_the_errors_of_each() {
    assert_eq!(
        reported::<Chat>(r#"{"stop": 5}"#),
        [
            json!([
                "string_type",
                ["body", "stop", "str"],
                "Input should be a valid string"
            ]),
            json!([
                "list_type",
                ["body", "stop", "list[str]"],
                "Input should be a valid list"
            ]),
        ]
    );
    assert_eq!(
        reported::<Chat>(r#"{"stop": ["A", 1]}"#),
        [
            json!([
                "string_type",
                ["body", "stop", "str"],
                "Input should be a valid string"
            ]),
            json!([
                "string_type",
                ["body", "stop", "list[str]", 1],
                "Input should be a valid string"
            ]),
        ]
    );
    // The repeated member replaces the error of the one before.
    assert_eq!(
        kinds::<Chat>(r#"{"stop": 1, "stop": [2]}"#),
        ["string_type", "string_type"]
    );
    assert!(from_json::<Chat>(br#"{"stop": 1, "stop": ["a"]}"#).is_ok());
}

#[model]
#[derive(Debug, PartialEq)]
#[serde(untagged, deny_unknown_fields)]
enum Shape {
    Nothing,
    Circle {
        #[field(gt = 0)]
        radius: f64,
    },
    /// Four sides.
    Square {
        side: f64,
    },
    Named(Call),
    Group(Vec<Shape>),
}

#[model]
#[derive(Debug, PartialEq)]
struct Call {
    name: String,
}

#[test]
fn untagged_variants_hold_fields_models_themselves_or_nothing() {
    let read = |text: &str| from_json::<Shape>(text.as_bytes()).unwrap();
    assert_eq!(read("null"), Shape::Nothing);
    assert_eq!(read(r#"{"side": 1}"#), Shape::Square { side: 1.0 });
    assert_eq!(
        read(r#"{"name": "f"}"#),
        Shape::Named(Call { name: "f".into() })
    );
    let group = Shape::Group(vec![Shape::Nothing, Shape::Square { side: 2.0 }]);
    assert_eq!(
        serde_json::to_value(&group).unwrap(),
        json!([null, {"side": 2.0}])
    );
    assert_eq!(read(r#"[null, {"side": 2}]"#), group);
    let locations: Vec<Value> = reported::<Shape>(r#"{"radius": 0}"#)
        .iter()
        .map(|error| json!([error[0], error[1]]))
        .collect();
    assert_eq!(
        locations,
        [
            json!(["greater_than", ["body", "ShapeCircle", "radius"]]),
            json!(["extra_forbidden", ["body", "ShapeSquare", "radius"]]),
            json!(["missing", ["body", "ShapeSquare", "side"]]),
            json!(["missing", ["body", "Call", "name"]]),
            json!(["list_type", ["body", "list[Shape]"]]),
        ]
    );
}

#[test]
fn an_untagged_enum_within_itself_is_named_there() {
    let mut schemas = Schemas::new(Side::Input);
    Shape::schema(&mut schemas);
    let names: Vec<&str> = schemas
        .definitions()
        .iter()
        .map(avocet::model::Definition::name)
        .collect();
    assert_eq!(names, ["ShapeCircle", "ShapeSquare", "Call", "Shape"]);
}

#[model]
#[derive(Debug)]
#[serde(untagged)]
enum Knot {
    Left { inside: Box<Knot>, left: bool },
    Right { inside: Box<Knot>, right: bool },
    End(u8),
}

#[test]
fn alternatives_within_alternatives_do_not_multiply() {
    let nested = |depth: usize, end: &str| {
        format!(
            "{}1{}",
            r#"{"inside": "#.repeat(depth),
            format!(", {end}}}").repeat(depth)
        )
    };
    assert!(from_json::<Knot>(nested(8, r#""right": true"#).as_bytes()).is_ok());
    // Two alternatives at each of 120 levels.
    assert_eq!(
        kinds::<Knot>(&nested(120, r#""up": true"#)),
        ["json_invalid"]
    );
}

#[model]
#[derive(Debug)]
struct Net {
    #[serde(flatten)]
    knots: BTreeMap<String, Knot>,
}

#[test]
fn alternatives_in_flattened_members_are_counted_together() {
    let nets = |count: usize| {
        let knot = format!(
            "{}1{}",
            r#"{"inside": "#.repeat(12),
            r#", "right": true}"#.repeat(12)
        );
        format!("[{}]", vec![format!(r#"{{"a": {knot}}}"#); count].join(","))
    };
    let read = from_json::<Vec<Net>>(nets(1).as_bytes()).unwrap();
    assert_eq!(read[0].knots.len(), 1);
    // Each object alone rereads less than the limit.
    assert_eq!(kinds::<Vec<Net>>(&nets(12)), ["json_invalid"]);
}

#[model]
#[derive(Debug)]
#[serde(tag = "is", rename_all = "lowercase")]
enum Formula {
    Not { of: Box<Formula> },
    Very { of: Box<Formula> },
    True,
}

#[test]
fn repeated_tags_within_each_other_do_not_multiply() {
    let text = format!(
        r#"{}{{"is": "true"}}{}"#,
        r#"{"is": "not", "of": "#.repeat(120),
        r#", "is": "very"}"#.repeat(120)
    );
    assert_eq!(kinds::<Formula>(&text), ["json_invalid"]);
}

#[model]
#[derive(Debug, PartialEq)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
enum Part {
    Text(String),
    Image {
        #[field(min_length = 1)]
        url: String,
        width: Option<u32>,
    },
    /// Perhaps a number.
    Maybe(Option<u32>),
    End,
}

#[test]
fn an_adjacently_tagged_enum_has_its_content_beside_its_tag() {
    let image = Part::Image {
        url: "u".into(),
        width: None,
    };
    for (part, text) in [
        (Part::Text("a".into()), json!({"kind": "text", "data": "a"})),
        (
            image,
            json!({"kind": "image", "data": {"url": "u", "width": null}}),
        ),
        (Part::Maybe(Some(1)), json!({"kind": "maybe", "data": 1})),
        (Part::End, json!({"kind": "end"})),
    ] {
        assert_eq!(serde_json::to_value(&part).unwrap(), text);
        assert_eq!(
            from_json::<Part>(text.to_string().as_bytes()).unwrap(),
            part
        );
    }
    assert_eq!(
        from_json::<Part>(br#"{"data": "b", "kind": "text"}"#).unwrap(),
        Part::Text("b".into())
    );
    assert_eq!(
        from_json::<Part>(br#"{"kind": "maybe"}"#).unwrap(),
        Part::Maybe(None)
    );
    assert_eq!(
        errors::<Part>(r#"{"kind": "image", "data": {"url": ""}}"#)[0].1,
        "body.image.data.url: String should have at least 1 character"
    );
    assert_eq!(
        errors::<Part>(r#"{"kind": "text"}"#)[0].1,
        "body.text.data: Field required"
    );
}

#[model]
#[derive(Debug, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    #[serde(alias = "begin", alias = "open")]
    Start { at: u32 },
    #[serde(other)]
    Unknown,
}

#[test]
fn tagged_variants_have_aliases_and_one_stands_for_the_others() {
    let read = |text: &str| from_json::<Event>(text.as_bytes()).unwrap();
    assert_eq!(read(r#"{"type": "open", "at": 1}"#), Event::Start { at: 1 });
    assert_eq!(read(r#"{"type": "new", "at": "x"}"#), Event::Unknown);
    assert_eq!(kinds::<Event>(r#"{"type": 3}"#), ["union_tag_invalid"]);
    assert_eq!(
        errors::<Event>(r#"{"type": "begin"}"#)[0].1,
        "body.begin.at: Field required"
    );
    let mut schemas = Schemas::new(Side::Input);
    Event::schema(&mut schemas);
    let components = schemas.components(&schemas.own_names());
    let start = &components["EventStart"]["properties"]["type"];
    assert_eq!(start["enum"], json!(["start", "begin", "open"]));
    let mapping = &components["Event"]["discriminator"]["mapping"];
    for tag in ["start", "begin", "open"] {
        assert_eq!(mapping[tag], "#/components/schemas/EventStart", "{tag}");
    }
    let unknown = &components["EventUnknown"];
    assert_eq!(
        unknown["properties"]["type"]["not"],
        json!({"enum": ["start", "begin", "open"]})
    );
}

#[model]
#[derive(Clone, Copy, Debug, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Size {
    Small,
    #[serde(other)]
    Other,
}

#[test]
fn a_unit_can_stand_for_every_other_name() {
    assert_eq!(from_json::<Size>(br#""large""#).unwrap(), Size::Other);
    assert_eq!(kinds::<Size>("1"), ["enum"]);
    assert_eq!(
        described::<Size>(Side::Input),
        json!({"anyOf": [{"type": "string", "enum": ["small", "other"]}, {"type": "string"}]})
    );
}
