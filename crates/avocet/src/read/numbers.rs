//! The grammar of JSON numbers, with their digits gathered on the way.

use super::NumberText;
use super::number::nearest_fraction;
use super::word::each;

/// A fault: the byte where it stands and what was expected.
type Fault = (usize, &'static str);

/// Reads the number that begins at `start`; gives it with the position behind it.
///
/// What follows `start` is looked at as a slice that gets shorter, which needs one comparison for each step.
#[inline]
pub(super) fn read(text: &str, start: usize) -> Result<(NumberText<'_>, usize), Fault> {
    let bytes = text.as_bytes();
    let position = |rest: &[u8]| bytes.len() - rest.len();
    let whole = bytes.get(start..).unwrap_or_default();
    let negative = whole.first() == Some(&b'-');
    // Without a branch: half of all numbers are negative, and which half is not to be foreseen.
    let digits = &whole[usize::from(negative)..];

    let (value, rest) = gather(digits, 0);
    let mut count = digits.len() - rest.len();
    if count == 0 {
        return Err((position(rest), "Expecting value"));
    }
    if count > 1 && digits[0] == b'0' {
        return Err((position(digits) + 1, "Expecting no leading zero"));
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
            return Err((position(rest), "Expecting a digit after the point"));
        }
        count += places;
        number.integer = false;
        number.exponent = i32::try_from(places).map_or(i32::MIN / 2, |places| -places);
    }
    if let [b'e' | b'E', power @ ..] = rest {
        let power_read = exponent(power).map_err(|rest| {
            let reason = "Expecting a digit in the exponent";
            (position(rest), reason)
        })?;
        number.integer = false;
        number.exponent = number.exponent.saturating_add(power_read.0);
        rest = power_read.1;
    }
    number.exact = count <= MOST_DIGITS;
    let end = position(rest);
    number.text = text.get(start..end).unwrap_or_default();
    Ok((number, end))
}

/// As many digits as a `u64` holds whatever they are.
const MOST_DIGITS: usize = 19;

/// Appends decimal digits to an integer; past nineteen of them it no longer counts. Gives it with what stands behind them.
#[inline]
fn gather(mut bytes: &[u8], mut value: u64) -> (u64, &[u8]) {
    while let [digit @ b'0'..=b'9', rest @ ..] = bytes {
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        bytes = rest;
    }
    (value, bytes)
}

/// The same where many are to be expected, as behind a point.
fn gather_many(mut bytes: &[u8], mut value: u64) -> (u64, &[u8]) {
    while let Some((eight, rest)) = bytes.split_first_chunk()
        && let Some(digits) = eight_digits(u64::from_le_bytes(*eight))
    {
        value = value.wrapping_mul(TENS[8]).wrapping_add(digits);
        bytes = rest;
    }
    gather(bytes, value)
}

/// 1 to 100 million.
const TENS: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

/// The high bit of every byte that is no digit; bytes above such a one may be wrong.
#[inline]
fn others(word: u64) -> u64 {
    // A byte below `0` borrows into its high bit, one above `9` carries into it.
    let below = word.wrapping_sub(each(b'0'));
    let above = word.wrapping_add(each(0x80 - b'9' - 1));
    (below | above) & each(0x80)
}

/// The number that eight bytes spell, if all are digits.
#[inline]
fn eight_digits(word: u64) -> Option<u64> {
    (others(word) == 0).then(|| joined(word.wrapping_sub(each(b'0'))))
}

/// The number that the digits spell which eight bytes begin with, and how many they are.
///
/// Without a branch, for how many there are is not to be foreseen. What follows the digits is shifted out, so that as many zeros
/// stand before them.
#[inline]
fn leading_digits(word: u64) -> (u64, usize) {
    let count = others(word).trailing_zeros() / 8;
    let digits = word.wrapping_sub(each(b'0'));
    // In two halves, because a shift by 64 is none.
    let half = 32 - 4 * count;
    (joined((digits << half) << half), count as usize)
}

/// The number of eight digits, a byte each: they are joined to pairs, and the pairs by two multiplications, each of them with two
/// weights at once (Lemire, "Quickly parsing eight digits", 2018).
#[inline]
fn joined(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let first_and_third = pairs & 0x0000_00ff_0000_00ff;
    let others = (pairs >> 16) & 0x0000_00ff_0000_00ff;
    let joined = first_and_third
        .wrapping_mul(100 + (1_000_000 << 32))
        .wrapping_add(others.wrapping_mul(1 + (10_000 << 32)));
    joined >> 32
}

/// Reads a number as most floats are written: as many digits as a `u64` holds, few of them before the point, no exponent. Gives
/// it with what stands behind it; or nothing where it is another one, or none.
///
/// Everything that [`read`] keeps of a number for others is left out here.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> Option<(f64, &[u8])> {
    let negative = bytes.first() == Some(&b'-');
    let (value, rest) = few_digits(&bytes[usize::from(negative)..])?;
    let (value, places, rest) = match rest {
        [b'.', fraction @ ..] => {
            let (value, places) = append_digits(value, fraction.first_chunk()?)?;
            (value, places, &fraction[places..])
        }
        _ => (value, 0, rest),
    };
    if let [b'e' | b'E', ..] = rest {
        return None;
    }
    Some((nearest_fraction(negative, value, places)?, rest))
}

