//! `ge = "2020-01-01"` and the like: bounds for dates, times and durations.

use std::cmp::Ordering;

use super::{Rule, Temporal};
use crate::model::Schema;
use crate::read::ValidationError;

/// Bounds a date, a time or a duration on one side.
///
/// The bound is a text in a form that the type itself is read from: `2020-01-01`, `2020-01-01T00:00:00Z`, `12:00:00`,
/// `PT1H`. If the type cannot be read from it, the application's `build` returns a configuration error. Date-times with
/// an offset are compared as instants.
///
/// JSON Schema has no keyword for it: the document states it in the description, and as `x-formatMinimum` and the like.
///
/// ```
/// # #[cfg(feature = "chrono")] {
/// use avocet::read::{Location, Reader};
/// use avocet::input::Input;
/// use avocet::rules::{Bound, Comparison, Rules};
///
/// static SINCE: Rules = Rules::own(&[&Bound { comparison: Comparison::Ge, value: "2020-01-01" }]);
/// let read = |text| chrono::NaiveDate::read(&mut Reader::new(text), &Location::root("body"), &SINCE);
/// assert!(read("\"2020-01-01\"").is_ok());
/// assert!(read("\"2019-12-31\"").is_err());
/// # }
/// ```
#[derive(Debug)]
pub struct Bound {
    /// Which side of the bound values are on.
    pub comparison: Comparison,
    /// The bound.
    pub value: &'static str,
}

/// Which side of a bound values are on.
///
/// ```
/// assert_ne!(avocet::rules::Comparison::Ge, avocet::rules::Comparison::Gt);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// At or after the bound.
    Ge,
    /// After the bound.
    Gt,
    /// At or before the bound.
    Le,
    /// Before the bound.
    Lt,
}

/// A type that supports `ge`, `gt`, `le` and `lt` with a date, a time or a duration in quotes.
///
/// ```
/// fn takes_a_date<T: avocet::rules::HasTemporalOrder>() {}
/// # #[cfg(feature = "chrono")]
/// takes_a_date::<Option<chrono::NaiveDate>>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a date, a time or a duration",
    label = "a bound in quotes is for dates, times and durations",
    note = "write the bound of a number without quotes: `ge = 1`"
)]
pub trait HasTemporalOrder {
    /// Does nothing; its path asserts the bound.
    #[doc(hidden)]
    fn assert_implemented() {}
}

impl Comparison {
    /// The rule's name, the error's code, the wording of messages, and the keyword of the document.
    fn names(self) -> [&'static str; 4] {
        match self {
            Self::Ge => [
                "ge",
                "greater_than_equal",
                "greater than or equal to",
                "x-formatMinimum",
            ],
            Self::Gt => [
                "gt",
                "greater_than",
                "greater than",
                "x-formatExclusiveMinimum",
            ],
            Self::Le => [
                "le",
                "less_than_equal",
                "less than or equal to",
                "x-formatMaximum",
            ],
            Self::Lt => ["lt", "less_than", "less than", "x-formatExclusiveMaximum"],
        }
    }

    fn is_met(self, ordering: Ordering) -> bool {
        match self {
            Self::Ge => ordering.is_ge(),
            Self::Gt => ordering.is_gt(),
            Self::Le => ordering.is_le(),
            Self::Lt => ordering.is_lt(),
        }
    }
}

impl Rule for Bound {
    fn describe(&self, schema: &mut Schema) {
        let [.., words, keyword] = self.comparison.names();
        schema.set(keyword, self.value);
        schema.note(format!("Must be {words} {}.", self.value));
    }

    fn temporal(&self, value: &dyn Temporal) -> Option<ValidationError> {
        let ordering = value.compare(self.value);
        // A bound that cannot be compared was reported when the application was built.
        if ordering.is_some_and(|ordering| self.comparison.is_met(ordering)) {
            return None;
        }
        let [word, code, words, _] = self.comparison.names();
        let bound = value.words(self.value);
        let error = ValidationError::new(code, format!("Input should be {words} {bound}"));
        Some(error.with(word, bound))
    }

    fn mistake_on(&self, described: &Schema) -> Option<String> {
        let format = described
            .keyword("format")
            .and_then(crate::model::OrderedJson::as_str);
        let format = format.unwrap_or_default();
        let [word, ..] = self.comparison.names();
        let value = self.value;
        crate::temporal::temporal_of(format, value)
            .is_none()
            .then(|| format!("`{word} = \"{value}\"` is not a valid `{format}`"))
    }
}
