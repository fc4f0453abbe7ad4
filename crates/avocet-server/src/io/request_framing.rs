//! Finds the end of each HTTP/1 request, and rejects requests with an ambiguous end.
//!
//! hyper parses requests. This module runs before it and parses lines, three header names and the frame around chunks. It rejects
//! requests that a proxy in front of the server could split differently than hyper does (RFC 9112, sections 2.2, 6.3 and 7.1), with
//! a reason that hyper would not give. Everything else in a line is left to hyper, which rejects it or reads it in the usual way.

use memchr::memchr;

use crate::exchange::rejection::ServerRejection;
use crate::io::target::{self, RequestLine};
use crate::limits::Limits;

/// The state of splitting one connection's bytes into requests.
#[derive(Debug)]
pub(crate) struct RequestFraming {
    at: At,
    /// The beginning of an incomplete line. The limit on heads bounds it; chunk extensions and trailers are bounded
    /// by hyper's own limits.
    line: Vec<u8>,
    /// The number of complete heads.
    heads: u64,
    head: Head,
    /// The maximum bytes and headers of a head.
    most_bytes: usize,
    most_headers: usize,
}

/// The next expected part.
#[derive(Clone, Copy, Debug, Default)]
enum At {
    #[default]
    RequestLine,
    Header,
    /// This many bytes of a body.
    Body(u64),
    ChunkSize,
    /// This many bytes of a chunk.
    Chunk(u64),
    ChunkEnd,
    Trailer,
    /// Nothing, until it is decided whether the connection continues with HTTP.
    Undecided,
    /// Bytes of another protocol.
    Foreign,
}

/// The properties of the current head that determine the framing of its body.
#[derive(Clone, Copy, Debug, Default)]
struct Head {
    length: Option<u64>,
    chunked: bool,
    upgrade: bool,
    /// The number of its bytes and of its headers so far.
    bytes: usize,
    headers: usize,
}

/// The result of checking some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// All of them are valid. The last ones may be the beginning of a [head](RequestFraming::incomplete).
    Free,
    /// This many bytes are valid. The rest may not be HTTP and waits until that is [decided](RequestFraming::decide).
    Until(usize),
    /// The bytes from `start` to `end` complete a request line, which is replaced by this one; the bytes before are valid.
    Encoded {
        start: usize,
        end: usize,
        line: Vec<u8>,
    },
    /// This many bytes are valid; the next byte makes the body unreadable.
    Broken(usize),
    /// This many bytes are valid, and a rejected head follows.
    Rejected(usize, ServerRejection),
    /// The first line on the connection is a request of another protocol.
    Foreign,
}

/// The result of a line.
enum Followed {
    By(At),
    /// The line is a request line, which is replaced by this one.
    Encoded(Vec<u8>),
    Foreign,
    Rejected(ServerRejection),
}

const LINE_END: &str = "Lines should end with CR LF";
const LENGTH_TWICE: &str =
    "`Content-Length` and `Transfer-Encoding` should appear once, and not together";
const LENGTH: &str = "`Content-Length` should be a number of digits";
const CODING: &str = "`Transfer-Encoding` should be `chunked`";

