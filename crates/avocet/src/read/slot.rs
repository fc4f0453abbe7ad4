//! A field of a model while the model's object is read.

use super::{Failure, Input, Location, Malformed, Reader, ValidationError};
use crate::rules::Rules;

/// The value of one field: not met yet, read, or met and wrong.
///
/// The readers that `#[model]` prints hold one for each field.
///
/// ```
/// use avocet::read::{Location, Reader, FieldSlot};
/// use avocet::rules::Rules;
///
/// let at = Location::root("body");
/// let mut reader = Reader::new(r#"{"n": 3}"#);
/// let mut n = FieldSlot::<u32>::default();
/// let mut object = reader.begin_object(&at).unwrap();
/// while let Some(key) = reader.next_key(&mut object).unwrap() {
///     match &*key {
///         "n" => n.read(&mut reader, &at.member("n"), &Rules::NONE).unwrap(),
///         _ => reader.skip().unwrap(),
///     }
/// }
/// assert_eq!(n.required(&mut reader, &at, "n"), Some(3));
/// ```
#[derive(Debug, Default)]
pub enum FieldSlot<T> {
    /// No member of this name was met.
    #[default]
    Absent,
    /// The last member of this name.
    Present(T),
    /// The last member of this name has problems, which were noted.
    Wrong,
}

impl<T: Input> FieldSlot<T> {
    /// Reads the member's value. A repeated member replaces the earlier one with its problems.
    ///
    /// # Errors
    /// [`Malformed`] when the text is no JSON.
    pub fn read(
        &mut self,
        reader: &mut Reader<'_>,
        at: &Location<'_>,
        rules: &Rules,
    ) -> Result<(), Malformed> {
        self.read_with(reader, at, |reader| T::read(reader, at, rules))
    }

    /// The value, or a `missing` problem when there is none and the type knows no value for that.
    pub fn required(self, reader: &mut Reader<'_>, parent: &Location<'_>, name: &str) -> Option<T> {
        self.or_else(reader, parent, name, T::absent)
    }
}

impl<T> FieldSlot<T> {
    /// Reads the member's value with a function.
    ///
    /// # Errors
    /// [`Malformed`] when the text is no JSON.
    pub fn read_with(
        &mut self,
        reader: &mut Reader<'_>,
        at: &Location<'_>,
        read: impl FnOnce(&mut Reader<'_>) -> Result<T, Failure>,
    ) -> Result<(), Malformed> {
        if matches!(self, Self::Wrong) {
            reader.errors_mut().forget(at);
        }
        *self = match read(reader) {
            Ok(value) => Self::Present(value),
            Err(Failure::Invalid) => Self::Wrong,
            Err(Failure::Malformed) => return Err(Malformed),
        };
        Ok(())
    }

    /// Runs a check of the user's own on the value, if there is one.
    pub fn check<P: Into<ValidationError>>(
        &mut self,
        reader: &mut Reader<'_>,
        at: &Location<'_>,
        check: impl FnOnce(&T) -> Result<(), P>,
    ) {
        if let Self::Present(value) = self
            && let Err(error) = check(value)
        {
            reader.error(at, error.into());
            *self = Self::Wrong;
        }
    }

    /// Changes the value with a function of the user's own, if there is one.
    pub fn map<M: crate::__private::Mapped<T>>(
        &mut self,
        reader: &mut Reader<'_>,
        at: &Location<'_>,
        map: impl FnOnce(T) -> M,
    ) {
        *self = match std::mem::take(self) {
            Self::Present(value) => match map(value).mapped() {
                Ok(value) => Self::Present(value),
                Err(error) => {
                    reader.error(at, error);
                    Self::Wrong
                }
            },
            other => other,
        };
    }

    /// The value, or the default when no member was met.
    pub fn or_default(self, default: impl FnOnce() -> T) -> Option<T> {
        match self {
            Self::Present(value) => Some(value),
            Self::Absent => Some(default()),
            Self::Wrong => None,
        }
    }

    /// The value, or what `absent` gives, or a `missing` problem.
    pub fn or_else(
        self,
        reader: &mut Reader<'_>,
        parent: &Location<'_>,
        name: &str,
        absent: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        match self {
            Self::Present(value) => Some(value),
            Self::Wrong => None,
            Self::Absent => absent().or_else(|| {
                reader.error(&parent.member(name), ValidationError::missing());
                None
            }),
        }
    }
}
