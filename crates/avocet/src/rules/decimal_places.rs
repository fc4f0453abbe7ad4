//! `decimal_places = n`: a decimal has at most `n` digits after its point.

use super::digits::{Digits, counted};
use crate::model::Schema;
use crate::read::{Number, ValidationError};
use crate::rules::Rule;

/// Limits the number of digits after a decimal's point; trailing zeros are not counted.
///
/// JSON Schema has no keyword for it: `multipleOf` would be checked between floats.
///
/// ```
/// use avocet::read::Number;
/// use avocet::rules::{DecimalPlaces, Rule};
///
/// assert!(DecimalPlaces(1).number(Number::Decimal { digits: 125, places: 1 }).is_none());
/// assert!(DecimalPlaces(1).number(Number::Decimal { digits: 125, places: 2 }).is_some());
/// ```
#[derive(Debug)]
pub struct DecimalPlaces(
    /// At most this many digits after the point.
    pub usize,
);

impl Rule for DecimalPlaces {
    fn describe(&self, _: &mut Schema) {}

    fn number(&self, value: Number) -> Option<ValidationError> {
        (Digits::of(value).places > self.0).then(|| {
            let most = counted(self.0, "decimal place");
            ValidationError::new(
                "decimal_max_places",
                format!("Decimal input should have no more than {most}"),
            )
            .with("decimal_places", self.0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::DecimalPlaces;
    use crate::read::Number::Decimal;
    use crate::rules::Rule;

    #[test]
    fn counts_behind_the_point() {
        let value = |digits, places| Decimal { digits, places };
        assert_eq!(DecimalPlaces(1).number(value(1250, 2)), None);
        let error = DecimalPlaces(1)
            .number(value(1234, 2))
            .expect("it is broken");
        assert_eq!(error.kind(), "decimal_max_places");
        assert_eq!(
            error.message(),
            "Decimal input should have no more than 1 decimal place"
        );
    }
}
