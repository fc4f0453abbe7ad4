//! `lt = n`: a number is less than the bound.

use std::cmp::Ordering::Less;

use crate::model::Schema;
use crate::read::{Number, ValidationError};
use crate::rules::Rule;

/// A number is less than the bound. For an `f32` this holds for the number as it was sent and for the rounded one.
///
/// ```
/// use avocet::read::Number;
/// use avocet::rules::{Lt, Rule};
///
/// assert!(Lt(Number::Integer(1)).number(Number::Integer(0)).is_none());
/// assert!(Lt(Number::Integer(1)).number(Number::Integer(1)).is_some());
/// ```
#[derive(Debug)]
pub struct Lt(
    /// The bound.
    pub Number,
);

impl Rule for Lt {
    fn describe(&self, schema: &mut Schema) {
        schema.set_of_number("exclusiveMaximum", self.0.to_json());
    }

    fn number(&self, value: Number) -> Option<ValidationError> {
        let bound = self.0;
        // A value that is not a number is unordered, and so breaks the rule.
        (value.partial_cmp(&bound) != Some(Less)).then(|| self.error())
    }

    fn rounded(&self, value: f32) -> Option<ValidationError> {
        (value >= self.0.to_f32()).then(|| self.error())
    }
}

impl Lt {
    fn error(&self) -> ValidationError {
        let bound = self.0;
        let message = format!("Input should be less than {bound}");
        ValidationError::new("less_than", message).with("lt", bound.to_json())
    }
}

#[cfg(test)]
mod tests {
    use super::Lt;
    use crate::read::Number::{Float, Integer};
    use crate::rules::Rule;

    #[test]
    fn compares_integers_exactly_and_floats_by_value() {
        assert_eq!(Lt(Integer(1)).number(Integer(0)), None);
        assert_eq!(Lt(Float(1.0)).number(Float(0.0)), None);
        let error = Lt(Float(1.0)).number(Float(1.0)).expect("it is broken");
        assert_eq!(error.kind(), "less_than");
        assert_eq!(error.message(), "Input should be less than 1");
    }

    #[test]
    fn is_in_schema() {
        let mut schema = crate::model::Schema::number();
        Lt(Integer(1)).describe(&mut schema);
        assert_eq!(schema.keyword("exclusiveMaximum"), Some(&1.into()));
    }
}