impl RequestFraming {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            at: At::default(),
            line: Vec::new(),
            heads: 0,
            head: Head::default(),
            most_bytes: limits.header_bytes,
            most_headers: limits.header_count,
        }
    }

    /// Checks the next bytes of the connection.
    pub(crate) fn pass(&mut self, bytes: &[u8]) -> Passage {
        let mut rest = bytes;
        // The start of the current head; a head that began earlier starts at 0.
        let mut start = 0;
        while !rest.is_empty() {
            let here = bytes.len() - rest.len();
            match self.at {
                At::Foreign => return Passage::Free,
                At::Undecided => return Passage::Until(here),
                At::Body(left) => self.at = self.data(&mut rest, left, At::Body),
                At::Chunk(left) => self.at = self.data(&mut rest, left, At::Chunk),
                _ => {
                    let in_head = matches!(self.at, At::RequestLine | At::Header);
                    if matches!(self.at, At::RequestLine) && self.line.is_empty() {
                        self.head.bytes = 0;
                        start = here;
                    }
                    let end = memchr(b'\n', rest).map(|end| end + 1);
                    let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
                    if in_head {
                        self.head.bytes += line.len();
                        if let Some(rejection) = self.too_large(line) {
                            return Passage::Rejected(start, rejection);
                        }
                    }
                    if end.is_none() {
                        self.line.extend_from_slice(line);
                        break;
                    }
                    let followed = if self.line.is_empty() {
                        self.follow(line)
                    } else {
                        let mut whole = std::mem::take(&mut self.line);
                        whole.extend_from_slice(line);
                        self.follow(&whole)
                    };
                    rest = after;
                    match followed {
                        Followed::By(at) => self.at = at,
                        Followed::Encoded(line) => {
                            self.at = At::Header;
                            let end = bytes.len() - rest.len();
                            return Passage::Encoded { start, end, line };
                        }
                        Followed::Foreign => return Passage::Foreign,
                        Followed::Rejected(rejection) if in_head => {
                            return Passage::Rejected(start, rejection);
                        }
                        Followed::Rejected(_) => return Passage::Broken(here),
                    }
                }
            }
        }
        Passage::Free
    }

    /// Returns whether a head has begun and is incomplete. The first one is due from the start.
    pub(crate) fn is_in_head(&self) -> bool {
        match self.at {
            At::RequestLine => self.heads == 0 || !self.line.is_empty(),
            At::Header => true,
            _ => false,
        }
    }

    /// Returns how many of the last bytes belong to an incomplete head.
    pub(crate) fn incomplete(&self) -> usize {
        match self.at {
            At::RequestLine if self.line.is_empty() => 0,
            At::RequestLine | At::Header => self.head.bytes,
            _ => 0,
        }
    }

    /// Returns the number of complete heads.
    pub(crate) fn heads(&self) -> u64 {
        self.heads
    }

    /// Returns the rejection of a head that is too large, of which `line` is the last line or its beginning.
    fn too_large(&self, line: &[u8]) -> Option<ServerRejection> {
        let limit = self.most_bytes;
        if self.head.bytes <= limit {
            // These bytes are not a line of text, and a line end may never arrive.
            let is_garbage = matches!(self.at, At::RequestLine)
                && !line.ends_with(b"\n")
                && line
                    .iter()
                    .any(|byte| byte.is_ascii_control() && *byte != b'\r');
            return is_garbage.then(|| ServerRejection::malformed(target::NO_TEXT));
        }
        let is_in_target = matches!(self.at, At::RequestLine)
            && (self.line.contains(&b' ') || line.contains(&b' '));
        Some(match self.at {
            At::RequestLine if is_in_target => ServerRejection::target_too_long(format!(
                "The target is over the limit of {limit} bytes for a whole head"
            )),
            _ => ServerRejection::head_too_large(format!(
                "The head is over the limit of {limit} bytes"
            )),
        })
    }

    /// Returns whether the protocol of the next bytes must be [decided](Self::decide).
    pub(crate) fn is_undecided(&self) -> bool {
        matches!(self.at, At::Undecided)
    }

    /// Decides whether the next bytes belong to another protocol, or to one more request.
    pub(crate) fn decide(&mut self, foreign: bool) {
        self.at = if foreign {
            At::Foreign
        } else {
            At::RequestLine
        };
    }

    /// Skips data, and returns the next expected part.
    fn data(&self, rest: &mut &[u8], left: u64, more: fn(u64) -> At) -> At {
        let here = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
        *rest = &rest[here..];
        match (left - here as u64, self.head.chunked) {
            (0, true) => At::ChunkEnd,
            (0, false) => self.next_request(),
            (left, _) => more(left),
        }
    }

    /// Returns the part that follows a whole request.
    fn next_request(&self) -> At {
        if self.head.upgrade {
            At::Undecided
        } else {
            At::RequestLine
        }
    }

    /// Processes a line.
    fn follow(&mut self, line: &[u8]) -> Followed {
        self.read(line)
            .unwrap_or_else(|reason| Followed::Rejected(ServerRejection::malformed(reason)))
    }

    /// Processes a line; the error describes the invalid part.
    fn read(&mut self, line: &[u8]) -> Result<Followed, &'static str> {
        let is_request_line = matches!(self.at, At::RequestLine);
        if is_request_line && self.heads == 0 && is_of_another_protocol(line) {
            return Ok(Followed::Foreign);
        }
        // CR LF is the only line end that every parser accepts.
        let line = line.strip_suffix(b"\r\n").ok_or(LINE_END)?;
        Ok(Followed::By(match self.at {
            // Some clients send a line end after a body; hyper skips it too.
            At::RequestLine if line.is_empty() => At::RequestLine,
            At::RequestLine => {
                self.head = Head {
                    upgrade: line.starts_with(b"CONNECT "),
                    bytes: self.head.bytes,
                    ..Head::default()
                };
                match target::look_at(line) {
                    RequestLine::Plain => At::Header,
                    RequestLine::Encoded(line) if line.len() <= self.most_bytes => {
                        self.head.bytes = line.len();
                        return Ok(Followed::Encoded(line));
                    }
                    RequestLine::Encoded(_) | RequestLine::TooLong => {
                        let sentence = "The target is too long".to_owned();
                        let rejection = ServerRejection::target_too_long(sentence);
                        return Ok(Followed::Rejected(rejection));
                    }
                    RequestLine::Malformed(sentence) => {
                        let rejection = ServerRejection::malformed(sentence);
                        return Ok(Followed::Rejected(rejection));
                    }
                }
            }
            At::Header if line.is_empty() => {
                self.heads += 1;
                match self.head {
                    Head { chunked: true, .. } => At::ChunkSize,
                    Head {
                        length: Some(length @ 1..),
                        ..
                    } => At::Body(length),
                    _ => self.next_request(),
                }
            }
            At::Header => {
                self.head.headers += 1;
                let limit = self.most_headers;
                if self.head.headers > limit {
                    let sentence = format!("The request has more than {limit} headers, the limit");
                    let rejection = ServerRejection::head_too_large(sentence);
                    return Ok(Followed::Rejected(rejection));
                }
                self.head.header(line)?;
                At::Header
            }
            At::ChunkSize => match chunk_size(line).ok_or("")? {
                0 => At::Trailer,
                size => At::Chunk(size),
            },
            At::ChunkEnd if line.is_empty() => At::ChunkSize,
            At::ChunkEnd => return Err(""),
            At::Trailer if line.is_empty() => self.next_request(),
            other => other,
        }))
    }
}

