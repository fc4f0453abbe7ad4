//! JSON strings: borrowed where nothing is escaped, decoded once where something is.

use std::borrow::Cow;

/// A fault: the byte where it stands and what was expected.
type Fault = (usize, &'static str);

/// Reads the string whose opening quote stands just before `start`; gives it with the position behind its closing quote.
#[inline]
pub(super) fn read(text: &str, start: usize) -> Result<(Cow<'_, str>, usize), Fault> {
    let end = plain_until(text.as_bytes(), start);
    if text.as_bytes().get(end) == Some(&b'"') {
        let plain = text.get(start..end).unwrap_or_default();
        return Ok((Cow::Borrowed(plain), end + 1));
    }
    let (decoded, end) = decode(text, start, end)?;
    Ok((Cow::Owned(decoded), end))
}

/// The same from its first escape or fault at `at` on.
#[inline(never)]
fn decode(text: &str, start: usize, mut at: usize) -> Result<(String, usize), Fault> {
    let mut decoded = String::with_capacity(2 * (at - start) + 16);
    let mut from = start;
    loop {
        decoded.push_str(text.get(from..at).unwrap_or_default());
        match text.as_bytes().get(at) {
            Some(b'"') => return Ok((decoded, at + 1)),
            Some(b'\\') => {
                from = escape(text.as_bytes(), at + 1, |character| decoded.push(character))?;
            }
            Some(_) => return Err((at, "Invalid control character")),
            None => return Err((at, "Unterminated string")),
        }
        at = plain_until(text.as_bytes(), from);
    }
}

/// Passes over the same string, whose text nobody asks for, with the same faults; gives the position behind its closing
/// quote.
pub(super) fn pass(text: &str, start: usize) -> Result<usize, Fault> {
    let bytes = text.as_bytes();
    let mut at = plain_until(bytes, start);
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at = plain_until(bytes, escape(bytes, at + 1, drop)?),
            Some(_) => return Err((at, "Invalid control character")),
            None => return Err((at, "Unterminated string")),
        }
    }
}

/// The first byte from `at` on that is a quote, a backslash or a control character (or the end).
#[inline]
fn plain_until(bytes: &[u8], at: usize) -> usize {
    let mut rest = bytes.get(at..).unwrap_or_default();
    // Names and most values end here; what does not may be long.
    if let Some((eight, beyond)) = rest.split_first_chunk() {
        if let Some(place) = first_other(*eight) {
            return at + place;
        }
        rest = beyond;
        while let Some((block, beyond)) = rest.split_first_chunk()
            && is_plain(block)
        {
            rest = beyond;
        }
        while let Some((eight, beyond)) = rest.split_first_chunk() {
            if let Some(place) = first_other(*eight) {
                return bytes.len() - rest.len() + place;
            }
            rest = beyond;
        }
    }
    let is_other = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    let last = rest.iter().position(is_other).unwrap_or(rest.len());
    bytes.len() - rest.len() + last
}

/// Which of eight bytes is the first that cannot stand as it is.
#[inline]
fn first_other(bytes: [u8; 8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGHS: u64 = ONES * 0x80;
    // The high bit of a byte is set where one of the three tests is true for it. A byte above such a one may be set too, by its
    // borrow; the lowest is always right.
    let word = u64::from_le_bytes(bytes);
    let quote = word ^ (ONES * u64::from(b'"'));
    let backslash = word ^ (ONES * u64::from(b'\\'));
    let hit = (quote.wrapping_sub(ONES) & !quote)
        | (backslash.wrapping_sub(ONES) & !backslash)
        | (word.wrapping_sub(ONES * 0x20) & !word);
    (hit & HIGHS != 0).then(|| (hit & HIGHS).trailing_zeros() as usize / 8)
}

/// Whether all of a block can stand as it is: written so that the compiler tests sixteen bytes at once.
#[inline]
fn is_plain(block: &[u8; 32]) -> bool {
    // How far the bytes are from what cannot stand there: the least of it all is zero where one of them is that.
    let mut least = u8::MAX;
    for byte in block {
        least = least.min(byte.saturating_sub(0x1f));
        least = least.min(byte ^ b'"').min(byte ^ b'\\');
    }
    least != 0
}

/// Decodes the escape whose backslash stands just before `at`; gives the position behind it.
fn escape(bytes: &[u8], at: usize, mut take: impl FnMut(char)) -> Result<usize, Fault> {
    let plain = match bytes.get(at) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes, at + 1, take),
        Some(_) => return Err((at, "Invalid \\escape")),
        None => return Err((at, "Unterminated string")),
    };
    take(plain);
    Ok(at + 1)
}

