//! Enums of unit variants: a text on the wire, or a number.

use crate::input::FromText;
use crate::model::Schema;
use crate::read::{Failure, Invalid, Kind, Location, Reader, ValidationError, ValidationErrors};
use crate::rules::Rules;
use crate::types::FromKey;

/// The variants of an enum: every accepted name with its value, and the documented names.
#[derive(Debug)]
pub struct Units<T: 'static> {
    /// The code of the error for a value that is none of the names.
    pub code: &'static str,
    pub names: &'static [&'static str],
    pub find: fn(&str) -> Option<T>,
}

/// Reads a variant from JSON.
///
/// # Errors
/// [`Failure::Invalid`] if it is none of the names, [`Failure::Malformed`] if the text is not JSON.
pub fn read_unit<T>(
    units: &Units<T>,
    reader: &mut Reader<'_>,
    at: &Location<'_>,
) -> Result<T, Failure> {
    if reader.peek()? != Kind::String {
        reader.skip()?;
        return Err(reader.error(at, units.unknown()));
    }
    let text = reader.text()?;
    (units.find)(&text).ok_or_else(|| reader.error(at, units.unknown()))
}

/// Reads a variant from a parameter.
///
/// # Errors
/// [`Invalid`] if it is none of the names.
pub fn unit_from_text<T>(
    units: &Units<T>,
    text: &str,
    at: &Location<'_>,
    errors: &mut ValidationErrors,
) -> Result<T, Invalid> {
    (units.find)(text).ok_or_else(|| {
        errors.add(at, units.unknown());
        Invalid
    })
}

/// Describes an enum with these `names`, and any other text if one variant accepts these.
pub fn describe_units(names: &[&'static str], others: bool, description: &str) -> Schema {
    let known = Schema::one_of_values(names.iter().copied());
    let schema = if others {
        Schema::any_of(vec![known, Schema::string()])
    } else {
        known
    };
    schema.describe(description)
}

/// The variants of an integer enum: each number with its value.
#[derive(Debug)]
pub struct IntegerUnits<T: 'static> {
    pub numbers: &'static [i64],
    pub find: fn(i64) -> Option<T>,
}

/// Reads a variant from a JSON number in any spelling: the schema compares values.
///
/// # Errors
/// [`Failure::Invalid`] if it is none of the numbers, [`Failure::Malformed`] if the text is not JSON.
pub fn read_integer_unit<T>(
    units: &IntegerUnits<T>,
    reader: &mut Reader<'_>,
    at: &Location<'_>,
) -> Result<T, Failure> {
    if reader.peek()? != Kind::Number {
        if let Some(text) = reader.text_to_convert()? {
            return Ok(integer_unit_from_text(
                units,
                &text,
                at,
                reader.errors_mut(),
            )?);
        }
        reader.skip()?;
        return Err(reader.error(at, units.unknown()));
    }
    let integer = reader.number()?.to_i128();
    integer
        .and_then(|integer| i64::try_from(integer).ok())
        .and_then(units.find)
        .ok_or_else(|| reader.error(at, units.unknown()))
}

/// Describes map keys that are the names of an enum.
pub fn describe_keys(names: &[&'static str], others: bool) -> Schema {
    if others {
        Schema::string()
    } else {
        Schema::one_of_values(names.iter().copied())
    }
}

/// Checks that a key is one of the names.
///
/// # Errors
/// [`Invalid`] if it is none of them, or breaks a rule.
pub fn check_unit_key<T>(
    units: &Units<T>,
    key: &str,
    at: &Location<'_>,
    rules: &Rules,
    errors: &mut ValidationErrors,
) -> Result<(), Invalid> {
    unit_from_text(units, key, at, errors)?;
    rules.check_text(key, at, errors)
}

/// Checks that a key is one of the numbers.
///
/// # Errors
/// [`Invalid`] if it is none of them, or breaks a rule.
pub fn check_integer_unit_key<T>(
    units: &IntegerUnits<T>,
    key: &str,
    at: &Location<'_>,
    rules: &Rules,
    errors: &mut ValidationErrors,
) -> Result<(), Invalid> {
    if integer_unit_from_key(units, key).is_none() {
        errors.add(at, units.unknown());
        return Err(Invalid);
    }
    rules.check_text(key, at, errors)
}

/// The variant whose number is the key.
pub fn integer_unit_from_key<T>(units: &IntegerUnits<T>, key: &str) -> Option<T> {
    <i64 as FromKey>::from_key(key.into()).and_then(units.find)
}

/// Reads a variant from a parameter.
///
/// # Errors
/// [`Invalid`] if it is none of the numbers.
pub fn integer_unit_from_text<T>(
    units: &IntegerUnits<T>,
    text: &str,
    at: &Location<'_>,
    errors: &mut ValidationErrors,
) -> Result<T, Invalid> {
    let number = i64::from_text(text, at, &Rules::NONE, &mut ValidationErrors::default());
    number.ok().and_then(units.find).ok_or_else(|| {
        errors.add(at, units.unknown());
        Invalid
    })
}

impl<T> Units<T> {
    fn unknown(&self) -> ValidationError {
        none_of(
            self.code,
            self.names.iter().map(|name| format!("'{name}'")).collect(),
        )
    }
}

impl<T> IntegerUnits<T> {
    fn unknown(&self) -> ValidationError {
        none_of("enum", self.numbers.iter().map(i64::to_string).collect())
    }
}

/// Builds the error in Pydantic's wording: `Input should be 'a', 'b' or 'c'`.
pub(super) fn none_of(code: &'static str, mut known: Vec<String>) -> ValidationError {
    let last = known.pop().unwrap_or_default();
    let expected = if known.is_empty() {
        last
    } else {
        format!("{} or {last}", known.join(", "))
    };
    ValidationError::new(code, format!("Input should be {expected}")).with("expected", expected)
}

#[cfg(test)]
mod tests {
    use super::none_of;

    #[test]
    fn names_are_listed_as_pydantic_lists_them() {
        let message = |names: &[&str]| {
            let names = names.iter().map(|name| format!("'{name}'")).collect();
            none_of("enum", names).message().to_owned()
        };
        assert_eq!(message(&["a"]), "Input should be 'a'");
        assert_eq!(message(&["a", "b", "c"]), "Input should be 'a', 'b' or 'c'");
    }
}
