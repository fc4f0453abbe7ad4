//! Values that arrive as text: path, query, header and cookie parameters.

use super::{Invalid, Place, Problems};
use crate::model::Model;
use crate::rules::Rules;

/// A type that one piece of text can be converted to: numbers, booleans, strings and unit enums.
///
/// The conversions are Pydantic's for strings: blanks around a number are ignored, `yes`, `off`, `1` and their like
/// are booleans.
///
/// ```
/// use avocet::read::{Place, Problems, Text};
/// use avocet::rules::Rules;
///
/// let mut problems = Problems::default();
/// let at = Place::root("query");
/// assert_eq!(u8::from_text(" 7 ", &at, &Rules::NONE, &mut problems), Ok(7));
/// assert!(u8::from_text("seven", &at, &Rules::NONE, &mut problems).is_err());
/// assert_eq!(problems.iter().next().unwrap().kind(), "int_parsing");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a path, query, header or cookie",
    label = "not a text parameter",
    note = "parameters are numbers, booleans, strings, unit enums with `#[model]`, and `Option` or `Vec` of these",
    note = "a structure belongs into the body: write `#[body]` before the argument"
)]
pub trait Text: Model + Sized + Send {
    /// Converts `text`, checks `rules`, and notes what is wrong at `at`.
    ///
    /// # Errors
    /// [`Invalid`] when problems were noted.
    fn from_text(
        text: &str,
        at: &Place<'_>,
        rules: &Rules,
        problems: &mut Problems,
    ) -> Result<Self, Invalid>;
}
