//! The values that one parameter name has in a request: none, one or many.

use crate::model::Model;
use crate::read::{Invalid, Place, Problems, Text};
use crate::rules::{Collection, Rules};

/// A type that path, query, header and cookie parameters and fields of forms can have: a [`Text`], an `Option` or a
/// `Vec` of one, or an `Option<Vec<_>>`.
///
/// ```
/// use avocet::extract::Values;
///
/// fn parameter<T: Values>() {}
/// parameter::<Option<u32>>();
/// parameter::<Vec<String>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a path, query, header or cookie parameter, or a field of a form",
    label = "not a parameter",
    note = "parameters are numbers, booleans, strings, unit enums with `#[model]`, and `Option` or `Vec` of these",
    note = "a structure belongs into the body: write `#[body]` before the argument"
)]
pub trait Values: Model + Sized + Send {
    /// Converts the values that were sent: at least one.
    ///
    /// # Errors
    /// [`Invalid`] when problems were noted.
    fn from_values(
        values: &[&str],
        at: &Place<'_>,
        rules: &Rules,
        problems: &mut Problems,
    ) -> Result<Self, Invalid>;

    /// The value when none was sent, where the type itself knows one.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether it takes all the values of its name, and not only the last one.
    fn is_list() -> bool {
        false
    }
}

/// The last of repeated values counts.
impl<T: Text> Values for T {
    fn from_values(
        values: &[&str],
        at: &Place<'_>,
        rules: &Rules,
        problems: &mut Problems,
    ) -> Result<Self, Invalid> {
        T::from_text(
            values.last().copied().unwrap_or_default(),
            at,
            rules,
            problems,
        )
    }
}

impl<T: Text> Values for Option<T> {
    fn from_values(
        values: &[&str],
        at: &Place<'_>,
        rules: &Rules,
        problems: &mut Problems,
    ) -> Result<Self, Invalid> {
        <T as Values>::from_values(values, at, rules, problems).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Text> Values for Vec<T> {
    fn from_values(
        values: &[&str],
        at: &Place<'_>,
        rules: &Rules,
        problems: &mut Problems,
    ) -> Result<Self, Invalid> {
        let mut outcome = rules.check_items(Collection::List, values.len(), at, problems);
        let mut items = Self::with_capacity(values.len());
        for (index, text) in values.iter().enumerate() {
            match T::from_text(text, &at.item(index), rules.of_items(), problems) {
                Ok(item) => items.push(item),
                Err(Invalid) => outcome = Err(Invalid),
            }
        }
        outcome.map(|()| items)
    }

    fn is_list() -> bool {
        true
    }
}

impl<T: Text> Values for Option<Vec<T>> {
    fn from_values(
        values: &[&str],
        at: &Place<'_>,
        rules: &Rules,
        problems: &mut Problems,
    ) -> Result<Self, Invalid> {
        Vec::from_values(values, at, rules, problems).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn is_list() -> bool {
        true
    }
}
