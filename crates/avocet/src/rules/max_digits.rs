//! `max_digits = n`: a decimal has at most `n` digits.

use super::digits::{Digits, counted};
use crate::model::Schema;
use crate::read::{Number, ValidationError};
use crate::rules::Rule;

/// Limits the number of a decimal's digits on both sides of its point together.
///
/// JSON Schema has no keyword for it.
///
/// ```
/// use avocet::read::Number;
/// use avocet::rules::{MaxDigits, Rule};
///
/// assert!(MaxDigits(3).number(Number::Decimal { digits: 125, places: 1 }).is_none());
/// assert!(MaxDigits(3).number(Number::Decimal { digits: 1250, places: 0 }).is_some());
/// ```
#[derive(Debug)]
pub struct MaxDigits(
    /// At most this many digits.
    pub usize,
);

impl Rule for MaxDigits {
    fn describe(&self, _: &mut Schema) {}

    fn number(&self, value: Number) -> Option<ValidationError> {
        (Digits::of(value).total > self.0).then(|| {
            let most = counted(self.0, "digit");
            ValidationError::new(
                "decimal_max_digits",
                format!("Decimal input should have no more than {most} in total"),
            )
            .with("max_digits", self.0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::MaxDigits;
    use crate::read::Number::Decimal;
    use crate::rules::Rule;

    #[test]
    fn counts_both_sides_of_the_point() {
        let value = |digits, places| Decimal { digits, places };
        assert_eq!(MaxDigits(6).number(value(123_456, 2)), None);
        assert_eq!(MaxDigits(6).number(value(1_234_560, 2)), None);
        let error = MaxDigits(6)
            .number(value(1_234_567, 2))
            .expect("it is broken");
        assert_eq!(error.kind(), "decimal_max_digits");
        assert_eq!(
            error.message(),
            "Decimal input should have no more than 6 digits in total"
        );
    }
}
