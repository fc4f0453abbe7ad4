//! The state of a model's field while its object is being read.

use super::Input;
use crate::read::{
    CheckOutcome, Failure, Location, Malformed, MapOutcome, Reader, ValidationError,
};
use crate::rules::Rules;

/// The value of one field: absent, present, or invalid.
///
/// The readers that `#[model]` generates hold one for each field.
///
/// ```
/// use avocet::read::{Location, Reader};
/// use avocet::input::FieldSlot;
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
    /// No member of this name was read.
    #[default]
    Absent,
    /// The value of the last member of this name.
    Present(T),
    /// The last member of this name is invalid; its validation errors were added.
    Wrong,
}

impl<T: Input> FieldSlot<T> {
    /// Reads the member's value. A repeated member replaces the earlier one and its validation errors.
    ///
    /// # Errors
    /// [`Malformed`] if the text is not JSON.
    pub fn read(
        &mut self,
        reader: &mut Reader<'_>,
        at: &Location<'_>,
        rules: &Rules,
    ) -> Result<(), Malformed> {
        self.read_with(reader, at, |reader| T::read(reader, at, rules))
    }

    /// Returns the value. An absent value gives the type's absent value, or a `missing` error if it has none.
    pub fn required(self, reader: &mut Reader<'_>, parent: &Location<'_>, name: &str) -> Option<T> {
        self.or_else(reader, parent, name, T::absent)
    }
}

impl<T> FieldSlot<T> {
    /// Reads the member's value with a function.
    ///
    /// # Errors
    /// [`Malformed`] if the text is not JSON.
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

    /// Runs a user's check on the value, if there is one.
    pub fn check<C: CheckOutcome>(
        &mut self,
        reader: &mut Reader<'_>,
        at: &Location<'_>,
        check: impl FnOnce(&T) -> C,
    ) {
        if let Self::Present(value) = self
            && let Err(error) = check(value).into_result()
        {
            reader.error(at, error);
            *self = Self::Wrong;
        }
    }

    /// Changes the value with a user's function, if there is one.
    pub fn map<M: MapOutcome<T>>(
        &mut self,
        reader: &mut Reader<'_>,
        at: &Location<'_>,
        map: impl FnOnce(T) -> M,
    ) {
        *self = match std::mem::take(self) {
            Self::Present(value) => match map(value).into_result() {
                Ok(value) => Self::Present(value),
                Err(error) => {
                    reader.error(at, error);
                    Self::Wrong
                }
            },
            other => other,
        };
    }

    /// Returns the value, or the default if it is absent.
    pub fn or_default(self, default: impl FnOnce() -> T) -> Option<T> {
        match self {
            Self::Present(value) => Some(value),
            Self::Absent => Some(default()),
            Self::Wrong => None,
        }
    }

    /// Returns the value, or the result of `absent`, or adds a `missing` error.
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
