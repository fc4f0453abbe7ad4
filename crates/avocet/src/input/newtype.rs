//! Newtypes: the same as their inner value on the wire, with additional rules.

use crate::input::{FromText, Input};
use crate::model::{Model, Schema, Schemas};
use crate::read::{Failure, Invalid, Location, Reader, ValidationError, ValidationErrors};
use crate::rules::Rules;

/// A type that wraps one other type. `#[model]` implements it for newtypes that are read. The outer type supports what
/// the inner type supports: rules, and use as a parameter.
pub trait Newtype: Model + Sized + Send {
    /// The inner type.
    type Inner: Input;

    /// The rules for the inner value.
    fn rules() -> &'static Rules;

    /// Builds the newtype, if its checks are met; their errors are passed to `note`.
    fn build(inner: Self::Inner, note: &mut dyn FnMut(ValidationError)) -> Option<Self>;
}

impl<T: Model> Newtype for Box<T>
where
    T: Input,
{
    type Inner = T;

    fn rules() -> &'static Rules {
        &Rules::NONE
    }

    fn build(inner: T, _: &mut dyn FnMut(ValidationError)) -> Option<Self> {
        Some(Self::new(inner))
    }
}

/// Describes a newtype: its inner value with its rules.
pub fn describe_newtype<Inner: Model>(
    schemas: &mut Schemas,
    rules: &Rules,
    description: &str,
) -> Schema {
    describe_newtype_as(Inner::schema, schemas, rules, description)
}

/// The same, with a function that describes the inner value.
pub fn describe_newtype_as(
    inner: fn(&mut Schemas) -> Schema,
    schemas: &mut Schemas,
    rules: &Rules,
    description: &str,
) -> Schema {
    let schema = inner(schemas);
    schemas.holds(&schema);
    schemas.under(schema, rules).describe(description)
}

/// Reads a newtype under its own rules and those of its field or parameter.
///
/// # Errors
/// As [`Input::read`].
pub fn read_newtype<T: Newtype>(
    reader: &mut Reader<'_>,
    at: &Location<'_>,
    rules: &Rules,
) -> Result<T, Failure> {
    let inner = if rules.is_empty() {
        T::Inner::read(reader, at, T::rules())?
    } else if T::rules().is_empty() {
        T::Inner::read(reader, at, rules)?
    } else {
        read_twice(reader, at, T::rules(), rules)?
    };
    T::build(inner, &mut |error| {
        reader.error(at, error);
    })
    .ok_or(Failure::Invalid)
}

/// The absent value of a newtype: that of its inner type, if it meets the checks.
pub fn absent_newtype<T: Newtype>(inner: Option<T::Inner>) -> Option<T> {
    T::build(inner?, &mut |_| {})
}

/// Reads the same value under each of two sets of rules, reporting errors that both find once.
fn read_twice<T: Input>(
    reader: &mut Reader<'_>,
    at: &Location<'_>,
    own: &Rules,
    further: &Rules,
) -> Result<T, Failure> {
    // Each set of rules checks the text after the changes of both.
    let normalize = own.normalize.within(further.normalize);
    let (own, further) = (
        &Rules { normalize, ..*own },
        &Rules {
            normalize,
            ..*further
        },
    );
    let text = reader.raw()?;
    let noted = std::mem::take(reader.errors_mut());
    let value = reader.within(text, |reader| T::read(reader, at, own));
    let found = std::mem::take(reader.errors_mut());
    let again = reader.within(text, |reader| T::read(reader, at, further));
    let more = std::mem::replace(reader.errors_mut(), noted);
    reader.errors_mut().append(found.clone());
    for error in more
        .iter()
        .filter(|it| found.iter().all(|known| known != *it))
    {
        reader.errors_mut().insert(error.clone());
    }
    again.and(value)
}

#[diagnostic::do_not_recommend]
impl<T: Newtype<Inner: FromText>> FromText for T {
    fn from_text(
        text: &str,
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid> {
        let normalize = T::rules().normalize.within(rules.normalize);
        let own = Rules {
            normalize,
            ..*T::rules()
        };
        let inner = <T::Inner as FromText>::from_text(text, at, &own, errors)?;
        if !rules.is_empty() {
            let further = Rules {
                normalize,
                ..*rules
            };
            <T::Inner as FromText>::from_text(text, at, &further, errors)?;
        }
        T::build(inner, &mut |error| errors.add(at, error)).ok_or(Invalid)
    }
}
