//! Values that are a text on the wire: what their three traits have in common.

use crate::read::{Failure, Invalid, Kind, Place, Problem, Problems, Reader};

/// A text on the wire, and the value that it stands for.
pub(crate) trait TextKind: Sized {
    /// The problem of a JSON value that is no text: its code and its sentence.
    const WRONG_KIND: (&'static str, &'static str);

    /// The value, or what is wrong with the text.
    fn parse(text: &str) -> Result<Self, Problem>;

    /// The same for a parameter, which has no other form than text.
    fn parse_parameter(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

pub(crate) fn read_text<T: TextKind>(
    reader: &mut Reader<'_>,
    at: &Place<'_>,
) -> Result<T, Failure> {
    if reader.peek()? != Kind::Text {
        let (kind, message) = T::WRONG_KIND;
        return Err(reader.wrong_kind(at, kind, message));
    }
    let parsed = match reader.text_to_convert()? {
        Some(text) => T::parse_parameter(&text),
        None => T::parse(&reader.text()?),
    };
    parsed.map_err(|problem| reader.problem(at, problem))
}

pub(crate) fn from_parameter<T: TextKind>(
    text: &str,
    at: &Place<'_>,
    problems: &mut Problems,
) -> Result<T, Invalid> {
    T::parse_parameter(text).map_err(|problem| {
        problems.add(at, problem);
        Invalid
    })
}

/// Writes `Model`, `Input`, `Text` and `Respond` for types that are [`TextKind`].
macro_rules! text_kinds {
    ($([$($generic:tt)*] $kind:ty, $name:expr, $schema:expr;)*) => {$(
        $crate::respond::answers! { #[diagnostic::do_not_recommend] [$($generic)*] $kind; }

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
        impl<$($generic)*> $crate::read::Input for $kind {
            fn read(
                reader: &mut $crate::read::Reader<'_>,
                at: &$crate::read::Place<'_>,
                _: &$crate::rules::Rules,
            ) -> Result<Self, $crate::read::Failure> {
                $crate::model::kinds::text_kind::read_text(reader, at)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generic)*> $crate::read::Text for $kind {
            fn from_text(
                text: &str,
                at: &$crate::read::Place<'_>,
                _: &$crate::rules::Rules,
                problems: &mut $crate::read::Problems,
            ) -> Result<Self, $crate::read::Invalid> {
                $crate::model::kinds::text_kind::from_parameter(text, at, problems)
            }
        }
    )*};
}

pub(crate) use text_kinds;
