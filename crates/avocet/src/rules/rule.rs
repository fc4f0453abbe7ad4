//! The trait of rules, and the rules of one field or parameter.

use std::fmt::Debug;

use super::{Normalize, Temporal};
use crate::model::Schema;
use crate::read::{
    ArrayStart, Failure, Invalid, Location, Number, Reader, ValidationError, ValidationErrors,
};

/// A rule that a value must meet. It describes itself in the schema and checks the value.
///
/// A rule implements only the methods for the kinds of value that it applies to; the others keep their default.
///
/// ```
/// use avocet::read::Number;
/// use avocet::rules::{Ge, Rule};
///
/// let rule = Ge(Number::Integer(1));
/// assert!(rule.number(Number::Integer(1)).is_none());
/// assert_eq!(rule.number(Number::Integer(0)).unwrap().message(), "Input should be greater than or equal to 1");
/// ```
pub trait Rule: Debug + Send + Sync {
    /// Adds the rule's keyword to the schema of the value.
    fn describe(&self, schema: &mut Schema);

    /// Checks a number, if the rule applies to numbers.
    fn number(&self, value: Number) -> Option<ValidationError> {
        let _ = value;
        None
    }

    /// Checks the `f32` nearest to a number that met the rule: rounding may have moved it to an exclusive bound.
    fn rounded(&self, value: f32) -> Option<ValidationError> {
        let _ = value;
        None
    }

    /// Checks a date, a time or a duration, if the rule applies to these.
    fn temporal(&self, value: &dyn Temporal) -> Option<ValidationError> {
        let _ = value;
        None
    }

    /// Checks a text, if the rule applies to texts.
    fn text(&self, value: &str) -> Option<ValidationError> {
        let _ = value;
        None
    }

    /// Checks the number of items, if the rule applies to collections.
    fn items(&self, collection: Collection, count: usize) -> Option<ValidationError> {
        let _ = (collection, count);
        None
    }

    /// The most items a collection may have, if the rule limits them. A reader keeps no more items than it needs to
    /// detect an excess.
    fn most_items(&self) -> Option<usize> {
        None
    }

    /// Checks a list for equal items, if the rule applies to them. `find` returns the indexes of the first two equal
    /// items.
    fn repeated(&self, find: &mut dyn FnMut() -> Option<[usize; 2]>) -> Option<ValidationError> {
        let _ = find;
        None
    }

    /// Checks the rule itself for a configuration error, when the application is built.
    fn mistake(&self) -> Option<String> {
        None
    }

    /// The same, for a rule that depends on the value's schema.
    fn mistake_on(&self, described: &Schema) -> Option<String> {
        let _ = described;
        self.mistake()
    }
}

/// The kind of a collection, as errors name it.
///
/// ```
/// assert_eq!(avocet::rules::Collection::List.name(), "List");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// A JSON array of any length.
    List,
    /// A JSON object whose keys are data.
    Map,
    /// A JSON array of distinct items.
    Set,
}

impl Collection {
    /// The name in messages and in `ctx.field_type`.
    ///
    /// ```
    /// assert_eq!(avocet::rules::Collection::Map.name(), "Dictionary");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Map => "Dictionary",
            Self::Set => "Set",
        }
    }
}

/// The rules of one field or parameter, and of its items and keys.
///
/// ```
/// use avocet::read::Number;
/// use avocet::rules::{Ge, MaxItems, Rules};
///
/// static COUNTS: Rules = Rules {
///     own: &[&MaxItems(3)],
///     items: Some(&Rules { own: &[&Ge(Number::Integer(0))], ..Rules::NONE }),
///     ..Rules::NONE
/// };
/// assert_eq!(COUNTS.own.len(), 1);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The rules for the value itself; only the first broken rule is reported, as in Pydantic.
    pub own: &'static [&'static dyn Rule],
    /// The rules for each item of a list, or each value of a map.
    pub items: Option<&'static Rules>,
    /// The rules for each key of a map.
    pub keys: Option<&'static Rules>,
    /// How a text is changed while it is read.
    pub normalize: Normalize,
}

impl Rules {
    /// No rules.
    pub const NONE: Self = Self {
        own: &[],
        items: None,
        keys: None,
        normalize: Normalize::NONE,
    };

