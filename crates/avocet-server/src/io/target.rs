//! The request line of HTTP/1: the accepted targets and their encoding.
//!
//! Clients send characters in a target that should be percent-encoded (`?q="a" < b`), and every other server accepts them.
//! Such a target is encoded before the parser sees it.

use http::Uri;

/// The longest target that the parser accepts.
const LONGEST: usize = u16::MAX as usize - 1;

/// The message for a request line with control characters.
pub(crate) const NO_TEXT: &str = "The request line should be text without control characters";

/// The result of checking a request line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RequestLine {
    /// The parser reads it unchanged.
    Plain,
    /// The parser reads this line instead.
    Encoded(Vec<u8>),
    TooLong,
    Malformed(String),
}

/// Checks a whole request line without its line end.
pub(crate) fn look_at(line: &[u8]) -> RequestLine {
    let mut words = line.split(|byte| *byte == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return RequestLine::Malformed(
            "The request line should be a method, a target and a version, with one space between them"
                .to_owned(),
        );
    };
    if target.len() > LONGEST {
        return RequestLine::TooLong;
    }
    let is_plain =
        target.first() == Some(&b'/') && target.iter().all(|byte| PLAIN[usize::from(*byte)]);
    if is_plain && matches!(version, b"HTTP/1.1" | b"HTTP/1.0") {
        return RequestLine::Plain;
    }
    if line.iter().any(u8::is_ascii_control) {
        return RequestLine::Malformed(NO_TEXT.to_owned());
    }
    if method == b"CONNECT" {
        return RequestLine::Plain;
    }
    let encoded = encoded(target);
    if encoded.len() > LONGEST {
        return RequestLine::TooLong;
    }
    match Uri::try_from(&*encoded) {
        Ok(_) if encoded == target => RequestLine::Plain,
        Ok(_) => RequestLine::Encoded([method, b" ", &encoded, b" ", version, b"\r\n"].concat()),
        Err(error) => RequestLine::Malformed(format!("The target should be a URI: {error}")),
    }
}

/// Percent-encodes the characters of the path and the query that the parser rejects. The host of an absolute target is not
/// changed.
fn encoded(target: &[u8]) -> Vec<u8> {
    let is_text = str::from_utf8(target).is_ok();
    let mut at = path_of(target);
    let mut encoded = target[..at].to_vec();
    let mut in_query = false;
    while let Some(&byte) = target.get(at) {
        let is_taken = match byte {
            // The parser cuts off everything after it.
            b'#' => {
                encoded.extend_from_slice(&target[at..]);
                break;
            }
            b'<' | b'>' => false,
            b'"' => !in_query,
            b'`' => in_query,
            0x80.. => is_text,
            _ => true,
        };
        in_query |= byte == b'?';
        if is_taken {
            encoded.push(byte);
        } else {
            let [high, low] =
                [byte >> 4, byte & 15].map(|digit| b"0123456789ABCDEF"[usize::from(digit)]);
            encoded.extend_from_slice(&[b'%', high, low]);
        }
        at += 1;
    }
    encoded
}

/// Returns where the path of a target begins, or its query if it has no path.
fn path_of(target: &[u8]) -> usize {
    let authority = match target.windows(3).position(|three| three == b"://") {
        Some(scheme) if target.first() != Some(&b'/') => scheme + 3,
        _ => return 0,
    };
    let path = target[authority..]
        .iter()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    path.map_or(target.len(), |path| authority + path)
}

/// The bytes that the parser accepts at any position of a target that begins with a slash. A table, because every request
/// has one.
const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0x21_u8;
    while byte < 0x7f {
        table[byte as usize] = !matches!(byte, b'"' | b'#' | b'<' | b'>' | b'`');
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(target: &str) -> String {
        match look_at(format!("GET {target} HTTP/1.1").as_bytes()) {
            RequestLine::Plain => target.to_owned(),
            RequestLine::Encoded(line) => {
                let line = String::from_utf8(line).expect("text");
                let rest = line.strip_prefix("GET ").expect("the method");
                rest.strip_suffix(" HTTP/1.1\r\n")
                    .expect("the version")
                    .to_owned()
            }
            other => panic!("{target}: {other:?}"),
        }
    }

    #[test]
    fn what_others_take_is_taken() {
        for (target, expected) in [
            ("/", "/"),
            ("/a%20b?c=d&e=[1]{2}|^\\'", "/a%20b?c=d&e=[1]{2}|^\\'"),
            ("/?q=\"a\"<b>", "/?q=%22a%22%3Cb%3E"),
            ("/<a>`\"b\"?c=`", "/%3Ca%3E%60\"b\"?c=`"),
            ("/?q=caf\u{e9}", "/?q=caf\u{e9}"),
            ("/a#b\"", "/a#b\""),
            ("http://x/?q=\"", "http://x/?q=%22"),
            ("http://x?q=\"", "http://x?q=%22"),
            ("/?u=http://<x>/", "/?u=http://%3Cx%3E/"),
            ("/<a>://<b>", "/%3Ca%3E://%3Cb%3E"),
            ("*", "*"),
        ] {
            assert_eq!(encoded(target), expected);
        }
        let latin = look_at(b"GET /?q=caf\xe9 HTTP/1.1");
        let line = b"GET /?q=caf%E9 HTTP/1.1\r\n".to_vec();
        assert_eq!(latin, RequestLine::Encoded(line));
    }

    #[test]
    fn what_is_no_target_is_rejected_with_a_reason() {
        for line in [
            &b"GET /a b HTTP/1.1"[..],
            b"GET /",
            b"GET /\x01 HTTP/1.1",
            b"GET /\x7f HTTP/1.1",
            b"GET http://<x>/ HTTP/1.1",
            b"GET  HTTP/1.1",
        ] {
            let line = look_at(line);
            assert!(matches!(line, RequestLine::Malformed(_)), "{line:?}");
        }
    }

    #[test]
    fn a_target_is_too_long_encoded_or_not() {
        for (filler, count, is_too_long) in [
            ("x", LONGEST - 1, false),
            ("x", LONGEST, true),
            ("<", LONGEST / 3 - 1, false),
            ("<", LONGEST / 3 + 1, true),
        ] {
            let line = format!("GET /{} HTTP/1.1", filler.repeat(count));
            let line = look_at(line.as_bytes());
            assert_eq!(
                line == RequestLine::TooLong,
                is_too_long,
                "{filler} {count}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_passed_on_is_a_uri(target in "/[ -~\u{e9}]{0,20}") {
            let line = format!("GET {target} HTTP/1.1");
            let passed = match look_at(line.as_bytes()) {
                RequestLine::Plain => line.into_bytes(),
                RequestLine::Encoded(line) => line,
                _ => return Ok(()),
            };
            let target = passed.split(|byte| *byte == b' ').nth(1).expect("a target");
            prop_assert!(Uri::try_from(target).is_ok());
        }
    }
}
