//! Percent-decoding of a path.

use std::borrow::Cow;

/// Decodes a path once. `None` if the result is not UTF-8.
///
/// A `%` that is not followed by two hexadecimal digits stands for itself, as in every browser. A path
/// without any `%`, which is the common case, is returned as it is.
pub(super) fn decode(path: &str) -> Option<Cow<'_, str>> {
    if !path.contains('%') {
        return Some(Cow::Borrowed(path));
    }
    let mut decoded = Vec::with_capacity(path.len());
    let mut remaining = path.as_bytes();
    while let [first, after @ ..] = remaining {
        if *first == b'%'
            && let [high, low, after @ ..] = after
            && let (Some(high), Some(low)) = (digit(*high), digit(*low))
        {
            decoded.push(high << 4 | low);
            remaining = after;
        } else {
            decoded.push(*first);
            remaining = after;
        }
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
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
        assert_eq!(decode(path).as_deref(), expected);
    }

    #[test]
    fn decodes_once() {
        check("/a%20b", Some("/a b"));
        check("/a%2Fb%2fc", Some("/a/b/c"));
        check("/%C3%A9é", Some("/éé"));
        check("/%2541", Some("/%41"));
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
    }

    #[test]
    fn a_path_without_percent_sign_is_borrowed() {
        assert!(matches!(
            decode("/items/7"),
            Some(Cow::Borrowed("/items/7"))
        ));
    }
}
