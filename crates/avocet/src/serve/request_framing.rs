//! Where one HTTP/1 request ends and the next one begins, and whether everybody would say so.
//!
//! hyper parses requests. This stands before it, knows lines, three names of headers and the frame around chunks, and refuses
//! what a proxy in front of the server could cut differently than hyper does (RFC 9112, sections 2.2, 6.3 and 7.1). What it
//! does not know of a line is left to hyper, which refuses it or reads it as everybody does.

use memchr::memchr;

/// The cutting of one connection's bytes, as far as they have come.
#[derive(Debug, Default)]
pub(super) struct RequestFraming {
    at: At,
    /// The beginning of a line whose end has not come yet. Its length is bounded by hyper, which reads no more of a head, of a
    /// chunk's extensions or of trailers than its own limits let it.
    line: Vec<u8>,
    /// Whether a head was ever complete.
    spoken: bool,
    head: Head,
}

/// What comes next.
#[derive(Clone, Copy, Debug, Default)]
enum At {
    #[default]
    RequestLine,
    Header,
    /// So many bytes of a body.
    Body(u64),
    ChunkSize,
    /// So many bytes of a chunk.
    Chunk(u64),
    ChunkEnd,
    Trailer,
    /// Nothing, until it is known whether the connection goes on with HTTP.
    Undecided,
    /// Bytes of another protocol.
    Foreign,
}

/// What the head has said so far of the bytes behind it.
#[derive(Clone, Copy, Debug, Default)]
struct Head {
    length: Option<u64>,
    chunked: bool,
    upgrade: bool,
}

/// What may be done with some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passage {
    /// All of them are in order.
    Free,
    /// The first of them are. The others may be no HTTP and wait until that is [decided](RequestFraming::decide).
    Until(usize),
    /// The first of them are in order; with the next one the request becomes one that is refused.
    Rejected(usize),
    /// The first line on the connection is a request of another protocol.
    Foreign,
}

/// A line that makes a request one that is refused.
struct Ambiguous;

impl RequestFraming {
    /// Looks at the next bytes of the connection.
    pub(super) fn pass(&mut self, bytes: &[u8]) -> Passage {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.at {
                At::Foreign => return Passage::Free,
                At::Undecided => return Passage::Until(bytes.len() - rest.len()),
                At::Body(left) => self.at = self.data(&mut rest, left, At::Body),
                At::Chunk(left) => self.at = self.data(&mut rest, left, At::Chunk),
                _ => {
                    let Some(end) = memchr(b'\n', rest) else {
                        self.line.extend_from_slice(rest);
                        break;
                    };
                    let (line, after) = rest.split_at(end + 1);
                    let first = !self.spoken && matches!(self.at, At::RequestLine);
                    let followed = if self.line.is_empty() {
                        self.follow(line, first)
                    } else {
                        let mut whole = std::mem::take(&mut self.line);
                        whole.extend_from_slice(line);
                        self.follow(&whole, first)
                    };
                    match followed {
                        Ok(Some(at)) => self.at = at,
                        Ok(None) => return Passage::Foreign,
                        Err(Ambiguous) => return Passage::Rejected(bytes.len() - rest.len()),
                    }
                    rest = after;
                }
            }
        }
        Passage::Free
    }

    /// Whether a head has begun and is not complete. The first one is due from the start.
    pub(super) fn is_in_head(&self) -> bool {
        match self.at {
            At::RequestLine => !self.spoken || !self.line.is_empty(),
            At::Header => true,
            _ => false,
        }
    }

    /// Whether it is to be [decided](Self::decide) what the next bytes are.
    pub(super) fn is_undecided(&self) -> bool {
        matches!(self.at, At::Undecided)
    }

    /// The next bytes are those of another protocol, or of one more request.
    pub(super) fn decide(&mut self, foreign: bool) {
        self.at = if foreign {
            At::Foreign
        } else {
            At::RequestLine
        };
    }

    /// Passes over data, and says what comes next.
    fn data(&self, rest: &mut &[u8], left: u64, more: fn(u64) -> At) -> At {
        let here = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
        *rest = &rest[here..];
        match (left - here as u64, self.head.chunked) {
            (0, true) => At::ChunkEnd,
            (0, false) => self.next_request(),
            (left, _) => more(left),
        }
    }

    /// What comes after a whole request.
    fn next_request(&self) -> At {
        if self.head.upgrade {
            At::Undecided
        } else {
            At::RequestLine
        }
    }

    /// What comes after a line; nothing, if it is a request of another protocol.
    fn follow(&mut self, line: &[u8], first: bool) -> Result<Option<At>, Ambiguous> {
        if first && is_of_another_protocol(line) {
            return Ok(None);
        }
        // The one end of a line that everybody sees.
        let line = line.strip_suffix(b"\r\n").ok_or(Ambiguous)?;
        Ok(Some(match self.at {
            // Some clients send a line end behind a body; hyper skips it too.
            At::RequestLine if line.is_empty() => At::RequestLine,
            At::RequestLine => {
                self.head = Head {
                    upgrade: line.starts_with(b"CONNECT "),
                    ..Head::default()
                };
                At::Header
            }
            At::Header if line.is_empty() => {
                self.spoken = true;
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
                self.head.header(line)?;
                At::Header
            }
            At::ChunkSize => match chunk_size(line).ok_or(Ambiguous)? {
                0 => At::Trailer,
                size => At::Chunk(size),
            },
            At::ChunkEnd if line.is_empty() => At::ChunkSize,
            At::ChunkEnd => return Err(Ambiguous),
            At::Trailer if line.is_empty() => self.next_request(),
            other => other,
        }))
    }
}