/// Decodes the four hexadecimal digits at `at`, and the second half of a surrogate pair where they are the first.
fn unicode(bytes: &[u8], at: usize, mut take: impl FnMut(char)) -> Result<usize, Fault> {
    let first = hexadecimal(bytes, at)?;
    if let Some(character) = char::from_u32(first) {
        take(character);
        return Ok(at + 4);
    }
    if first < 0xdc00 && bytes.get(at + 4..at + 6) == Some(b"\\u") {
        let second = hexadecimal(bytes, at + 6)?;
        if (0xdc00..0xe000).contains(&second) {
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            char::from_u32(code).into_iter().for_each(take);
            return Ok(at + 10);
        }
    }
    Err((at, "Unpaired surrogate in \\u escape"))
}

fn hexadecimal(bytes: &[u8], at: usize) -> Result<u32, Fault> {
    let fault = (at, "Invalid \\uXXXX escape");
    let digits = bytes.get(at..at + 4).ok_or(fault)?;
    digits.iter().try_fold(0, |code, digit| {
        let digit = char::from(*digit).to_digit(16).ok_or(fault)?;
        Ok(code * 16 + digit)
    })
}

#[cfg(test)]
mod tests {
    use super::{pass, plain_until, read};

    #[track_caller]
    fn check(literal: &str) {
        let ours = read(literal, 1)
            .ok()
            .filter(|(_, end)| *end == literal.len())
            .map(|(text, _)| text.into_owned());
        let reference: Option<String> = serde_json::from_str(literal).ok();
        assert_eq!(ours, reference, "{literal}");
        let read = read(literal, 1).map(|(_, end)| end);
        assert_eq!(pass(literal, 1), read, "{literal}");
    }

    #[test]
    fn every_byte_is_found_wherever_it_stands() {
        let plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | 0..=0x1f);
        for length in 1..100_usize {
            for byte in 0..=255_u8 {
                for place in [0, length / 2, length - 1] {
                    let mut bytes = vec![b'a'; length];
                    bytes.extend(b"\"        ");
                    bytes[place] = byte;
                    let expected = bytes.iter().position(|byte| !plain(byte)).expect("a quote");
                    assert_eq!(
                        plain_until(&bytes, 0),
                        expected,
                        "{byte} at {place} of {length}"
                    );
                    let short = &bytes[..length];
                    assert_eq!(plain_until(short, 0), expected.min(length));
                }
            }
        }
    }

    #[test]
    fn agrees_with_serde_json() {
        for literal in [
            r#""""#,
            r#""plain""#,
            r#""a longer one, past eight bytes""#,
            r#""\"\\\/\b\f\n\r\t""#,
            r#""\u00e9\u20AC\ud83d\ude00""#,
            r#""\ud83d""#,
            r#""\ud83dx""#,
            r#""\ude00""#,
            r#""\ud83d\u0041""#,
            r#""\u12""#,
            r#""\x""#,
            r#""open"#,
            r#""open\"#,
            "\"tab\there\"",
            "\"seven77\u{1f}\"",
            "\"été, où ça ?\"",
            "\"\u{7f}\u{80}\"",
        ] {
            check(literal);
        }
    }
}
