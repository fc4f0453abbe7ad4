//! Counts the digits of a decimal, for the rules that limit them.

use crate::read::Number;

/// The number of digits of a number, without trailing zeros of its fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digits {
    /// On both sides of the point, without leading zeros.
    pub(super) total: usize,
    /// After the point.
    pub(super) places: usize,
}

impl Digits {
    pub(super) fn of(value: Number) -> Self {
        let spelling = value.to_string();
        let spelling = spelling.trim_start_matches('-');
        let (whole, fraction) = spelling.split_once('.').unwrap_or((spelling, ""));
        let whole = whole.trim_start_matches('0').len();
        let places = fraction.trim_end_matches('0').len();
        Self {
            total: whole + places,
            places,
        }
    }

    /// Before the point.
    pub(super) fn whole(self) -> usize {
        self.total - self.places
    }
}

/// `1 digit`, `2 digits`.
pub(super) fn counted(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}

#[cfg(test)]
mod tests {
    use super::Digits;
    use crate::read::Number;

    #[track_caller]
    fn check(digits: i128, places: u32, total: usize, behind: usize) {
        let counted = Digits::of(Number::Decimal { digits, places });
        assert_eq!(
            counted,
            Digits {
                total,
                places: behind
            }
        );
    }

    #[test]
    fn zeros_at_both_ends_are_not_counted() {
        check(1234, 2, 4, 2);
        check(-1230, 2, 3, 1);
        check(5, 3, 3, 3);
        check(0, 2, 0, 0);
        check(100, 0, 3, 0);
    }
}
