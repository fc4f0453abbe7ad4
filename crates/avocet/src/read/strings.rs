//! Reads JSON strings: borrowed if nothing is escaped, otherwise decoded once.

use std::borrow::Cow;

use super::plain_text::plain_until;

/// An error: its byte position and what was expected.
type Fault = (usize, &'static str);

const CONTROL_CHARACTER: &str = "Invalid control character at";

/// Reads the string whose opening quote directly precedes `start`; returns it with the position after its closing quote.
#[expect(clippy::inline_always, reason = "see `plain_until`")]
#[inline(always)]
pub(super) fn read(text: &str, start: usize) -> Result<(Cow<'_, str>, usize), Fault> {
    let end = plain_until(text.as_bytes(), start);
    if text.as_bytes().get(end) == Some(&b'"')
        && let Some(plain) = text.get(start..end)
    {
        return Ok((Cow::Borrowed(plain), end + 1));
    }
    let (decoded, end) = decode(text, start, end)?;
    Ok((Cow::Owned(decoded), end))
}

/// Whether the same string is `name`, with the position after its closing quote.
pub(super) fn is(text: &str, start: usize, name: &str) -> Result<(bool, usize), Fault> {
    let bytes = text.as_bytes();
    let end = plain_until(bytes, start);
    if bytes.get(end) == Some(&b'"') {
        return Ok((bytes.get(start..end) == Some(name.as_bytes()), end + 1));
    }
    let (decoded, end) = decode(text, start, end)?;
    Ok((decoded == name, end))
}

/// Decodes the string from its first escape or error at `at`.
#[inline(never)]
fn decode(text: &str, start: usize, mut at: usize) -> Result<(String, usize), Fault> {
    let bytes = text.as_bytes();
    let mut decoded = String::with_capacity(2 * (at - start) + 16);
    let mut from = start;
    while let Some(plain) = text.get(from..at) {
        decoded.push_str(plain);
        match bytes.get(at) {
            Some(b'"') => return Ok((decoded, at + 1)),
            Some(b'\\') => {}
            Some(_) => return Err((at, CONTROL_CHARACTER)),
            None => return Err(unterminated(start)),
        }
        let beyond = match bytes.get(at + 1) {
            // It stands for itself, so the next plain piece begins with it.
            Some(b'"' | b'\\' | b'/') => {
                from = at + 1;
                at + 2
            }
            // This is the most frequent of the other escapes.
            Some(b'n') => {
                decoded.push('\n');
                from = at + 2;
                from
            }
            _ => {
                let (character, end) = escape(bytes, at + 1, start)?;
                decoded.push(character);
                from = end;
                end
            }
        };
        at = plain_until(bytes, beyond);
    }
    Err(unterminated(start))
}

/// Skips the same string without decoding it, with the same errors; returns the position after its closing quote.
pub(super) fn pass(text: &str, start: usize) -> Result<usize, Fault> {
    let bytes = text.as_bytes();
    let mut at = plain_until(bytes, start);
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at = plain_until(bytes, escape(bytes, at + 1, start)?.1),
            Some(_) => return Err((at, CONTROL_CHARACTER)),
            None => return Err(unterminated(start)),
        }
    }
}

/// Decodes the escape whose backslash directly precedes `at`, in the string that began at `start`; returns it with the
/// position after it.
#[inline]
fn escape(bytes: &[u8], at: usize, start: usize) -> Result<(char, usize), Fault> {
    let plain = match bytes.get(at) {
        Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes, at + 1, start),
        Some(_) => return Err((at - 1, "Invalid \\escape")),
        None => return Err(unterminated(start)),
    };
    Ok((plain, at + 1))
}

/// Decodes the four hexadecimal digits at `at`, and the second half if they are the first half of a surrogate pair.
#[inline(never)]
fn unicode(bytes: &[u8], at: usize, start: usize) -> Result<(char, usize), Fault> {
    let first = hexadecimal(bytes, at)?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, at + 4));
    }
    if first < 0xdc00 && bytes.get(at + 4..at + 6) == Some(b"\\u") {
        let second = hexadecimal(bytes, at + 6)?;
        if (0xdc00..0xe000).contains(&second) {
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            return Ok((character, at + 10));
        }
    }
    if bytes.get(at + 4..) == Some(b"\\") {
        return Err(unterminated(start));
    }
    Err((at - 1, "Unpaired surrogate in \\u escape"))
}

/// The error of the string that began at `start`: its position is that of the opening quote.
fn unterminated(start: usize) -> Fault {
    (start - 1, "Unterminated string starting at")
}

fn hexadecimal(bytes: &[u8], at: usize) -> Result<u32, Fault> {
    let fault = (at - 1, "Invalid \\uXXXX escape");
    // With the byte after them: the string does not end here.
    let digits = bytes.get(at..at + 5).ok_or(fault)?;
    digits[..4].iter().try_fold(0, |code, digit| {
        let digit = char::from(*digit).to_digit(16).ok_or(fault)?;
        Ok(code * 16 + digit)
    })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::{is, pass, read};

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
        let name = reference.as_deref().unwrap_or_default();
        let named = |name: &str| is(literal, 1, name);
        assert_eq!(
            named(name),
            read.map(|end| (reference.is_some(), end)),
            "{literal}"
        );
        let other = format!("{name}x");
        assert_eq!(named(&other), read.map(|end| (false, end)), "{literal}");
    }

    /// A literal of plain pieces, escapes and occasional errors.
    fn literals() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            8 => "[a-zéß😀 /]{0,40}",
            8 => r#"\\["\\/bfnrt]"#,
            2 => r"\\u00[0-7][0-9a-fA-F]",
            2 => Just(r"\ud83d\ude00".to_owned()),
            1 => r"(\\[a-eux]|\\u[0-9a-f]{1,5}|[\x00-\x1f])",
        ];
        vec(piece, 0..12).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
    }

    proptest! {
        #[test]
        fn any_literal_is_serde_jsons(literal in literals(), cut in any::<prop::sample::Index>()) {
            check(&literal);
            let ends: Vec<usize> = literal.char_indices().map(|(end, _)| end).skip(1).collect();
            check(&literal[..ends[cut.index(ends.len())]]);
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
            r#""\ud800\udc00\udbff\udfff""#,
            r#""\udc00\udc00""#,
            r#""\udbff\ue000""#,
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
