//! Reads numbers in their most common spelling, without recording the spelling, the digits or whether it is an integer.

use super::digits::{append_digits, gather};
use crate::number::nearest_fraction;

/// Reads a number in the usual spelling of floats: as many digits as a `u64` holds, few of them before the decimal
/// point, no exponent. Returns it with the rest of the text, or `None` if the number is spelled differently, is missing,
/// or is too close to the end of the text for reading eight digits at once.
///
/// It omits everything else that [`number_grammar::read`](super::number_grammar::read) records about a number.
#[inline]
pub(super) fn float(bytes: &[u8]) -> Option<(f64, &[u8])> {
    let negative = bytes.first() == Some(&b'-');
    let (value, rest) = few_digits(&bytes[usize::from(negative)..])?;
    let (value, locations, rest) = match rest {
        [b'.', fraction @ ..] => {
            let (value, locations) = append_digits(value, fraction.first_chunk()?)?;
            (value, locations, &fraction[locations..])
        }
        _ => (value, 0, rest),
    };
    if let [b'e' | b'E', ..] = rest {
        return None;
    }
    Some((nearest_fraction(negative, value, locations)?, rest))
}

/// The same for a number below ten followed by a comma, with the rest after the comma. Long lists are read with this.
// Always inlined: a vector has hundreds of numbers, and a call with its result in memory adds a sixth to the cost of
// each.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as said above")]
pub(super) fn float_before_comma(bytes: &[u8]) -> Option<(f64, &[u8])> {
    let window: &[u8; 32] = bytes.first_chunk()?;
    let negative = window[0] == b'-';
    // Branch-free: half of all numbers are negative, unpredictably.
    let start = usize::from(negative);
    let whole = window[start].wrapping_sub(b'0');
    if whole > 9 || window[start + 1] != b'.' {
        return None;
    }
    let (value, locations) = append_digits(whole.into(), window[start + 2..].first_chunk()?)?;
    let (b',', next) = bytes[start + 2 + locations..].split_first()? else {
        return None;
    };
    Some((nearest_fraction(negative, value, locations)?, next))
}

/// Reads an integer followed by a comma, as in a list of token ids. Returns it with the rest after the comma, or `None`
/// if the integer is very large or missing.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as of `float_before_comma`")]
pub(super) fn integer_before_comma(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let window: &[u8; 32] = bytes.first_chunk()?;
    let negative = window[0] == b'-';
    let start = usize::from(negative);
    let (magnitude, count) = append_digits(0, window[start..].first_chunk()?)?;
    let (b',', next) = bytes[start + count..].split_first()? else {
        return None;
    };
    if window[start] == b'0' && count > 1 {
        return None;
    }
    let magnitude = i64::try_from(magnitude).ok()?;
    Some((if negative { -magnitude } else { magnitude }, next))
}

/// Reads an integer of one to three digits.
fn few_digits(digits: &[u8]) -> Option<(u64, &[u8])> {
    let (value, rest) = gather(digits, 0);
    let count = digits.len() - rest.len();
    let is_good = matches!(count, 1..=3) && (count == 1 || digits[0] != b'0');
    is_good.then_some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::{float, float_before_comma, integer_before_comma};

    #[test]
    fn what_is_plain_is_read_so() {
        for (number, expected) in [
            ("0.912345678", Some(0.912_345_678)),
            ("-0.5", Some(-0.5)),
            ("-0", Some(-0.0)),
            ("12", Some(12.0)),
            ("100.25", Some(100.25)),
            ("0.023064255043864250", Some(0.023_064_255_043_864_25)),
            ("9.999999999999999999", Some(10.0)),
            ("01", None),
            ("1.", None),
            ("-", None),
            ("1.5e3", None),
            ("1e3", None),
            ("1234", None),
            ("9.9999999999999999999", None),
            ("0.123456789012345678901234", None),
            ("", None),
        ] {
            for behind in [",", "]", " "] {
                let behind = behind.to_owned() + &" ".repeat(32);
                let text = number.to_owned() + &behind;
                let plain = float(text.as_bytes());
                let read = expected.map(|number| (number, behind.as_bytes()));
                assert_eq!(plain, read, "{text}");
                let is_small = number.trim_start_matches('-').find('.') == Some(1);
                let expected = expected.filter(|_| is_small && behind.starts_with(','));
                let read = expected.map(|number| (number, &behind.as_bytes()[1..]));
                assert_eq!(float_before_comma(text.as_bytes()), read, "{text}");
            }
        }
        for (number, expected) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("12345678", Some(12_345_678)),
            ("-1234567890123456", Some(-1_234_567_890_123_456)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("99999999999999999999999", None),
            ("00", None),
            ("01", None),
            ("-", None),
            ("1.0", None),
            ("1e3", None),
            ("x", None),
            ("", None),
        ] {
            let text = format!("{number},{}", " ".repeat(32));
            let behind = &text.as_bytes()[number.len() + 1..];
            let read = expected.map(|number| (number, behind));
            assert_eq!(integer_before_comma(text.as_bytes()), read, "{text}");
            assert_eq!(
                integer_before_comma(text.replace(',', "]").as_bytes()),
                None
            );
        }
        // Too close to the end to read eight digits at once.
        assert_eq!(float(b"0.5]"), None);
        assert_eq!(float_before_comma(b"0.5,"), None);
    }
}
