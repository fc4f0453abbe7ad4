//! Further types: constants, several tags for one variant, JSON objects, long tuples.

use std::collections::HashMap;

use avocet::prelude::*;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::check;

#[model(literal)]
#[derive(Clone, Copy, Debug, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Constant {
    #[model(value = 1)]
    One,
    #[model(value = -20)]
    Negative,
    Auto,
    #[model(value = "1")]
    #[serde(alias = "one")]
    Text,
    #[model(value = true)]
    Yes,
}

impl<'de> Deserialize<'de> for Constant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Number(number) if number.as_f64() == Some(1.0) => Ok(Self::One),
            Value::Number(number) if number.as_f64() == Some(-20.0) => Ok(Self::Negative),
            Value::String(text) if text == "auto" => Ok(Self::Auto),
            Value::String(text) if text == "1" || text == "one" => Ok(Self::Text),
            Value::Bool(true) => Ok(Self::Yes),
            _ => Err(D::Error::custom("no constant")),
        }
    }
}

#[test]
fn constants() {
    check::<Vec<Constant>>();
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
struct Steps {
    steps: u8,
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Command {
    #[serde(alias = "go", alias = "walk")]
    Move(Steps),
    #[serde(alias = "halt")]
    Stop,
    #[serde(alias = "say")]
    Speak { words: Vec<String> },
}

#[test]
fn several_tags() {
    check::<Vec<Command>>();
}

#[model]
#[derive(Debug, PartialEq, Deserialize)]
struct Objects {
    any: Map<String, Value>,
    #[field(min_items = 1, max_items = 2, keys(max_length = 2))]
    few: Map<String, Value>,
    values: HashMap<String, Value>,
    nothing: Option<Map<String, Value>>,
}

#[test]
fn objects() {
    check::<Objects>();
}

#[test]
fn long_tuples() {
    type Row = (
        u8,
        i8,
        u16,
        Option<i16>,
        bool,
        String,
        f32,
        Vec<u8>,
        Value,
        char,
        bool,
        Constant,
    );
    check::<Row>();
}
