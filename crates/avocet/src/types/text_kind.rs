//! The common part of types that are text on the wire.

use crate::read::{Failure, Invalid, Kind, Location, Reader, ValidationError, ValidationErrors};
use crate::rules::Rules;

/// A type that is text on the wire.
pub(crate) trait TextKind: Sized {
    /// The code and the message of the error for a JSON value that is not text.
    const WRONG_KIND: (&'static str, &'static str);

    /// Parses the text.
    fn parse(text: &str) -> Result<Self, ValidationError>;

    /// Parses a parameter, which is always text.
    fn parse_parameter(text: &str) -> Result<Self, ValidationError> {
        Self::parse(text)
    }

    /// Returns the value, if it meets the rules that the type supports.
    fn under(self, rules: &Rules) -> Result<Self, ValidationError> {
        let _ = rules;
        Ok(self)
    }
}

pub(crate) fn read_text<T: TextKind>(
    reader: &mut Reader<'_>,
    at: &Location<'_>,
    rules: &Rules,
) -> Result<T, Failure> {
    if reader.peek()? != Kind::String {
        let (kind, message) = T::WRONG_KIND;
        return Err(reader.wrong_kind(at, kind, message));
    }
    let parsed = match reader.text_to_convert()? {
        Some(text) => T::parse_parameter(&text),
        None => T::parse(&reader.text()?),
    };
    parsed
        .and_then(|value| value.under(rules))
        .map_err(|error| reader.error(at, error))
}

pub(crate) fn from_parameter<T: TextKind>(
    text: &str,
    at: &Location<'_>,
    rules: &Rules,
    errors: &mut ValidationErrors,
) -> Result<T, Invalid> {
    let parsed = T::parse_parameter(text).and_then(|value| value.under(rules));
    parsed.map_err(|error| {
        errors.add(at, error);
        Invalid
    })
}

/// Implements `Model`, `Input` and `FromText` for types that are [`TextKind`].
macro_rules! text_kinds {
    ($([$($generic:tt)*] $kind:ty, $name:expr, $schema:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generic)*> $crate::model::Model for $kind {
            fn name() -> String {
                $name.to_owned()
            }

            fn schema(_: &mut $crate::model::Schemas) -> $crate::model::Schema {
                $schema
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generic)*> $crate::input::Input for $kind {
            fn read(
                reader: &mut $crate::read::Reader<'_>,
                at: &$crate::read::Location<'_>,
                rules: &$crate::rules::Rules,
            ) -> Result<Self, $crate::read::Failure> {
                $crate::types::text_kind::read_text(reader, at, rules)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generic)*> $crate::input::FromText for $kind {
            fn from_text(
                text: &str,
                at: &$crate::read::Location<'_>,
                rules: &$crate::rules::Rules,
                errors: &mut $crate::read::ValidationErrors,
            ) -> Result<Self, $crate::read::Invalid> {
                $crate::types::text_kind::from_parameter(text, at, rules, errors)
            }
        }
    )*};
}

pub(crate) use text_kinds;
