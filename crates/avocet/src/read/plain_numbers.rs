//! Numbers as most are written, read without what others want to know of one: its spelling, its digits, whether it is an integer.

use super::digits::{append_digits, gather};
use super::number::nearest_fraction;

/// Reads a number as most floats are written: as many digits as a `u64` holds, few of them before the point, no exponent. Gives
/// it with what stands behind it; or nothing where it is another one, none, or so near to the end of the text that its digits cannot be
/// looked at by eights.
///
/// Everything that [`number_grammar::read`](super::number_grammar::read) keeps of a number for others is left out here.
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

/// The same of a number below ten with a comma behind it, and what stands behind that. A long list is read by this.
// Always: a vector has hundreds of them, and a call with its result in memory costs a sixth of each.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as said above")]
pub(super) fn float_before_comma(bytes: &[u8]) -> Option<(f64, &[u8])> {
    let window: &[u8; 32] = bytes.first_chunk()?;
    let negative = window[0] == b'-';
    // Without a branch: half of all numbers are negative, and which half is not to be foreseen.
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

/// Reads an integer with a comma behind it, as the ids of tokens stand in their list; gives it with what stands behind the comma,
/// or nothing where it is a very large one, or none.
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

/// One to three digits that are an integer.
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
        // Too near to the end to be looked at by eights.
        assert_eq!(float(b"0.5]"), None);
        assert_eq!(float_before_comma(b"0.5,"), None);
    }
}
