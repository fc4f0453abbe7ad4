//! Enums whose variants represent constants of several kinds: Python's `Literal[1, "auto", True]`.

use super::units::none_of;
use crate::input::FromText;
use crate::model::{OrderedJson, Schema};
use crate::read::{Failure, Invalid, Kind, Location, Reader, ValidationError, ValidationErrors};
use crate::rules::Rules;

/// A constant on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constant<'a> {
    Text(&'a str),
    Integer(i64),
    Boolean(bool),
}

/// The variants of an enum: each constant with its value.
#[derive(Debug)]
pub struct Constants<T: 'static> {
    /// The code of the error for a value that is none of the constants.
    pub code: &'static str,
    pub values: &'static [Constant<'static>],
    pub find: fn(Constant<'_>) -> Option<T>,
}

/// Reads a variant from JSON. Numbers are compared by value, independent of their spelling, as in JSON Schema; `true` is
/// not `1`.
///
/// # Errors
/// [`Failure::Invalid`] if it is none of the constants, [`Failure::Malformed`] if the text is not JSON.
pub fn read_constant<T>(
    constants: &Constants<T>,
    reader: &mut Reader<'_>,
    at: &Location<'_>,
) -> Result<T, Failure> {
    if let Some(text) = reader.text_to_convert()? {
        return Ok(constant_from_text(
            constants,
            &text,
            at,
            reader.errors_mut(),
        )?);
    }
    let found = match reader.peek()? {
        Kind::String => (constants.find)(Constant::Text(&reader.text()?)),
        Kind::Boolean => (constants.find)(Constant::Boolean(reader.boolean()?)),
        Kind::Number => {
            let number = reader.number()?;
            let integer = match number.to_i128() {
                Some(integer) => i64::try_from(integer).ok(),
                None => constants.spelled_as(number.to_f64()),
            };
            integer.and_then(|integer| (constants.find)(Constant::Integer(integer)))
        }
        Kind::Null | Kind::Array | Kind::Object => {
            reader.skip()?;
            None
        }
    };
    found.ok_or_else(|| reader.error(at, constants.unknown()))
}

/// Reads a variant from a parameter: the text itself, or the integer or boolean that it spells.
///
/// # Errors
/// [`Invalid`] if it is none of the constants.
pub fn constant_from_text<T>(
    constants: &Constants<T>,
    text: &str,
    at: &Location<'_>,
    errors: &mut ValidationErrors,
) -> Result<T, Invalid> {
    let find = constants.find;
    let unheard = &mut ValidationErrors::default();
    find(Constant::Text(text))
        .or_else(|| {
            let integer = i64::from_text(text, at, &Rules::NONE, unheard).ok()?;
            find(Constant::Integer(integer))
        })
        .or_else(|| {
            let boolean = bool::from_text(text, at, &Rules::NONE, unheard).ok()?;
            find(Constant::Boolean(boolean))
        })
        .ok_or_else(|| {
            errors.add(at, constants.unknown());
            Invalid
        })
}

/// Describes an enum of these constants.
pub fn describe_constants(constants: &[Constant<'static>], description: &str) -> Schema {
    Schema::one_of_values(constants.iter().map(|constant| match *constant {
        Constant::Text(text) => OrderedJson::from(text),
        Constant::Integer(number) => OrderedJson::from(number),
        Constant::Boolean(boolean) => OrderedJson::from(boolean),
    }))
    .describe(description)
}

impl<T> Constants<T> {
    fn unknown(&self) -> ValidationError {
        // As Python writes them.
        let written = self.values.iter().map(|constant| match constant {
            Constant::Text(text) => format!("'{text}'"),
            Constant::Integer(number) => number.to_string(),
            Constant::Boolean(true) => "True".to_owned(),
            Constant::Boolean(false) => "False".to_owned(),
        });
        none_of(self.code, written.collect())
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::float_cmp,
        reason = "as JSON Schema compares a number with another spelling of it"
    )]
    fn spelled_as(&self, number: f64) -> Option<i64> {
        self.values.iter().find_map(|constant| match constant {
            Constant::Integer(known) => (*known as f64 == number).then_some(*known),
            Constant::Text(_) | Constant::Boolean(_) => None,
        })
    }
}
