//! Parses the grammar of JSON numbers and collects their digits.

use super::digits::{gather, gather_many};
use crate::number::NumberText;

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberFault {
    /// No number begins here.
    NoNumber,
    /// A number begins here and ends at this byte position, but what follows cannot follow a number: as in `01`, `1.` and `1e`.
    EndsAt(usize),
}

/// Reads the number that begins at `start`; returns it with the position after it.
///
/// The rest of the text is a shrinking slice, which needs one comparison for each step.
#[inline]
pub(super) fn read(text: &str, start: usize) -> Result<(NumberText<'_>, usize), NumberFault> {
    let bytes = text.as_bytes();
    let position = |rest: &[u8]| bytes.len() - rest.len();
    let whole = bytes.get(start..).unwrap_or_default();
    let negative = whole.first() == Some(&b'-');
    // Branch-free: half of all numbers are negative, unpredictably.
    let digits = &whole[usize::from(negative)..];

    let (value, rest) = gather(digits, 0);
    let mut count = digits.len() - rest.len();
    if count == 0 {
        return Err(NumberFault::NoNumber);
    }
    if count > 1 && digits[0] == b'0' {
        return Err(NumberFault::EndsAt(position(digits) + 1));
    }
    let mut number = NumberText {
        text: "",
        negative,
        integer: true,
        digits: value,
        exact: true,
        exponent: 0,
    };
    let mut rest = rest;
    if let [b'.', fraction @ ..] = rest {
        (number.digits, rest) = gather_many(fraction, value);
        let places = fraction.len() - rest.len();
        if places == 0 {
            return Err(NumberFault::EndsAt(position(fraction) - 1));
        }
        count += places;
        number.integer = false;
        number.exponent = i32::try_from(places).map_or(i32::MIN / 2, |places| -places);
    }
    if let [b'e' | b'E', power @ ..] = rest {
        let Some((value, behind)) = exponent(power) else {
            return Err(NumberFault::EndsAt(position(rest)));
        };
        number.integer = false;
        number.exponent = number.exponent.saturating_add(value);
        rest = behind;
    }
    number.exact = count <= MOST_DIGITS;
    let end = position(rest);
    number.text = text.get(start..end).unwrap_or_default();
    Ok((number, end))
}

/// How many digits a `u64` always holds.
const MOST_DIGITS: usize = 19;

/// Reads the exponent after the `e` and returns it with the rest; `None` if it has no digit.
fn exponent(bytes: &[u8]) -> Option<(i32, &[u8])> {
    let minus = bytes.first() == Some(&b'-');
    let is_signed = matches!(bytes.first(), Some(b'-' | b'+'));
    let digits = &bytes[usize::from(is_signed)..];
    let mut power = 0_i32;
    let mut rest = digits;
    while let [digit @ b'0'..=b'9', beyond @ ..] = rest {
        power = power.saturating_mul(10);
        power = power.saturating_add(i32::from(digit - b'0'));
        rest = beyond;
    }
    if rest.len() == digits.len() {
        return None;
    }
    Some((if minus { -power } else { power }, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::read;
    use crate::read::plain_numbers;

    /// Checks that both readers agree on the number.
    fn check(text: &str) {
        // Text that follows a number in a body; the fast reader needs some of it.
        let followed = format!("{text},{}", " ".repeat(32));
        let (number, end) = read(&followed, 0).expect("it is a number");
        assert_eq!(end, text.len(), "{text}");
        assert_eq!(number.as_str(), text);
        let expected: f64 = text.parse().expect("a number");
        assert_eq!(number.to_f64().to_bits(), expected.to_bits(), "{text}");
        let expected: f32 = text.parse().expect("a number");
        assert_eq!(number.to_f32().to_bits(), expected.to_bits(), "{text}");
        let behind = &followed.as_bytes()[text.len()..];
        if let Some((plain, rest)) = plain_numbers::float(followed.as_bytes()) {
            assert_eq!(rest, behind, "{text}");
            assert_eq!(plain.to_bits(), number.to_f64().to_bits(), "{text}");
        }
        if let Some((plain, rest)) = plain_numbers::float_before_comma(followed.as_bytes()) {
            assert_eq!(rest, &behind[1..], "{text}");
            assert_eq!(plain.to_bits(), number.to_f64().to_bits(), "{text}");
        }
    }

    #[test]
    fn numbers_of_every_length_are_the_standard_librarys() {
        let digits = "9007199254740993178";
        for sign in ["", "-"] {
            for whole in ["0", "9", "10", "123", "1234", "9007199254740993"] {
                check(&format!("{sign}{whole}"));
                for places in 1..=digits.len() {
                    for power in ["", "e3", "E-7", "e+22", "e-320", "e400"] {
                        check(&format!("{sign}{whole}.{}{power}", &digits[..places]));
                    }
                }
            }
        }
    }

    #[test]
    fn an_f32_is_rounded_once() {
        for text in [
            "1.00000005960464477540",
            "1.00000017881393432616",
            "-1.00000005960464477540",
            "1.0000000596046448",
            "7.038531e-26",
            "1.1754943508222875e-38",
            "1.17549429e-38",
            "1e-45",
            "7.006492321624085e-46",
            "7.006492321624086e-46",
            "3.4028235677973366e38",
            "340282356779733661637539395458142568447",
        ] {
            check(text);
        }
    }

    proptest! {
        #[test]
        fn any_number_is_the_standard_librarys(
            text in "-?(0|[1-9][0-9]{0,21})([.][0-9]{1,22})?([eE][-+]?[0-9]{1,3})?"
        ) {
            check(&text);
        }

        #[test]
        fn any_f32_and_its_neighbourhood_is_the_standard_librarys(bits in 0_u32..0x7f80_0000, tail in 0..1000_u32) {
            let number = f32::from_bits(bits);
            check(&format!("{number:e}"));
            // Half-way to the next float, and slightly beyond.
            let half_way = f64::midpoint(f64::from(number), f64::from(number.next_up()));
            if half_way.is_finite() {
                check(&format!("{half_way:e}"));
                let spelled = format!("{half_way:.60}");
                check(&format!("{spelled}{tail:04}"));
            }
        }
    }
}
