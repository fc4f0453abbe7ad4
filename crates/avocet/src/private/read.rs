//! Reading: the fields of an object, and the checks on them.
//!
//! As functions, so that a field's type is named in one place of the expansion, where its error shows.

use crate::read::{
    self, Failure, FieldSlot, Input, Invalid, Location, Malformed, Object, Reader, ValidationError,
    ValidationErrors,
};
use crate::rules::Rules;

/// Reads the member that a field stands for.
///
/// # Errors
/// [`Malformed`] when the text is no JSON.
pub fn read<T: Input>(
    slot: &mut FieldSlot<T>,
    reader: &mut Reader<'_>,
    parent: &Location<'_>,
    name: &str,
    rules: &Rules,
) -> Result<(), Malformed> {
    slot.read(reader, &parent.member(name), rules)
}

/// The field's value, or what its type knows for its absence, or a problem.
pub fn required<T: Input>(
    slot: FieldSlot<T>,
    reader: &mut Reader<'_>,
    parent: &Location<'_>,
    name: &str,
) -> Option<T> {
    slot.required(reader, parent, name)
}

/// The field's value, or a problem where it is absent, whatever its type knows.
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

/// What a check of the user's own says of a value.
///
/// # Errors
/// What is wrong with it.
pub fn checked<T, P: Into<ValidationError>>(
    check: impl FnOnce(&T) -> Result<(), P>,
    value: &T,
) -> Result<(), ValidationError> {
    check(value).map_err(Into::into)
}

/// What a `map` function gives: the value, or a `Result` of it.
#[diagnostic::on_unimplemented(
    message = "a `map` function of a `{T}` does not return `{Self}`",
    label = "not what a `map` function returns",
    note = "a `map` function is a `fn(T) -> T` or a `fn(T) -> Result<T, E>` whose `E` becomes a `ValidationError`"
)]
pub trait Mapped<T> {
    /// The value, or what is wrong with it.
    ///
    /// # Errors
    /// What the function found to be wrong.
    fn mapped(self) -> Result<T, ValidationError>;
}

impl<T> Mapped<T> for T {
    fn mapped(self) -> Result<T, ValidationError> {
        Ok(self)
    }
}

impl<T, P: Into<ValidationError>> Mapped<T> for Result<T, P> {
    fn mapped(self) -> Result<T, ValidationError> {
        self.map_err(Into::into)
    }
}

/// What a `map` function of the user's own makes of a value.
///
/// # Errors
/// What is wrong with it.
pub fn changed<T, M: Mapped<T>>(map: impl FnOnce(T) -> M, value: T) -> Result<T, ValidationError> {
    map(value).mapped()
}

/// The value that a `map` function gave; notes what is wrong with it.
pub fn mapped<T>(outcome: impl Mapped<T>, note: &mut dyn FnMut(ValidationError)) -> Option<T> {
    outcome.mapped().map_err(note).ok()
}

/// Notes what a check of the user's own says; whether all is well.
pub fn noted<P: Into<ValidationError>>(
    outcome: Result<(), P>,
    note: &mut dyn FnMut(ValidationError),
) -> bool {
    outcome.map_err(|error| note(error.into())).is_ok()
}

/// Reads a model from the object that was made of the texts for its fields.
///
/// # Errors
/// [`Invalid`] when problems were noted.
pub fn from_fields<T: Input>(
    values: &[&str],
    at: &Location<'_>,
    errors: &mut ValidationErrors,
) -> Result<T, Invalid> {
    let object = values.last().copied().unwrap_or("{}");
    read::from_texts(object, at).map_err(|found| {
        errors.append(found);
        Invalid
    })
}

/// Passes over a member that no field stands for.
///
/// # Errors
/// [`Malformed`] when its value is no JSON.
pub fn unknown(reader: &mut Reader<'_>, key: &str) -> Result<(), Malformed> {
    reader.pass_over(key)
}

/// Passes over a member that no field stands for, which a closed object does not allow.
///
/// # Errors
/// [`Malformed`] when its value is no JSON.
pub fn closed(reader: &mut Reader<'_>, parent: &Location<'_>, key: &str) -> Result<(), Malformed> {
    reader.forbidden(&parent.member(key))
}

/// Reads a variant that has nothing but its tag.
///
/// # Errors
/// [`Failure::Invalid`] when a closed one has more, [`Failure::Malformed`] when the text is no JSON.
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
