//! `multiple_of = n`: a number is an integer multiple of `n`.

use crate::model::Schema;
use crate::read::{Number, ValidationError};
use crate::rules::Rule;

/// A number is an integer multiple of `n`, which must be positive.
///
/// Integers and decimals are divided exactly. For floats a remainder below a billionth of the value is treated as
/// rounding: `0.3` is a multiple of `0.1`.
///
/// ```
/// use avocet::read::Number;
/// use avocet::rules::{MultipleOf, Rule};
///
/// assert!(MultipleOf(Number::Integer(5)).number(Number::Integer(10)).is_none());
/// assert!(MultipleOf(Number::Float(0.1)).number(Number::Float(0.3)).is_none());
/// assert!(MultipleOf(Number::Float(0.25)).number(Number::Float(0.3)).is_some());
/// ```
#[derive(Debug)]
pub struct MultipleOf(
    /// The number to divide by.
    pub Number,
);

impl Rule for MultipleOf {
    fn describe(&self, schema: &mut Schema) {
        schema.set_of_number("multipleOf", self.0.to_json());
    }

    fn number(&self, value: Number) -> Option<ValidationError> {
        let divisor = self.0;
        let whole = match (value, divisor) {
            (Number::Integer(value), Number::Integer(divisor)) => {
                divisor != 0 && value % divisor == 0
            }
            (value, divisor) => match value.aligned(divisor) {
                Some((value, divisor)) => divisor != 0 && value % divisor == 0,
                None => is_multiple(value.to_f64(), divisor.to_f64()),
            },
        };
        (!whole).then(|| {
            ValidationError::new(
                "multiple_of",
                format!("Input should be a multiple of {divisor}"),
            )
            .with("multiple_of", divisor.to_json())
        })
    }

    fn mistake(&self) -> Option<String> {
        (self.0 <= Number::Integer(0))
            .then(|| format!("`multiple_of = {}` is not positive", self.0))
    }
}

fn is_multiple(value: f64, divisor: f64) -> bool {
    let remainder = (value % divisor).abs();
    let rounding = value.abs() / 1e9;
    remainder <= rounding || (remainder - divisor.abs()).abs() <= rounding
}

#[cfg(test)]
mod tests {
    use super::MultipleOf;
    use crate::read::Number::{Float, Integer};
    use crate::rules::Rule;

    #[test]
    fn divides() {
        assert_eq!(MultipleOf(Integer(5)).number(Integer(-10)), None);
        assert_eq!(MultipleOf(Float(0.01)).number(Float(19.99)), None);
        let error = MultipleOf(Float(0.25))
            .number(Float(0.3))
            .expect("it is broken");
        assert_eq!(error.kind(), "multiple_of");
        assert_eq!(error.message(), "Input should be a multiple of 0.25");
    }

    #[test]
    fn a_negative_number_is_divided_like_its_magnitude() {
        let quarters = MultipleOf(Float(0.25));
        assert_eq!(quarters.number(Float(-0.75)), None);
        assert!(quarters.number(Float(-0.3)).is_some());
        let hundredths = MultipleOf(Float(0.01));
        assert_eq!(hundredths.number(Float(-19.99)), None);
        assert!(hundredths.number(Float(-19.995)).is_some());
    }

    #[test]
    fn a_divisor_of_zero_is_a_mistake() {
        assert!(MultipleOf(Integer(0)).mistake().is_some());
        assert_eq!(MultipleOf(Float(0.5)).mistake(), None);
    }

    #[test]
    fn is_in_schema() {
        let mut schema = crate::model::Schema::integer();
        MultipleOf(Integer(5)).describe(&mut schema);
        assert_eq!(schema.keyword("multipleOf"), Some(&5.into()));
    }
}
