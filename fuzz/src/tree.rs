//! Any JSON value, built with the reader's methods only; no other parser is involved.

use avocet::model::{Model, Schema, Schemas};
use avocet::read::{Failure, Kind, Location, Reader, ValidationError};
use avocet::input::Input;
use avocet::rules::Rules;
use serde_json::{Map, Value};

/// A value as Avocet's reader returns it.
#[derive(Debug)]
pub struct Tree(pub Value);

impl Model for Tree {
    fn name() -> String {
        "Tree".to_owned()
    }

    fn schema(_: &mut Schemas) -> Schema {
        Schema::any()
    }
}

impl Input for Tree {
    fn read(reader: &mut Reader<'_>, at: &Location<'_>, rules: &Rules) -> Result<Self, Failure> {
        Ok(Self(match reader.peek()? {
            Kind::Null => reader.null().map(|()| Value::Null)?,
            Kind::Boolean => reader.boolean()?.into(),
            Kind::String => reader.text()?.into_owned().into(),
            Kind::Number => number(reader, at)?,
            Kind::Array => {
                reader.begin_array()?;
                let mut items = Vec::new();
                while reader.next_item(items.is_empty())? {
                    let item = Self::read(reader, &at.item(items.len()), rules);
                    items.push(kept(item)?);
                }
                Value::Array(items)
            }
            Kind::Object => {
                let mut object = reader.begin_object(at)?;
                let mut members = Map::new();
                while let Some(key) = reader.next_key(&mut object)? {
                    let value = Self::read(reader, &at.member(&key), rules);
                    members.insert(key.into_owned(), kept(value)?);
                }
                Value::Object(members)
            }
        }))
    }
}

/// Errors were added to the reader, so the placeholder value does not matter.
fn kept(value: Result<Tree, Failure>) -> Result<Value, Failure> {
    match value {
        Ok(Tree(value)) => Ok(value),
        Err(Failure::Invalid) => Ok(Value::Null),
        Err(Failure::Malformed) => Err(Failure::Malformed),
    }
}

/// Distinguishes numbers as `serde_json` does: integers of 64 bits, and floats.
fn number(reader: &mut Reader<'_>, at: &Location<'_>) -> Result<Value, Failure> {
    let number = reader.number()?;
    let text = number.as_str();
    // Here `3e2` is an integer as well.
    let is_spelled_as_integer = text != "-0" && !text.contains(['.', 'e', 'E']);
    let integer = number.to_i128().filter(|_| is_spelled_as_integer);
    let signed = integer
        .and_then(|integer| i64::try_from(integer).ok())
        .map(Value::from);
    let unsigned = || {
        integer
            .and_then(|integer| u64::try_from(integer).ok())
            .map(Value::from)
    };
    let float = number.to_f64();
    match signed.or_else(unsigned) {
        Some(integer) => Ok(integer),
        None if float.is_finite() => Ok(float.into()),
        None => Err(reader.error(
            at,
            ValidationError::new("finite_number", "beyond what a float holds"),
        )),
    }
}
