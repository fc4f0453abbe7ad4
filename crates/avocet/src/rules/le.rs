//! `le = n`: a number is at most the bound.

use std::cmp::Ordering::{Equal, Less};

use crate::model::Schema;
use crate::read::{Number, ValidationError};
use crate::rules::Rule;

/// A number is at most the bound.
///
/// ```
/// use avocet::read::Number;
/// use avocet::rules::{Le, Rule};
///
/// assert!(Le(Number::Integer(1)).number(Number::Integer(1)).is_none());
/// assert!(Le(Number::Integer(1)).number(Number::Integer(2)).is_some());
/// ```
#[derive(Debug)]
pub struct Le(
    /// The bound.
    pub Number,
);

impl Rule for Le {
    fn describe(&self, schema: &mut Schema) {
        schema.set_of_number("maximum", self.0.to_json());
    }

    fn number(&self, value: Number) -> Option<ValidationError> {
        let bound = self.0;
        // A value that is not a number is unordered, and so breaks the rule.
        (!matches!(value.partial_cmp(&bound), Some(Less | Equal))).then(|| {
            ValidationError::new(
                "less_than_equal",
                format!("Input should be less than or equal to {bound}"),
            )
            .with("le", bound.to_json())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Le;
    use crate::read::Number::{Float, Integer};
    use crate::rules::Rule;

    #[test]
    fn compares_integers_exactly_and_floats_by_value() {
        assert_eq!(Le(Integer(1)).number(Integer(1)), None);
        assert_eq!(Le(Float(1.0)).number(Float(1.0)), None);
        let error = Le(Float(1.0)).number(Float(2.0)).expect("it is broken");
        assert_eq!(error.kind(), "less_than_equal");
        assert_eq!(error.message(), "Input should be less than or equal to 1");
    }

    #[test]
    fn is_in_schema() {
        let mut schema = crate::model::Schema::number();
        Le(Integer(1)).describe(&mut schema);
        assert_eq!(schema.keyword("maximum"), Some(&1.into()));
    }
}
