//! `ge = n`: a number is at least the bound.

use std::cmp::Ordering::{Equal, Greater};

use crate::model::Schema;
use crate::read::{Number, ValidationError};
use crate::rules::Rule;

/// A number is at least the bound.
///
/// ```
/// use avocet::read::Number;
/// use avocet::rules::{Ge, Rule};
///
/// assert!(Ge(Number::Integer(1)).number(Number::Integer(1)).is_none());
/// assert!(Ge(Number::Integer(1)).number(Number::Integer(0)).is_some());
/// ```
#[derive(Debug)]
pub struct Ge(
    /// The bound.
    pub Number,
);

impl Rule for Ge {
    fn describe(&self, schema: &mut Schema) {
        schema.set_of_number("minimum", self.0.to_json());
    }

    fn number(&self, value: Number) -> Option<ValidationError> {
        let bound = self.0;
        // A value that is not a number is unordered, and so breaks the rule.
        (!matches!(value.partial_cmp(&bound), Some(Greater | Equal))).then(|| {
            ValidationError::new(
                "greater_than_equal",
                format!("Input should be greater than or equal to {bound}"),
            )
            .with("ge", bound.to_json())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Ge;
    use crate::read::Number::{Float, Integer};
    use crate::rules::Rule;

    #[test]
    fn compares_integers_exactly_and_floats_by_value() {
        assert_eq!(Ge(Integer(1)).number(Integer(1)), None);
        assert_eq!(Ge(Float(1.0)).number(Float(1.0)), None);
        let error = Ge(Float(1.0)).number(Float(0.0)).expect("it is broken");
        assert_eq!(error.kind(), "greater_than_equal");
        assert_eq!(
            error.message(),
            "Input should be greater than or equal to 1"
        );
    }

    #[test]
    fn is_in_schema() {
        let mut schema = crate::model::Schema::number();
        Ge(Integer(1)).describe(&mut schema);
        assert_eq!(schema.keyword("minimum"), Some(&1.into()));
    }
}