/// The same of a number below ten with a comma behind it, and what stands behind that. A long list is read by this.
// Always: a vector has hundreds of them, and a call with its result in memory costs a sixth of each.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as said above")]
pub(super) fn plain_before_comma(bytes: &[u8]) -> Option<(f64, &[u8])> {
    let window: &[u8; 32] = bytes.first_chunk()?;
    let negative = window[0] == b'-';
    // Without a branch: half of all numbers are negative, and which half is not to be foreseen.
    let start = usize::from(negative);
    let whole = window[start].wrapping_sub(b'0');
    if whole > 9 || window[start + 1] != b'.' {
        return None;
    }
    let (value, places) = append_digits(whole.into(), window[start + 2..].first_chunk()?)?;
    let (b',', next) = bytes[start + 2 + places..].split_first()? else {
        return None;
    };
    Some((nearest_fraction(negative, value, places)?, next))
}

/// Reads an integer with a comma behind it, as the ids of tokens stand in their list; gives it with what stands behind the comma,
/// or nothing where it is a very large one, or none.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as of `plain_before_comma`")]
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

/// Appends the digits that so many bytes begin with to an integer of three at most. Says how many they are: at least one, and not
/// all of the bytes.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as of `plain_before_comma`")]
fn append_digits(value: u64, bytes: &[u8; 24]) -> Option<(u64, usize)> {
    let word = |at: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&bytes[at..at + 8]);
        u64::from_le_bytes(word)
    };
    let Some(eight) = eight_digits(word(0)) else {
        let (digits, count) = leading_digits(word(0));
        return (count > 0).then_some((value * TENS[count] + digits, count));
    };
    let value = value * TENS[8] + eight;
    let Some(eight) = eight_digits(word(8)) else {
        let (digits, count) = leading_digits(word(8));
        return Some((value * TENS[count] + digits, 8 + count));
    };
    let value = value * TENS[8] + eight;
    let (digits, count) = leading_digits(word(16));
    let value = value.checked_mul(TENS[count])?.checked_add(digits)?;
    (count < 8).then_some((value, 16 + count))
}

/// What stands behind the `e`: the power, with what stands behind it; or where a digit is missing.
fn exponent(bytes: &[u8]) -> Result<(i32, &[u8]), &[u8]> {
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
        return Err(rest);
    }
    Ok((if minus { -power } else { power }, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        eight_digits, integer_before_comma, leading_digits, plain, plain_before_comma, read,
    };

    #[test]
    fn digits_are_read_as_the_standard_library_reads_them() {
        for count in 0..=8 {
            for digits in ["00000000", "12345678", "99999999", "10000000", "90909090"] {
                for other in (0..=255_u8).filter(|byte| !byte.is_ascii_digit()) {
                    let mut bytes: [u8; 8] = digits.as_bytes().try_into().expect("eight");
                    if let Some(end) = bytes.get_mut(count) {
                        *end = other;
                    }
                    let expected = digits[..count].parse().unwrap_or(0);
                    let word = u64::from_le_bytes(bytes);
                    assert_eq!(leading_digits(word), (expected, count), "{bytes:?}");
                    let all = (count == 8).then_some(expected);
                    assert_eq!(eight_digits(word), all, "{bytes:?}");
                }
            }
        }
    }

    /// The number as both readers read it, when they do.
    fn check(text: &str) {
        // What follows a number in a body; the plain reader wants some of it.
        let followed = format!("{text},{}", " ".repeat(32));
        let (number, end) = read(&followed, 0).expect("it is a number");
        assert_eq!(end, text.len(), "{text}");
        assert_eq!(number.as_str(), text);
        let expected: f64 = text.parse().expect("a number");
        assert_eq!(number.to_f64().to_bits(), expected.to_bits(), "{text}");
        let expected: f32 = text.parse().expect("a number");
        assert_eq!(number.to_f32().to_bits(), expected.to_bits(), "{text}");
        let behind = &followed.as_bytes()[text.len()..];
        if let Some((plain, rest)) = plain(followed.as_bytes()) {
            assert_eq!(rest, behind, "{text}");
            assert_eq!(plain.to_bits(), number.to_f64().to_bits(), "{text}");
        }
        if let Some((plain, rest)) = plain_before_comma(followed.as_bytes()) {
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
                let plain = plain(text.as_bytes());
                let read = expected.map(|number| (number, behind.as_bytes()));
                assert_eq!(plain, read, "{text}");
                let is_small = number.trim_start_matches('-').find('.') == Some(1);
                let expected = expected.filter(|_| is_small && behind.starts_with(','));
                let read = expected.map(|number| (number, &behind.as_bytes()[1..]));
                assert_eq!(plain_before_comma(text.as_bytes()), read, "{text}");
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
        assert_eq!(plain(b"0.5]"), None);
        assert_eq!(plain_before_comma(b"0.5,"), None);
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
            // Half way to the next one, and a little beyond.
            let half_way = f64::midpoint(f64::from(number), f64::from(number.next_up()));
            if half_way.is_finite() {
                check(&format!("{half_way:e}"));
                let spelled = format!("{half_way:.60}");
                check(&format!("{spelled}{tail:04}"));
            }
        }
    }
}
