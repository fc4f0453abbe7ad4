//! Reads values that arrive as text: path, query, header and cookie parameters.

use crate::model::Model;
use crate::read::{Invalid, Location, ValidationErrors};
use crate::rules::Rules;

/// A type that a text can be converted to: numbers, booleans, strings and unit enums.
///
/// The conversions are Pydantic's for strings: blanks around a number are ignored; `yes`, `off`, `1` and similar words
/// are booleans.
///
/// ```
/// use avocet::read::{Location, ValidationErrors};
/// use avocet::input::FromText;
/// use avocet::rules::Rules;
///
/// let mut errors = ValidationErrors::default();
/// let at = Location::root("query");
/// assert_eq!(u8::from_text(" 7 ", &at, &Rules::NONE, &mut errors), Ok(7));
/// assert!(u8::from_text("seven", &at, &Rules::NONE, &mut errors).is_err());
/// assert_eq!(errors.iter().next().unwrap().kind(), "int_parsing");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a path, query, header or cookie",
    label = "not a text parameter",
    note = "a parameter is a number, a boolean, a string or a unit enum with `#[model]`",
    note = "a struct with `#[model]` is read from one parameter for each field: write `#[query]`, `#[header]`, `#[cookie]` or `#[form]` \
            before the argument, or `#[body]`"
)]
pub trait FromText: Model + Sized + Send {
    /// Converts `text`, checks `rules`, and adds validation errors at `at`.
    ///
    /// # Errors
    /// [`Invalid`] if validation errors were added.
    fn from_text(
        text: &str,
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid>;
}