impl Head {
    fn header(&mut self, line: &[u8]) -> Result<(), &'static str> {
        if let Some(value) = value(line, b"content-length") {
            // Even two equal values are rejected: parsers that use the first and parsers that use the last one agree only by chance.
            if self.length.is_some() || self.chunked {
                return Err(LENGTH_TWICE);
            }
            self.length = Some(number(value, 10).ok_or(LENGTH)?);
        } else if let Some(value) = value(line, b"transfer-encoding") {
            if self.length.is_some() || self.chunked {
                return Err(LENGTH_TWICE);
            }
            if !value.eq_ignore_ascii_case(b"chunked") {
                return Err(CODING);
            }
            self.chunked = true;
        } else if value(line, b"upgrade").is_some() {
            self.upgrade = true;
        }
        Ok(())
    }
}

/// Returns the value of a header, if it has this name.
fn value<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = line.split_at_checked(name.len())?;
    let value = rest.strip_prefix(b":")?;
    start.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

/// Parses a number that consists only of digits: no sign, no space, no list.
fn number(digits: &[u8], radix: u32) -> Option<u64> {
    let is_digit = |byte: &u8| char::from(*byte).is_digit(radix);
    if !digits.iter().all(is_digit) {
        return None;
    }
    u64::from_str_radix(str::from_utf8(digits).ok()?, radix).ok()
}

/// Parses the size in the line before a chunk. Extensions are ignored, as the standard requires, but must be text.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit());
    let (digits, extensions) = line.split_at(digits.count());
    let is_extension = extensions.trim_ascii_start().starts_with(b";")
        && !extensions
            .iter()
            .any(|byte| byte.is_ascii_control() && *byte != b'\t');
    if !extensions.is_empty() && !is_extension {
        return None;
    }
    number(digits, 16)
}

