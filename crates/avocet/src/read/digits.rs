//! Reads decimal digits, one by one and eight at a time.

use super::word::each;

/// Appends decimal digits to an integer; after nineteen of them the value is meaningless. Returns it with the remaining
/// bytes.
#[inline]
pub(super) fn gather(mut bytes: &[u8], mut value: u64) -> (u64, &[u8]) {
    while let [digit @ b'0'..=b'9', rest @ ..] = bytes {
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        bytes = rest;
    }
    (value, bytes)
}

/// The same, for where many digits are likely, as in a fraction.
pub(super) fn gather_many(mut bytes: &[u8], mut value: u64) -> (u64, &[u8]) {
    while let Some((eight, rest)) = bytes.split_first_chunk()
        && let Some(digits) = eight_digits(u64::from_le_bytes(*eight))
    {
        value = value.wrapping_mul(TENS[8]).wrapping_add(digits);
        bytes = rest;
    }
    gather(bytes, value)
}

/// The powers of ten from 1 to 100 million.
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

/// Sets the high bit of every byte that is not a digit. Bytes above the first one set may be wrong.
#[inline]
fn others(word: u64) -> u64 {
    // A byte below `0` borrows into its high bit, one above `9` carries into it.
    let below = word.wrapping_sub(each(b'0'));
    let above = word.wrapping_add(each(0x80 - b'9' - 1));
    (below | above) & each(0x80)
}

/// The number that eight bytes spell, if all of them are digits.
#[inline]
fn eight_digits(word: u64) -> Option<u64> {
    (others(word) == 0).then(|| joined(word.wrapping_sub(each(b'0'))))
}

/// The number that the leading digits of eight bytes spell, and how many digits there are.
///
/// Branch-free, because the number of digits is unpredictable. The bytes after the digits are shifted out, so that zeros
/// precede the digits instead.
#[inline]
fn leading_digits(word: u64) -> (u64, usize) {
    let count = others(word).trailing_zeros() / 8;
    let digits = word.wrapping_sub(each(b'0'));
    // In two halves, because a shift by 64 overflows.
    let half = 32 - 4 * count;
    (joined((digits << half) << half), count as usize)
}

/// The number of eight digits, one per byte. They are joined to pairs, and the pairs by two multiplications, each with
/// two weights at once (Lemire, "Quickly parsing eight digits", 2018).
#[inline]
fn joined(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let odd = pairs & 0x0000_00ff_0000_00ff;
    let even = (pairs >> 16) & 0x0000_00ff_0000_00ff;
    let weighed = odd
        .wrapping_mul(100 + (1_000_000 << 32))
        .wrapping_add(even.wrapping_mul(1 + (10_000 << 32)));
    weighed >> 32
}

/// Appends the leading digits of these bytes to an integer of at most three digits. Returns how many there are: at least
/// one, and not all of the bytes.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "as of `plain_numbers::float_before_comma`"
)]
pub(super) fn append_digits(value: u64, bytes: &[u8; 24]) -> Option<(u64, usize)> {
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

#[cfg(test)]
mod tests {
    use super::{eight_digits, leading_digits};

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
}
