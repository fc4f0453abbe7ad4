//! `gt = n`: a number is more than the bound.

use std::cmp::Ordering::Greater;

use crate::model::Schema;
use crate::read::{Number, ValidationError};
use crate::rules::Rule;

/// A number is more than the bound. For an `f32` this holds for the number as it was sent and for the rounded one.
///
/// ```
/// use avocet::read::Number;
/// use avocet::rules::{Gt, Rule};
///
/// assert!(Gt(Number::Integer(1)).number(Number::Integer(2)).is_none());
/// assert!(Gt(Number::Integer(1)).number(Number::Integer(1)).is_some());
/// ```
#[derive(Debug)]
pub struct Gt(
    /// The bound.
    pub Number,
);

impl Rule for Gt {
    fn describe(&self, schema: &mut Schema) {
        schema.set_of_number("exclusiveMinimum", self.0.to_json());
    }

    fn number(&self, value: Number) -> Option<ValidationError> {
        let bound = self.0;
        // A value that is not a number is unordered, and so breaks the rule.
        (value.partial_cmp(&bound) != Some(Greater)).then(|| self.error())
    }

    fn rounded(&self, value: f32) -> Option<ValidationError> {
        (value <= self.0.to_f32()).then(|| self.error())
    }
}

impl Gt {
    fn error(&self) -> ValidationError {
        let bound = self.0;
        let message = format!("Input should be greater than {bound}");
        ValidationError::new("greater_than", message).with("gt", bound.to_json())
    }
}

#[cfg(test)]
mod tests {
    use super::Gt;
    use crate::read::Number::{Float, Integer};
    use crate::rules::Rule;

    #[test]
    fn compares_integers_exactly_and_floats_by_value() {
        assert_eq!(Gt(Integer(1)).number(Integer(2)), None);
        assert_eq!(Gt(Float(1.0)).number(Float(2.0)), None);
        let error = Gt(Float(1.0)).number(Float(1.0)).expect("it is broken");
        assert_eq!(error.kind(), "greater_than");
        assert_eq!(error.message(), "Input should be greater than 1");
    }

    #[test]
    fn is_in_schema() {
        let mut schema = crate::model::Schema::number();
        Gt(Integer(1)).describe(&mut schema);
        assert_eq!(schema.keyword("exclusiveMinimum"), Some(&1.into()));
    }
}
