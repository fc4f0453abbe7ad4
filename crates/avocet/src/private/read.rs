//! Reads the fields of an object and runs their checks.
//!
//! These are functions, so that generated code names a field's type in one place, where its error is shown.

use crate::input::{FieldSlot, Input, from_texts};
use crate::read::{
    CheckOutcome, Failure, Invalid, Location, Malformed, MapOutcome, Object, Reader,
    ValidationError, ValidationErrors,
};
use crate::rules::Rules;

/// Reads the member of a field.
///
/// # Errors
/// [`Malformed`] if the text is not JSON.
pub fn read<T: Input>(
    slot: &mut FieldSlot<T>,
    reader: &mut Reader<'_>,
    parent: &Location<'_>,
    name: &str,
    rules: &Rules,
) -> Result<(), Malformed> {
    slot.read(reader, &parent.member(name), rules)
}

/// The field's value, or its type's absent value, or a validation error.
pub fn required<T: Input>(
    slot: FieldSlot<T>,
    reader: &mut Reader<'_>,
    parent: &Location<'_>,
    name: &str,
) -> Option<T> {
    slot.required(reader, parent, name)
}

/// The field's value, or a validation error if it is absent, even if its type has an absent value.
pub fn present<T>(
    slot: FieldSlot<T>,
    reader: &mut Reader<'_>,
    parent: &Location<'_>,
    name: &str,
) -> Option<T> {
    slot.or_else(reader, parent, name, || None)
}

/// The field's value, or its default.
pub fn or_default<T>(slot: FieldSlot<T>, default: impl FnOnce() -> T) -> Option<T> {
    slot.or_default(default)
}

/// Runs a user's check on a value.
///
/// # Errors
/// The error that the check returned.
pub fn checked<T, C: CheckOutcome>(
    check: impl FnOnce(&T) -> C,
    value: &T,
) -> Result<(), ValidationError> {
    check(value).into_result()
}

/// Changes a value with a user's `map` function.
///
/// # Errors
/// The error that the function returned.
pub fn changed<T, M: MapOutcome<T>>(
    map: impl FnOnce(T) -> M,
    value: T,
) -> Result<T, ValidationError> {
    map(value).into_result()
}

/// Passes the error of a user's function to `note`.
pub fn noted<T>(
    outcome: Result<T, ValidationError>,
    note: &mut dyn FnMut(ValidationError),
) -> Option<T> {
    outcome.map_err(note).ok()
}

/// Reads a model from the object that was made from its fields' texts.
///
/// # Errors
/// [`Invalid`] if validation errors were added.
pub fn from_fields<T: Input>(
    values: &[&str],
    at: &Location<'_>,
    errors: &mut ValidationErrors,
) -> Result<T, Invalid> {
    let object = values.last().copied().unwrap_or("{}");
    from_texts(object, at).map_err(|found| {
        errors.append(found);
        Invalid
    })
}

/// Skips a member that matches no field.
///
/// # Errors
/// [`Malformed`] if its value is not JSON.
pub fn unknown(reader: &mut Reader<'_>, key: &str) -> Result<(), Malformed> {
    reader.pass_over(key)
}

/// Rejects a member that matches no field of a closed object.
///
/// # Errors
/// [`Malformed`] if its value is not JSON.
pub fn closed(reader: &mut Reader<'_>, parent: &Location<'_>, key: &str) -> Result<(), Malformed> {
    reader.forbidden(&parent.member(key))
}

/// Reads a variant that consists of its tag only.
///
/// # Errors
/// [`Failure::Invalid`] if a closed one has other members, [`Failure::Malformed`] if the text is not JSON.
pub fn unit_variant(
    reader: &mut Reader<'_>,
    at: &Location<'_>,
    is_closed: bool,
) -> Result<(), Failure> {
    let mut object: Object = reader.begin_object(at)?;
    let mut outcome = Ok(());
    while let Some(key) = reader.next_key(&mut object)? {
        if is_closed {
            closed(reader, at, &key)?;
            outcome = Err(Failure::Invalid);
        } else {
            reader.skip()?;
        }
    }
    outcome
}
