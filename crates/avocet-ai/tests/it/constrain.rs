//! Random schemas with a model whose logits are random: every response is valid.

use avocet_ai::constrain::{Constraint, Grammars};
use avocet_ai::generate::OutputFormat;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Map, Value, json};

const END: u32 = 256;

/// The tokens of a response; from half of them on it is led to its end.
const BUDGET: usize = 600;

fn grammars() -> Grammars {
    let words = [
        r#"":"#, r#"","#, "\",\"", "null", "true", "{\"", "[[", "}}", "ab", "12",
    ];
    let bytes = (0..=255u8).map(|byte| vec![byte]).chain([Vec::new()]);
    let words = words.iter().map(|word| word.as_bytes().to_vec());
    Grammars::new(bytes.chain(words), END).unwrap()
}

/// Writes a response by taking the best of random logits.
fn write(mut constraint: Constraint, vocabulary: usize, seed: u64) -> String {
    let mut random = seed | 1;
    let mut bytes = Vec::new();
    let words = [
        "\":", "\",", "\",\"", "null", "true", "{\"", "[[", "}}", "ab", "12",
    ];
    for count in 0..BUDGET {
        let mut logits: Vec<f32> = (0..vocabulary)
            .map(|_| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                f32::from(u16::try_from(random >> 48).unwrap())
            })
            .collect();
        if count < BUDGET / 2 {
            constraint.mask(&mut logits).unwrap();
        } else {
            constraint.mask_to_end(&mut logits).unwrap();
        }
        let (best, _) = logits
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(b.1))
            .unwrap();
        assert!(
            logits[best].is_finite(),
            "nothing can follow {:?}",
            String::from_utf8_lossy(&bytes)
        );
        let token = u32::try_from(best).unwrap();
        constraint.accept(token).unwrap();
        match token {
            END => break,
            0..=255 => bytes.push(u8::try_from(token).unwrap()),
            word => bytes.extend_from_slice(words[word as usize - 257].as_bytes()),
        }
        if constraint.is_complete() {
            break;
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0..3u8, 0..20u8).prop_map(
            |(min, more)| json!({"type": "string", "minLength": min, "maxLength": min + more})
        ),
        Just(json!({"type": "string"})),
        Just(json!({"type": "string", "pattern": "^[a-z]{2,5}-[0-9]+$"})),
        Just(json!({"type": "string", "format": "date"})),
        Just(json!({"type": "string", "format": "uuid"})),
        (-50..50i32, 0..100i32).prop_map(
            |(min, more)| json!({"type": "integer", "minimum": min, "maximum": min + more})
        ),
        Just(json!({"type": "integer", "multipleOf": 5})),
        Just(json!({"type": "number", "exclusiveMinimum": 0, "maximum": 1})),
        Just(json!({"type": "number"})),
        Just(json!({"type": "boolean"})),
        Just(json!({"type": ["string", "null"]})),
        Just(json!({"const": {"kind": "a\"b\\c", "n": [1, 2.5, null]}})),
        prop::collection::vec("[a-z\"é🐦 ]{0,8}", 1..5).prop_map(|words| json!({"enum": words})),
        Just(json!({"$ref": "#/$defs/node"})),
        Just(json!({})),
    ]
}

fn schema() -> impl Strategy<Value = Value> {
    let inner = leaf().prop_recursive(4, 24, 4, |inner| {
        let members = prop::collection::vec((inner.clone(), any::<bool>()), 0..4);
        let object = (members, any::<bool>()).prop_map(|(members, open)| {
            let names = ["name", "age", "a b", "\"q\""];
            let (mut properties, mut required) = (Map::new(), Vec::new());
            for (name, (schema, needed)) in names.iter().zip(members) {
                properties.insert((*name).to_owned(), schema);
                if needed {
                    required.push(*name);
                }
            }
            let mut schema =
                json!({"type": "object", "properties": properties, "required": required});
            if !open {
                schema["additionalProperties"] = false.into();
            }
            schema
        });
        let array =
            (inner.clone(), 0..3u8, prop::option::of(0..4u8)).prop_map(|(items, min, more)| {
                let mut schema = json!({"type": "array", "items": items, "minItems": min});
                if let Some(more) = more {
                    schema["maxItems"] = (min + more).into();
                }
                schema
            });
        let tuple = prop::collection::vec(inner.clone(), 1..3).prop_map(|items| {
            json!({"type": "array", "prefixItems": items, "items": false, "minItems": items.len()})
        });
        let union = prop::collection::vec(inner, 1..4).prop_map(|any| json!({"anyOf": any}));
        prop_oneof![3 => object, 2 => array, 1 => tuple, 2 => union]
    });
    inner.prop_map(|mut schema| {
        schema["$defs"] = json!({"node": {
            "type": "object",
            "properties": {
                "value": {"type": "integer"},
                "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
            "required": ["value", "next"], "additionalProperties": false,
        }});
        schema
    })
}

#[test]
fn every_response_is_valid_by_its_schema() {
    let grammars = grammars();
    let config = Config {
        cases: 500,
        rng_seed: RngSeed::Fixed(16),
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&(schema(), any::<u64>()), |(schema, seed)| {
        let format = OutputFormat::JsonSchema(schema.clone().into());
        let constraint = grammars.constraint(&format).unwrap().unwrap();
        let text = write(constraint, 267, seed);
        let value: Value = serde_json::from_str(&text)
            .map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        prop_assert!(validator.is_valid(&value), "{text}");
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn keywords_that_cannot_constrain_are_named() {
    let grammars = grammars();
    for (schema, keyword) in [
        (json!({"type": "array", "uniqueItems": true}), "uniqueItems"),
        (
            json!({"type": "object", "properties": {"a": {"not": {"type": "null"}}}}),
            "not",
        ),
        (
            json!({"type": "array", "contains": {"type": "null"}}),
            "contains",
        ),
        (
            json!({"if": {"type": "null"}, "then": {}, "else": {}}),
            "if",
        ),
        (
            json!({"type": "string", "format": "hostname-of-mine"}),
            "hostname-of-mine",
        ),
        (
            json!({"$ref": "https://example.org/schema.json"}),
            "example.org",
        ),
        (
            json!({"type": "string", "minLength": 5, "maxLength": 3}),
            "minLength",
        ),
    ] {
        let format = OutputFormat::JsonSchema(schema.into());
        let error = grammars.constraint(&format).unwrap_err().to_string();
        assert!(error.starts_with("response_format: "), "{error}");
        assert!(error.contains(keyword), "{error}");
    }
}

#[test]
fn a_json_object_is_one() {
    let grammars = grammars();
    for seed in 1..50 {
        let constraint = grammars
            .constraint(&OutputFormat::JsonObject)
            .unwrap()
            .unwrap();
        let text = write(constraint, 267, seed);
        let value: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert!(value.is_object());
    }
    assert!(grammars.constraint(&OutputFormat::Text).unwrap().is_none());
}
