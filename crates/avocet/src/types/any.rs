//! Any JSON value, `serde_json::Value`, and any JSON object, `serde_json::Map<String, Value>`.

use std::collections::HashSet;

use serde_json::{Map, Number, Value};

use crate::input::Input;
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Kind, Location, Reader, ValidationError};
use crate::rules::{Collection, HasItems, HasKeys, Rules};

impl Model for Value {
    fn name() -> String {
        "Any".to_owned()
    }

    fn schema(_: &mut Schemas) -> Schema {
        Schema::any()
    }
}

impl Input for Value {
    /// Does not use `serde_json`, which has its own limit on nesting depth.
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, _: &Rules) -> Result<Self, Failure> {
        Ok(match reader.peek()? {
            Kind::Null => reader.null().map(|()| Self::Null)?,
            Kind::Boolean => Self::Bool(reader.boolean()?),
            Kind::Number => Self::Number(number(reader, at)?),
            Kind::String => Self::String(reader.text()?.into_owned()),
            Kind::Array => Self::Array(Vec::read(reader, at, &Rules::NONE)?),
            Kind::Object => Self::Object(members(reader, at, &Rules::NONE)?),
        })
    }
}

#[diagnostic::do_not_recommend]
impl Model for Map<String, Value> {
    fn name() -> String {
        "Map_Any_".to_owned()
    }

    fn schema(_: &mut Schemas) -> Schema {
        Schema::map(Schema::any())
    }
}

#[diagnostic::do_not_recommend]
impl Input for Map<String, Value> {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        if reader.peek()? != Kind::Object {
            return Err(reader.wrong_kind(at, "dict_type", "Input should be a valid dictionary"));
        }
        let members = members(reader, at, rules)?;
        reader.items_under(rules, Collection::Map, members.len(), at)?;
        Ok(members)
    }
}

#[diagnostic::do_not_recommend]
impl HasItems for Map<String, Value> {
    type Item = Value;
}

#[diagnostic::do_not_recommend]
impl HasKeys for Map<String, Value> {}

/// A number that a float can hold.
fn number(reader: &mut Reader<'_>, at: &Location<'_>) -> Result<Number, Failure> {
    let spelling = reader.number()?.as_str();
    serde_json::from_str(spelling).map_err(|_| {
        let message = "Input should be a finite number";
        reader.error(at, ValidationError::new("finite_number", message))
    })
}

/// The members with the last value of each key, in the order in which the keys first occurred.
fn members(
    reader: &mut Reader<'_>,
    at: &Location<'_>,
    rules: &Rules,
) -> Result<Map<String, Value>, Failure> {
    let mut object = reader.begin_map()?;
    let mut members = Map::new();
    let mut wrong = HashSet::new();
    let most = rules.most_items();
    while let Some(key) = reader.next_key(&mut object)? {
        let inside = at.member(&key);
        if wrong.remove(&*key) {
            reader.errors_mut().forget(&inside);
        }
        let key_is_good = match reader.text_under(rules.of_keys(), &key, &inside.member("[key]")) {
            Ok(()) => true,
            Err(Failure::Invalid) => false,
            Err(Failure::Malformed) => return Err(Failure::Malformed),
        };
        match Value::read(reader, &inside, &Rules::NONE) {
            Ok(value) if key_is_good => {
                // One member more than `max_items` proves that there are too many.
                if members.len() <= most || members.contains_key(&*key) {
                    members.insert(key.into_owned(), value);
                }
            }
            Ok(_) | Err(Failure::Invalid) => {
                wrong.insert(key.into_owned());
            }
            Err(Failure::Malformed) => return Err(Failure::Malformed),
        }
    }
    if wrong.is_empty() {
        Ok(members)
    } else {
        Err(Failure::Invalid)
    }
}
