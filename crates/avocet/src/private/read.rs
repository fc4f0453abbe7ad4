//! Reading: the fields of an object, and the checks on them.
//!
//! As functions, so that a field's type is named in one place of the expansion, where its error shows.

use crate::read::{
    self, Failure, Input, Invalid, Malformed, Object, Place, Problem, Problems, Reader, Slot,
};
use crate::rules::Rules;

/// Reads the member that a field stands for.
///
/// # Errors
/// [`Malformed`] when the text is no JSON.
pub fn read<T: Input>(
    slot: &mut Slot<T>,
    reader: &mut Reader<'_>,
    around: &Place<'_>,
    name: &str,
    rules: &Rules,
) -> Result<(), Malformed> {
    slot.read(reader, &around.member(name), rules)
}

/// The field's value, or what its type knows for its absence, or a problem.
pub fn required<T: Input>(
    slot: Slot<T>,
    reader: &mut Reader<'_>,
    around: &Place<'_>,
    name: &str,
) -> Option<T> {
    slot.required(reader, around, name)
}

/// The field's value, or a problem where it is absent, whatever its type knows.
pub fn present<T>(
    slot: Slot<T>,
    reader: &mut Reader<'_>,
    around: &Place<'_>,
    name: &str,
) -> Option<T> {
    slot.or_else(reader, around, name, || None)
}

/// The field's value, or its default.
pub fn or_default<T>(slot: Slot<T>, default: impl FnOnce() -> T) -> Option<T> {
    slot.or_default(default)
}

/// What a check of the user's own says of a value.
///
/// # Errors
/// What is wrong with it.
pub fn checked<T, P: Into<Problem>>(
    check: impl FnOnce(&T) -> Result<(), P>,
    value: &T,
) -> Result<(), Problem> {
    check(value).map_err(Into::into)
}

/// Notes what a check of the user's own says; whether all is well.
pub fn noted<P: Into<Problem>>(outcome: Result<(), P>, note: &mut dyn FnMut(Problem)) -> bool {
    outcome.map_err(|problem| note(problem.into())).is_ok()
}

/// Reads a model from the object that was made of the texts for its fields.
///
/// # Errors
/// [`Invalid`] when problems were noted.
pub fn from_fields<T: Input>(
    values: &[&str],
    at: &Place<'_>,
    problems: &mut Problems,
) -> Result<T, Invalid> {
    let object = values.last().copied().unwrap_or("{}");
    read::from_texts(object, at).map_err(|found| {
        problems.append(found);
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
pub fn closed(reader: &mut Reader<'_>, around: &Place<'_>, key: &str) -> Result<(), Malformed> {
    reader.forbidden(&around.member(key))
}

/// Reads a variant that has nothing but its tag.
///
/// # Errors
/// [`Failure::Invalid`] when a closed one has more, [`Failure::Malformed`] when the text is no JSON.
pub fn unit_variant(
    reader: &mut Reader<'_>,
    at: &Place<'_>,
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
