//! `max_digits` with `decimal_places`: the digits that remain before a decimal's point.

use super::digits::{Digits, counted};
use crate::model::Schema;
use crate::read::{Number, ValidationError};
use crate::rules::Rule;

/// A decimal has at most `max_digits - decimal_places` digits before its point, as in a database column.
///
/// It is used together with [`MaxDigits`](super::MaxDigits) and [`DecimalPlaces`](super::DecimalPlaces), and reports
/// nothing if one of them is broken.
///
/// ```
/// use avocet::read::Number;
/// use avocet::rules::{Rule, WholeDigits};
///
/// let rule = WholeDigits { max_digits: 6, decimal_places: 2 };
/// assert!(rule.number(Number::Integer(1234)).is_none());
/// assert!(rule.number(Number::Integer(12345)).is_some());
/// ```
#[derive(Debug)]
pub struct WholeDigits {
    /// The most digits on both sides of the point.
    pub max_digits: usize,
    /// The digits reserved for the fraction.
    pub decimal_places: usize,
}

impl Rule for WholeDigits {
    fn describe(&self, _: &mut Schema) {}

    fn number(&self, value: Number) -> Option<ValidationError> {
        let most = self.max_digits.saturating_sub(self.decimal_places);
        let digits = Digits::of(value);
        let others_hold = digits.total <= self.max_digits && digits.places <= self.decimal_places;
        (others_hold && digits.whole() > most).then(|| {
            let counted = counted(most, "digit");
            ValidationError::new(
                "decimal_whole_digits",
                format!(
                    "Decimal input should have no more than {counted} before the decimal point"
                ),
            )
            .with("whole_digits", most)
        })
    }

    fn mistake(&self) -> Option<String> {
        let (digits, places) = (self.max_digits, self.decimal_places);
        (places > digits)
            .then(|| format!("`decimal_places = {places}` is more than `max_digits = {digits}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::WholeDigits;
    use crate::read::Number::{Decimal, Integer};
    use crate::rules::Rule;

    const RULE: WholeDigits = WholeDigits {
        max_digits: 6,
        decimal_places: 2,
    };

    #[test]
    fn counts_before_the_point() {
        assert_eq!(RULE.number(Integer(1234)), None);
        let error = RULE.number(Integer(12345)).expect("it is broken");
        assert_eq!(error.kind(), "decimal_whole_digits");
        assert_eq!(
            error.message(),
            "Decimal input should have no more than 4 digits before the decimal point"
        );
    }

    #[test]
    fn holds_for_as_many_digits_as_there_may_be() {
        let value = |digits, places| Decimal { digits, places };
        assert_eq!(RULE.number(value(123_456, 2)), None);
        assert!(RULE.number(value(123_456, 1)).is_some());
        assert!(RULE.number(Integer(123_456)).is_some());
    }

    #[test]
    fn is_silent_where_another_rule_speaks() {
        let value = |digits, places| Decimal { digits, places };
        assert_eq!(RULE.number(value(1_234_567, 2)), None);
        assert_eq!(RULE.number(value(12_345_678, 3)), None);
    }

    #[test]
    fn more_places_than_digits_are_a_mistake() {
        let rule = WholeDigits {
            max_digits: 2,
            decimal_places: 3,
        };
        assert!(rule.mistake().is_some());
        assert_eq!(RULE.mistake(), None);
    }
}
