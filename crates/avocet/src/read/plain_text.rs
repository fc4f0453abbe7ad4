//! Finds where a string stops being plain text: at a quote, a backslash or a control character.

use super::word::each;

/// The position of the first byte from `at` that is not plain text, or the end.
#[expect(
    clippy::inline_always,
    reason = "a call for each name and text, with its result in memory, costs a tenth of a chat"
)]
#[inline(always)]
pub(super) fn plain_until(bytes: &[u8], at: usize) -> usize {
    let Some(rest) = bytes.get(at..) else {
        return bytes.len();
    };
    // Names and most values end here; the rest may be long.
    let Some((eight, beyond)) = rest.split_first_chunk() else {
        return at + plain_length(rest);
    };
    match first_of_eight(*eight) {
        Some(location) => at + location,
        None => at + 8 + plain_length(beyond),
    }
}

/// How many leading bytes are plain text.
#[inline(never)]
fn plain_length(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((block, beyond)) = rest.split_first_chunk() {
        if let Some(location) = first_of_block(block) {
            return bytes.len() - rest.len() + location;
        }
        rest = beyond;
    }
    bytes.len() - rest.len() + plain_length_of_last(rest)
}

/// The same for the rest, which is shorter than a block.
#[inline(never)]
fn plain_length_of_last(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((eight, beyond)) = rest.split_first_chunk() {
        if let Some(location) = first_of_eight(*eight) {
            return bytes.len() - rest.len() + location;
        }
        rest = beyond;
    }
    let is_other = |byte: &u8| is_other(*byte);
    let last = rest.iter().position(is_other).unwrap_or(rest.len());
    bytes.len() - rest.len() + last
}

#[expect(
    clippy::needless_bitwise_bool,
    reason = "without branches the compiler tests many bytes at once"
)]
#[inline]
fn is_other(byte: u8) -> bool {
    (byte == b'"') | (byte == b'\\') | (byte < 0x20)
}

/// The index of the first of eight bytes that is not plain text.
#[inline]
pub(super) fn first_of_eight(bytes: [u8; 8]) -> Option<usize> {
    // The high bit of a byte is set if one of the three tests holds for it. The borrow may also set it in a byte above
    // such a byte; the lowest one is always right.
    let word = u64::from_le_bytes(bytes);
    let quote = (word ^ each(b'"')).wrapping_sub(each(1));
    let backslash = (word ^ each(b'\\')).wrapping_sub(each(1));
    let control = word.wrapping_sub(each(0x20));
    let hit = (quote | backslash | control) & !word & each(0x80);
    (hit != 0).then(|| hit.trailing_zeros() as usize / 8)
}

/// The same for a block, written so that the compiler tests sixteen bytes at once.
#[inline]
fn first_of_block(block: &[u8; 32]) -> Option<usize> {
    let mut others = [0; 32];
    for (other, byte) in others.iter_mut().zip(block) {
        *other = if is_other(*byte) { u8::MAX } else { 0 };
    }
    let half = |half: usize| others.as_chunks().0.get(half).copied();
    let [low, high] = [0, 1].map(|index| half(index).map_or(0, u128::from_le_bytes));
    let first = |half: u128| half.trailing_zeros() as usize / 8;
    match (low, high) {
        (0, 0) => None,
        (0, high) => Some(16 + first(high)),
        (low, _) => Some(first(low)),
    }
}

#[cfg(test)]
mod tests {
    use super::plain_until;

    #[test]
    fn every_byte_is_found_wherever_it_stands() {
        let plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | 0..=0x1f);
        for length in 1..100_usize {
            for byte in 0..=255_u8 {
                for location in [0, length / 2, length - 1] {
                    let mut bytes = vec![b'a'; length];
                    bytes.extend(b"\"        ");
                    bytes[location] = byte;
                    let expected = bytes.iter().position(|byte| !plain(byte)).expect("a quote");
                    assert_eq!(
                        plain_until(&bytes, 0),
                        expected,
                        "{byte} at {location} of {length}"
                    );
                    let short = &bytes[..length];
                    assert_eq!(plain_until(short, 0), expected.min(length));
                }
            }
        }
    }
}
