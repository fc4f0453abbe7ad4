//! Percent-decoding of a path; an encoded slash is not a separator.

use std::borrow::Cow;

/// The placeholder for an encoded slash in the text that is matched. Templates cannot contain it, so only a variable matches it.
pub(super) const ENCODED_SLASH: char = '\0';

/// A decoded path.
#[derive(Debug)]
pub(super) struct Decoded<'p> {
    /// The text that is matched: every `/` in it was a literal `/` in the request.
    pub(super) matched: Cow<'p, str>,
    /// The text that values are read from, if it differs: it has the same length and contains the encoded slashes.
    values: Option<String>,
}

impl Decoded<'_> {
    /// Returns the text that values are read from, unless that is the path as received.
    pub(super) fn into_values(self) -> Option<String> {
        match (self.values, self.matched) {
            (Some(values), _) | (None, Cow::Owned(values)) => Some(values),
            (None, Cow::Borrowed(_)) => None,
        }
    }
}

/// Decodes a path once. `None` if the result is not UTF-8.
///
/// A `%` that is not followed by two hexadecimal digits is kept, as in every browser. A path
/// without any `%`, which is the common case, is returned unchanged.
pub(super) fn decode(path: &str) -> Option<Decoded<'_>> {
    if memchr::memchr(b'%', path.as_bytes()).is_none() {
        return Some(Decoded {
            matched: Cow::Borrowed(path),
            values: None,
        });
    }
    let mut decoded = Vec::with_capacity(path.len());
    let mut encoded_slashes = Vec::new();
    let mut remaining = path.as_bytes();
    while let [first, after @ ..] = remaining {
        if *first == b'%'
            && let [high, low, after @ ..] = after
            && let (Some(high), Some(low)) = (digit(*high), digit(*low))
        {
            let byte = high << 4 | low;
            if byte == b'/' {
                encoded_slashes.push(decoded.len());
            }
            decoded.push(byte);
            remaining = after;
        } else {
            decoded.push(*first);
            remaining = after;
        }
    }
    let values = String::from_utf8(decoded).ok()?;
    if encoded_slashes.is_empty() {
        return Some(Decoded {
            matched: Cow::Owned(values),
            values: None,
        });
    }
    let mut encoded_slashes = encoded_slashes.into_iter().peekable();
    let stand_in = |(position, character)| {
        let is_encoded = encoded_slashes.next_if_eq(&position).is_some();
        if is_encoded { ENCODED_SLASH } else { character }
    };
    let matched = values.char_indices().map(stand_in).collect();
    Some(Decoded {
        matched: Cow::Owned(matched),
        values: Some(values),
    })
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Option<&str>) {
        let values = decode(path).map(|decoded| {
            let values = decoded.into_values();
            values.unwrap_or_else(|| path.to_owned())
        });
        assert_eq!(values.as_deref(), expected);
    }

    #[test]
    fn decodes_once() {
        check("/a%20b", Some("/a b"));
        check("/a%2Fb%2fc", Some("/a/b/c"));
        check("/%C3%A9é", Some("/éé"));
        check("/%2541", Some("/%41"));
        check("/%252F", Some("/%2F"));
    }

    #[test]
    fn an_encoded_slash_is_no_slash_to_the_matcher() {
        let matched = |path| decode(path).map(|decoded| decoded.matched.into_owned());
        assert_eq!(matched("/a%2Fb/c%2f"), Some("/a\0b/c\0".to_owned()));
        assert_eq!(matched("/é%2F%20/"), Some("/é\0 /".to_owned()));
    }

    #[test]
    fn a_percent_sign_alone_stands_for_itself() {
        check("/100%", Some("/100%"));
        check("/%4", Some("/%4"));
        check("/%zz%é", Some("/%zz%é"));
        check("/%%41", Some("/%A"));
    }

    #[test]
    fn what_is_not_utf_8_is_rejected() {
        check("/%ff", None);
        check("/%C3", None);
        check("/%ED%A0%80", None);
        check("/%2F%ff", None);
    }

    #[test]
    fn a_path_without_percent_sign_is_borrowed() {
        let decoded = decode("/items/7").expect("UTF-8");
        assert!(matches!(decoded.matched, Cow::Borrowed("/items/7")));
        assert_eq!(decoded.into_values(), None);
    }
}
