//! The header `Idempotency-Key`.

use http::{HeaderMap, HeaderName};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest key, in bytes.
pub(super) const LONGEST: usize = 255;

/// What the header of a request contains.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum KeyHeader<'h> {
    Missing,
    Key(&'h str),
    Malformed,
}

/// Reads the header: a quoted string, as the draft has it, or a bare token, as many clients send it. Both of one text are the same key.
pub(super) fn read(headers: &HeaderMap) -> KeyHeader<'_> {
    let mut lines = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(line) = lines.next() else {
        return KeyHeader::Missing;
    };
    if lines.next().is_some() {
        return KeyHeader::Malformed;
    }
    let text = line.to_str().unwrap_or_default().trim();
    let quoted = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let key = quoted.unwrap_or(text);
    // Without escapes: no client needs a quote or a backslash in a key.
    let allowed = |byte: u8| (b'!'..=b'~').contains(&byte) && !matches!(byte, b'"' | b'\\');
    let is_plain = quoted.is_some() || !key.contains([',', ';']);
    if (1..=LONGEST).contains(&key.len()) && key.bytes().all(allowed) && is_plain {
        KeyHeader::Key(key)
    } else {
        KeyHeader::Malformed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_quoted_or_bare() {
        let long = "k".repeat(LONGEST);
        let too_long = "k".repeat(LONGEST + 1);
        for (lines, expected) in [
            (&[][..], KeyHeader::Missing),
            (&["\"8e03978e-40d5\""], KeyHeader::Key("8e03978e-40d5")),
            (&["8e03978e-40d5"], KeyHeader::Key("8e03978e-40d5")),
            (&["\"a,b;c\""], KeyHeader::Key("a,b;c")),
            (&[&*long], KeyHeader::Key(&long)),
            (&[&*too_long], KeyHeader::Malformed),
            (&[""], KeyHeader::Malformed),
            (&["\"\""], KeyHeader::Malformed),
            (&["\"a"], KeyHeader::Malformed),
            (&["a\"b"], KeyHeader::Malformed),
            (&["\"a\\\"b\""], KeyHeader::Malformed),
            (&["a b"], KeyHeader::Malformed),
            (&["a, b"], KeyHeader::Malformed),
            (&["\"a\";p=1"], KeyHeader::Malformed),
            (&["a", "a"], KeyHeader::Malformed),
            (&["\u{e4}"], KeyHeader::Malformed),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(
                    IDEMPOTENCY_KEY,
                    http::HeaderValue::from_bytes(line.as_bytes()).expect("a header"),
                );
            }
            assert_eq!(read(&headers), expected, "{lines:?}");
        }
    }
}