/// Returns whether the first line of a connection is a request line in the form of HTTP, but of another protocol, with a method and
/// a version that are not HTTP's. Its client does not understand a response in HTTP; RFC 9113, section 3.4, permits closing
/// without one.
fn is_of_another_protocol(line: &[u8]) -> bool {
    const METHODS: [&[u8]; 9] = [
        b"GET", b"POST", b"PUT", b"DELETE", b"PATCH", b"HEAD", b"OPTIONS", b"CONNECT", b"TRACE",
    ];
    let line = line.trim_ascii_end();
    let mut words = line.split(|byte| *byte == b' ');
    let (Some(method), Some(_), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return false;
    };
    let is_http = |word: &[u8]| {
        let name = word.get(..4);
        name.is_some_and(|name| name.eq_ignore_ascii_case(b"http"))
    };
    !METHODS.contains(&method)
        && !is_http(method)
        && !is_http(version)
        && line.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn request_framing() -> RequestFraming {
        RequestFraming::new(&Limits::default())
    }

    /// Returns the result of the bytes in one piece, and asserts that it is the same for pieces of every size.
    fn pass(bytes: &[u8]) -> (Passage, RequestFraming) {
        let mut whole = request_framing();
        let passage = whole.pass(bytes);
        for size in 1..bytes.len() {
            let mut request_framing = request_framing();
            let mut seen = Passage::Free;
            for (index, piece) in bytes.chunks(size).enumerate() {
                seen = match request_framing.pass(piece) {
                    Passage::Free => continue,
                    Passage::Until(at) => Passage::Until(index * size + at),
                    Passage::Encoded { line, end, .. } => Passage::Encoded {
                        start: 0,
                        end: index * size + end,
                        line,
                    },
                    other => other,
                };
                break;
            }
            // The position of a rejection depends on the bytes that have already passed.
            let same = match (&seen, &passage) {
                // The position of a broken body depends on the bytes that have already passed; for garbage, the line end is not awaited.
                (Passage::Broken(_), Passage::Broken(_))
                | (Passage::Rejected(..), Passage::Rejected(..)) => true,
                (seen, passage) => seen == passage,
            };
            assert!(same, "{seen:?} in pieces of {size}, {passage:?} in one");
            if passage == Passage::Free {
                assert_eq!(request_framing.is_in_head(), whole.is_in_head());
            }
        }
        (passage, whole)
    }

    fn rejected(bytes: &str) -> bool {
        let passage = pass(bytes.as_bytes()).0;
        matches!(passage, Passage::Broken(_) | Passage::Rejected(..))
    }

    #[test]
    fn good_requests_pass_and_their_ends_are_found() {
        for requests in [
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length:4\r\n\r\n\n\r\n\nGET / HTTP/1.0\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: \t 00 \r\n\r\nGET / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: Chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding:chunked\r\n\r\n1;a=\"b\" ; c\r\n\n\r\nA \t;x\r\n0123456789\r\n000\r\nt: v\r\n\r\n",
        ] {
            let (passage, request_framing) = pass(requests.as_bytes());
            assert_eq!(passage, Passage::Free, "{requests}");
            assert!(matches!(request_framing.at, At::RequestLine), "{requests}");
            assert!(!request_framing.is_in_head(), "{requests}");
        }
    }

    #[test]
    fn heads_that_can_be_read_in_two_ways_are_rejected() {
        for headers in [
            "content-length: 1\r\ntransfer-encoding: chunked\r\n",
            "transfer-encoding: chunked\r\ncontent-length: 1\r\n",
            "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
            "transfer-encoding: gzip, chunked\r\n",
            "transfer-encoding: xchunked\r\n",
            "transfer-encoding:\r\n",
            "content-length: 1\r\ncontent-length: 1\r\n",
            "content-length: 1, 1\r\n",
            "content-length: +1\r\n",
            "content-length: 0x1\r\n",
            "content-length:\r\n",
            "content-length: 18446744073709551616\r\n",
            "a: b\n",
            "a: b\r\n\n",
        ] {
            assert!(
                rejected(&format!("GET / HTTP/1.1\r\n{headers}\r\n")),
                "{headers}"
            );
        }
        assert!(rejected("GET / HTTP/1.1\n\n"));
    }

    #[test]
    fn the_limits_on_a_head_hold_for_each_request() {
        let head = "GET / HTTP/1.1\r\na: 1\r\nb: 2\r\n\r\n";
        let limits = Limits::default().header_count(2);
        let limits = limits.header_bytes(head.len() + "c:\r\n".len());
        for too_large in [
            head.replace("b: 2", "b: 2\r\nc:"),
            head.replace("b: 2", "b: 2 and more"),
        ] {
            let mut request_framing = RequestFraming::new(&limits);
            for _ in 0..3 {
                assert_eq!(request_framing.pass(head.as_bytes()), Passage::Free);
            }
            let passage = request_framing.pass(too_large.as_bytes());
            assert!(matches!(passage, Passage::Rejected(0, _)), "{passage:?}");
        }
    }

    #[test]
    fn the_limit_on_a_head_holds_for_its_encoded_target() {
        let line = format!("GET /?{} HTTP/1.1\r\n", "<".repeat(10));
        let rest = "host: x\r\n\r\n";
        // Each of the ten characters becomes three.
        let needed = line.len() + 20 + rest.len();
        for (limit, fits) in [(needed, true), (needed - 1, false)] {
            let mut request_framing = RequestFraming::new(&Limits::default().header_bytes(limit));
            let passage = request_framing.pass(line.as_bytes());
            assert!(matches!(passage, Passage::Encoded { .. }), "{passage:?}");
            let passage = request_framing.pass(rest.as_bytes());
            assert_eq!(passage == Passage::Free, fits, "{limit}: {passage:?}");
        }
    }

    #[test]
    fn chunks_that_can_be_read_in_two_ways_are_rejected() {
        let head = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
        for body in [
            "1\n",
            "\r\n",
            "1 \r\n",
            "0x1\r\n",
            "-1\r\n",
            "10000000000000000\r\n",
            "1;a\nb\r\n",
            "1;a\0b\r\n",
            "1\r\nxx\r\n",
            "1\r\nx\n",
            "0\r\n\n",
            "0\r\na: b\n\r\n",
        ] {
            assert!(rejected(&format!("{head}{body}")), "{body:?}");
        }
    }

    #[test]
    fn what_follows_an_upgrade_waits() {
        for request in [
            "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
            "CONNECT x:1 HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nupgrade: x\r\ncontent-length: 2\r\n\r\nab",
        ] {
            let bytes = format!("{request}GET / HTTP/1.1\n\n");
            let (passage, mut request_framing) = pass(bytes.as_bytes());
            assert_eq!(passage, Passage::Until(request.len()));
            assert!(request_framing.is_undecided());
            request_framing.decide(false);
            let passage = request_framing.pass(b"GET / HTTP/1.1\n\n");
            assert!(matches!(passage, Passage::Rejected(0, _)), "{passage:?}");
        }
    }

    #[test]
    fn another_protocol_is_told_from_bad_http() {
        for line in ["INVALID CONNECTION PREFACE\r\n", "INVITE sip:x SIP/2.0\n"] {
            assert_eq!(pass(line.as_bytes()).0, Passage::Foreign, "{line}");
        }
        for line in [
            "\r\n",
            "BREW /pot HTTP/9.9\r\n",
            "get /pot http/1.1\r\n",
            "GET /x ICY/1.0\r\n",
            "HTTP/1.1 200 OK\r\n",
        ] {
            assert_eq!(pass(line.as_bytes()).0, Passage::Free, "{line}");
        }
        for line in ["GET /\r\n", "hello\r\n", "GET /x y z\r\n", "X /x \0\r\n"] {
            assert!(rejected(line), "{line}");
        }
        assert!(rejected("GET / HTTP/1.1\r\n\r\nINVITE sip:x SIP/2.0\n"));
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(bytes in "(GET|POST|X) / HTTP/1.1\r\n((host|content-length|transfer-encoding|upgrade): ?(chunked|[0-9]{1,2}|x)\r?\n){0,3}\r\n([0-9a-c;]{0,3}\r?\n?){0,9}") {
            pass(bytes.as_bytes());
        }
    }
}
