//! Conversion of parameter texts to one value, several values, or a model.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, Hash};

use crate::input::FromText;
use crate::model::Model;
use crate::read::{Invalid, Location, ValidationErrors, repeated_texts};
use crate::rules::{Collection, Rules, repeated};

/// A type for query, header and cookie parameters and form fields: a [`FromText`], a `Vec` or a set of these, a model of
/// such values, or an `Option` of any of them.
///
/// ```
/// use avocet::extract::FromParams;
/// use avocet::prelude::*;
///
/// #[model]
/// struct Filter {
///     name: Option<String>,
///     #[field(default)]
///     tags: Vec<String>,
/// }
///
/// fn parameter<T: FromParams>() {}
/// parameter::<Option<u32>>();
/// parameter::<std::collections::BTreeSet<String>>();
/// parameter::<Filter>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a query, header or cookie parameter, or a field of a form",
    label = "not a parameter",
    note = "parameters are numbers, booleans, strings, unit enums with `#[model]`, `Vec`s and sets of these, and `Option` of \
            any of them",
    note = "for a struct with one parameter for each field, write `#[model]` above it; for a struct in JSON, write `#[body]` before the argument"
)]
pub trait FromParams: Model + Sized + Send {
    /// Converts the values that were sent. There is at least one, except that a header list can be empty. A model
    /// receives one text, the JSON object of its members.
    ///
    /// # Errors
    /// [`Invalid`] if validation errors were added.
    fn from_values(
        values: &[&str],
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid>;

    /// The value if none was sent, for a type that has one.
    fn absent() -> Option<Self> {
        None
    }

    /// Which values the type takes.
    fn arity() -> Arity {
        Arity::Last
    }
}

/// Which values of a text source a type takes.
///
/// ```
/// use avocet::extract::{Arity, FromParams};
///
/// assert_eq!(u32::arity(), Arity::Last);
/// assert_eq!(Vec::<u32>::arity(), Arity::All);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// The last value of its name.
    Last,
    /// All values of its name.
    All,
    /// The values of its members, each of which has its own name.
    Fields,
}

impl<T: FromText> FromParams for T {
    fn from_values(
        values: &[&str],
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid> {
        T::from_text(
            values.last().copied().unwrap_or_default(),
            at,
            rules,
            errors,
        )
    }
}

impl<T: FromParams> FromParams for Option<T> {
    fn from_values(
        values: &[&str],
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid> {
        T::from_values(values, at, rules, errors).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn arity() -> Arity {
        T::arity()
    }
}

impl<T: FromText> FromParams for Vec<T> {
    fn from_values(
        values: &[&str],
        at: &Location<'_>,
        rules: &Rules,
        errors: &mut ValidationErrors,
    ) -> Result<Self, Invalid> {
        let outcome = rules.check_list(values.len(), || repeated_texts(values), at, errors);
        let mut items = Self::with_capacity(values.len());
        let wrong = convert_each(values, at, rules, errors, |item| items.push(item));
        outcome?;
        if wrong == 0 { Ok(items) } else { Err(Invalid) }
    }

    fn arity() -> Arity {
        Arity::All
    }
}

macro_rules! sets {
    ($($set:ty, [$($bound:tt)*], [$($generic:tt)*];)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: FromText + $($bound)*, $($generic)*> FromParams for $set {
            fn from_values(
                values: &[&str],
                at: &Location<'_>,
                rules: &Rules,
                errors: &mut ValidationErrors,
            ) -> Result<Self, Invalid> {
                let mut items = Self::default();
                let mut may_repeat = false;
                let wrong = convert_each(values, at, rules, errors, |item| {
                    may_repeat |= !items.insert(item);
                });
                rules.check_items(Collection::Set, values.len(), at, errors)?;
                if may_repeat && let Some(pair) = repeated_texts(values) {
                    errors.add(at, repeated(Collection::Set, pair));
                    return Err(Invalid);
                }
                if wrong == 0 { Ok(items) } else { Err(Invalid) }
            }

            fn arity() -> Arity {
                Arity::All
            }
        }
    )*};
}

sets! {
    BTreeSet<T>, [Ord], [];
    HashSet<T, S>, [Eq + Hash], [S: BuildHasher + Default + Send + 'static];
}

/// Passes every valid item to `keep` and returns how many were invalid.
fn convert_each<T: FromText>(
    values: &[&str],
    at: &Location<'_>,
    rules: &Rules,
    errors: &mut ValidationErrors,
    mut keep: impl FnMut(T),
) -> usize {
    let mut wrong = 0;
    for (index, text) in values.iter().enumerate() {
        match T::from_text(text, &at.item(index), rules.of_items(), errors) {
            Ok(item) => keep(item),
            Err(Invalid) => wrong += 1,
        }
    }
    wrong
}