    /// Creates rules for the value itself only.
    ///
    /// ```
    /// use avocet::rules::{MinLength, Rules};
    ///
    /// static NAME: Rules = Rules::own(&[&MinLength(1)]);
    /// assert!(NAME.items.is_none());
    /// ```
    pub const fn own(own: &'static [&'static dyn Rule]) -> Self {
        Self { own, ..Self::NONE }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.own.is_empty()
            && self.items.is_none()
            && self.keys.is_none()
            && self.normalize.is_none()
    }

    pub(crate) fn of_items(&self) -> &Self {
        self.items.unwrap_or(&Self::NONE)
    }

    pub(crate) fn of_keys(&self) -> &Self {
        self.keys.unwrap_or(&Self::NONE)
    }

    /// How many items to keep; a collection with more is rejected anyway.
    pub(crate) fn most_items(&self) -> usize {
        let bounds = self.own.iter().filter_map(|rule| rule.most_items());
        bounds.min().unwrap_or(usize::MAX)
    }

    /// Checks a number and adds an error for the first rule that it breaks at `at`.
    ///
    /// # Errors
    /// [`Invalid`] if a rule was broken.
    ///
    /// ```
    /// use avocet::read::{Number, Location, ValidationErrors};
    /// use avocet::rules::{Ge, Rules};
    ///
    /// let mut errors = ValidationErrors::default();
    /// let rules = Rules::own(&[&Ge(Number::Integer(1))]);
    /// assert!(rules.check_number(Number::Integer(0), &Location::root("query"), &mut errors).is_err());
    /// ```
    #[inline]
    pub fn check_number(
        &self,
        value: Number,
        at: &Location<'_>,
        errors: &mut ValidationErrors,
    ) -> Result<(), Invalid> {
        if self.own.is_empty() {
            Ok(())
        } else {
            self.check(at, errors, |rule| rule.number(value))
        }
    }

    /// Checks the `f32` that a valid number was rounded to.
    #[inline]
    pub(crate) fn check_rounded(
        &self,
        value: f32,
        at: &Location<'_>,
        errors: &mut ValidationErrors,
    ) -> Result<(), Invalid> {
        if self.own.is_empty() {
            Ok(())
        } else {
            self.check(at, errors, |rule| rule.rounded(value))
        }
    }

    /// Checks a text and adds an error for the first rule that it breaks at `at`.
    ///
    /// # Errors
    /// [`Invalid`] if a rule was broken.
    ///
    /// ```
    /// use avocet::read::{Location, ValidationErrors};
    /// use avocet::rules::{MinLength, Rules};
    ///
    /// let mut errors = ValidationErrors::default();
    /// assert!(Rules::own(&[&MinLength(1)]).check_text("", &Location::root("query"), &mut errors).is_err());
    /// ```
    #[inline]
    pub fn check_text(
        &self,
        value: &str,
        at: &Location<'_>,
        errors: &mut ValidationErrors,
    ) -> Result<(), Invalid> {
        if self.own.is_empty() {
            Ok(())
        } else {
            self.check(at, errors, |rule| rule.text(value))
        }
    }

    /// Checks the number of items of a collection and adds an error for the first rule that it breaks at `at`.
    ///
    /// # Errors
    /// [`Invalid`] if a rule was broken.
    ///
    /// ```
    /// use avocet::read::{Location, ValidationErrors};
    /// use avocet::rules::{Collection, MinItems, Rules};
    ///
    /// let mut errors = ValidationErrors::default();
    /// let rules = Rules::own(&[&MinItems(1)]);
    /// assert!(rules.check_items(Collection::List, 0, &Location::root("body"), &mut errors).is_err());
    /// ```
    pub fn check_items(
        &self,
        collection: Collection,
        count: usize,
        at: &Location<'_>,
        errors: &mut ValidationErrors,
    ) -> Result<(), Invalid> {
        self.check(at, errors, |rule| rule.items(collection, count))
    }

    /// Checks a list, its number of items and the equal ones that `find` returns, and adds an error for the first rule
    /// that it breaks at `at`.
    ///
    /// # Errors
    /// [`Invalid`] if a rule was broken.
    ///
    /// ```
    /// use avocet::read::{Location, ValidationErrors};
    /// use avocet::rules::{Rules, Unique};
    ///
    /// let mut errors = ValidationErrors::default();
    /// let rules = Rules::own(&[&Unique]);
    /// assert!(rules.check_list(2, || Some([0, 1]), &Location::root("query"), &mut errors).is_err());
    /// ```
    pub fn check_list(
        &self,
        count: usize,
        mut find: impl FnMut() -> Option<[usize; 2]>,
        at: &Location<'_>,
        errors: &mut ValidationErrors,
    ) -> Result<(), Invalid> {
        self.check(at, errors, |rule| {
            let of_count = rule.items(Collection::List, count);
            of_count.or_else(|| rule.repeated(&mut find))
        })
    }

    fn check(
        &self,
        at: &Location<'_>,
        errors: &mut ValidationErrors,
        mut error: impl FnMut(&dyn Rule) -> Option<ValidationError>,
    ) -> Result<(), Invalid> {
        match self.own.iter().find_map(|rule| error(*rule)) {
            Some(error) => {
                errors.add(at, error);
                Err(Invalid)
            }
            None => Ok(()),
        }
    }
}

/// The same for values that a reader has just consumed.
impl Reader<'_> {
    /// Returns the number, if it meets the rules.
    #[inline]
    pub(crate) fn number_under(
        &mut self,
        rules: &Rules,
        value: Number,
        at: &Location<'_>,
    ) -> Result<(), Failure> {
        Ok(rules.check_number(value, at, self.errors_mut())?)
    }

    pub(crate) fn text_under(
        &mut self,
        rules: &Rules,
        value: &str,
        at: &Location<'_>,
    ) -> Result<(), Failure> {
        Ok(rules.check_text(value, at, self.errors_mut())?)
    }

    pub(crate) fn items_under(
        &mut self,
        rules: &Rules,
        collection: Collection,
        count: usize,
        at: &Location<'_>,
    ) -> Result<(), Failure> {
        Ok(rules.check_items(collection, count, at, self.errors_mut())?)
    }

    /// Checks the list that was read from `start`.
    pub(crate) fn array_under(
        &mut self,
        rules: &Rules,
        start: ArrayStart,
        count: usize,
        at: &Location<'_>,
    ) -> Result<(), Failure> {
        if rules.own.is_empty() {
            return Ok(());
        }
        let mut errors = std::mem::take(self.errors_mut());
        let mut given_up = None;
        let find = || {
            self.repeated(start).unwrap_or_else(|malformed| {
                given_up = Some(malformed);
                None
            })
        };
        let outcome = rules.check_list(count, find, at, &mut errors);
        *self.errors_mut() = errors;
        given_up.map_or(Ok(()), Err)?;
        Ok(outcome?)
    }
}
