//! JSON strings: borrowed where nothing is escaped, decoded once where something is.

use std::borrow::Cow;

/// A fault: the byte where it stands and what was expected.
type Fault = (usize, &'static str);

/// Reads the string whose opening quote stands just before `start`; gives it with the position behind its closing quote.
pub(super) fn read(text: &str, start: usize) -> Result<(Cow<'_, str>, usize), Fault> {
    let end = plain_until(text.as_bytes(), start);
    if text.as_bytes().get(end) == Some(&b'"') {
        return Ok((Cow::Borrowed(&text[start..end]), end + 1));
    }
    let mut decoded = String::with_capacity(2 * (end - start) + 16);
    let (mut from, mut at) = (start, end);
    loop {
        decoded.push_str(&text[from..at]);
        match text.as_bytes().get(at) {
            Some(b'"') => return Ok((Cow::Owned(decoded), at + 1)),
            Some(b'\\') => from = escape(text.as_bytes(), at + 1, &mut decoded)?,
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
            Some(b'\\') => at = plain_until(bytes, escape(bytes, at + 1, &mut Nobody)?),
            Some(_) => return Err((at, "Invalid control character")),
            None => return Err((at, "Unterminated string")),
        }
    }
}

/// Takes the characters of a string that is passed over.
struct Nobody;

impl Extend<char> for Nobody {
    fn extend<I: IntoIterator<Item = char>>(&mut self, _: I) {}
}

/// The first byte from `at` on that is a quote, a backslash or a control character (or the end).
#[inline]
fn plain_until(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGHS: u64 = ONES * 0x80;
    // Eight bytes at once: the high bit of a byte is set in `hit` where one of the three tests is true for it. A byte above
    // such a one may be set too, by its borrow; the lowest is always right.
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(*chunk);
        let quote = word ^ (ONES * u64::from(b'"'));
        let backslash = word ^ (ONES * u64::from(b'\\'));
        let hit = (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        if hit & HIGHS != 0 {
            return at + (hit & HIGHS).trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b'"' | b'\\' | 0..=0x1f) {
            break;
        }
        at += 1;
    }
    at
}

/// Decodes the escape whose backslash stands just before `at`; gives the position behind it.
fn escape(bytes: &[u8], at: usize, decoded: &mut impl Extend<char>) -> Result<usize, Fault> {
    let plain = match bytes.get(at) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes, at + 1, decoded),
        Some(_) => return Err((at, "Invalid \\escape")),
        None => return Err((at, "Unterminated string")),
    };
    decoded.extend([plain]);
    Ok(at + 1)
}

/// Decodes the four hexadecimal digits at `at`, and the second half of a surrogate pair where they are the first.
fn unicode(bytes: &[u8], at: usize, decoded: &mut impl Extend<char>) -> Result<usize, Fault> {
    let first = hexadecimal(bytes, at)?;
    if let Some(character) = char::from_u32(first) {
        decoded.extend([character]);
        return Ok(at + 4);
    }
    if first < 0xdc00 && bytes.get(at + 4..at + 6) == Some(b"\\u") {
        let second = hexadecimal(bytes, at + 6)?;
        if (0xdc00..0xe000).contains(&second) {
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            decoded.extend(char::from_u32(code));
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
    use super::{pass, read};

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