impl Head {
    fn header(&mut self, line: &[u8]) -> Result<(), Ambiguous> {
        if let Some(value) = value(line, b"content-length") {
            // Twice the same is once too often: who takes the last one and who takes the first agree only by chance.
            if self.length.is_some() || self.chunked {
                return Err(Ambiguous);
            }
            self.length = Some(number(value, 10).ok_or(Ambiguous)?);
        } else if let Some(value) = value(line, b"transfer-encoding") {
            if self.length.is_some() || self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Ambiguous);
            }
            self.chunked = true;
        } else if value(line, b"upgrade").is_some() {
            self.upgrade = true;
        }
        Ok(())
    }
}

/// The value of a header, if it has this name.
fn value<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = line.split_at_checked(name.len())?;
    let value = rest.strip_prefix(b":")?;
    start.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

/// A number of digits and nothing else: no sign, no space, no list.
fn number(digits: &[u8], radix: u32) -> Option<u64> {
    let is_digit = |byte: &u8| char::from(*byte).is_digit(radix);
    if !digits.iter().all(is_digit) {
        return None;
    }
    u64::from_str_radix(str::from_utf8(digits).ok()?, radix).ok()
}

/// The size that the line before a chunk gives. Extensions are ignored, as they should be, but must be text.
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

/// Whether a line, the first of a connection, is a request as HTTP writes them, but of another protocol, by a method and a
/// version that are none of HTTP. Who sends it does not understand an answer in HTTP; RFC 9113, section 3.4, lets it go
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

    /// What comes of the bytes in one piece, and that it is the same in pieces of every size.
    fn pass(bytes: &[u8]) -> (Passage, RequestFraming) {
        let mut whole = RequestFraming::default();
        let passage = whole.pass(bytes);
        for size in 1..bytes.len() {
            let mut request_framing = RequestFraming::default();
            let mut seen = Passage::Free;
            for (index, piece) in bytes.chunks(size).enumerate() {
                seen = match request_framing.pass(piece) {
                    Passage::Free => continue,
                    Passage::Until(at) => Passage::Until(index * size + at),
                    other => other,
                };
                break;
            }
            // Where a request is refused is a matter of what has gone by already.
            let same = match (seen, passage) {
                (Passage::Rejected(_), Passage::Rejected(_)) => true,
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
        matches!(pass(bytes.as_bytes()).0, Passage::Rejected(_))
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
            assert_eq!(
                request_framing.pass(b"GET / HTTP/1.1\n\n"),
                Passage::Rejected(0)
            );
        }
    }

    #[test]
    fn another_protocol_is_told_from_bad_http() {
        for line in ["INVALID CONNECTION PREFACE\r\n", "INVITE sip:x SIP/2.0\n"] {
            assert_eq!(pass(line.as_bytes()).0, Passage::Foreign, "{line}");
        }
        for line in [
            "GET /\r\n",
            "\r\n",
            "hello\r\n",
            "BREW /pot HTTP/9.9\r\n",
            "get /pot http/1.1\r\n",
            "GET /x ICY/1.0\r\n",
            "HTTP/1.1 200 OK\r\n",
            "GET /x y z\r\n",
            "X /x \0\r\n",
        ] {
            assert_eq!(pass(line.as_bytes()).0, Passage::Free, "{line}");
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
