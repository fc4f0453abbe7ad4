//! `multipart/form-data` (RFC 7578), taken apart while it arrives.
//!
//! [`Decoder`] knows no input and output: pieces of any size go in, events come out, and it holds no more than the head of
//! one part or the length of a boundary. Everything that is not plainly well formed is refused: two programs that read a
//! doubtful form differently are how filters are evaded.

use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem::{self, Finder};

use super::part::{PartHead, parse_head};

/// As long as RFC 2046 lets a boundary be.
const LONGEST_BOUNDARY: usize = 70;
/// What may stand before the first boundary and after the last one, which nobody reads.
const MOST_AROUND: usize = 4096;
/// The mail standard lets blanks follow a boundary; nobody sends them, and a few are enough.
const MOST_BLANKS: usize = 16;
const LINE_END: &[u8] = b"\r\n";
const HEAD_END: &[u8] = b"\r\n\r\n";

/// Why a body is no multipart form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    /// The content type's `boundary` cannot be one.
    Boundary,
    /// More than 4 KiB before the first boundary or after the last one.
    ConnectionInfo,
    /// Something else than the end of the line after a boundary.
    AfterBoundary,
    /// The head of a part is longer than allowed.
    LongHead,
    /// The head of a part cannot be understood.
    Head(&'static str),
    /// The end came before the last boundary.
    Truncated,
}

/// What the bytes so far amount to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A part begins.
    Part(PartHead),
    /// Some of its content.
    Data(Bytes),
    /// It ends.
    PartEnd,
    /// More bytes are needed.
    NeedsMore,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first boundary, after so many bytes.
    Preamble(usize),
    /// Behind a boundary: the end of everything, or of the line.
    AfterBoundary,
    /// In the head of a part; so many bytes are known not to hold its end.
    Head(usize),
    Content,
    /// Behind the last boundary, after so many bytes.
    Epilogue(usize),
}

/// Takes a form apart.
#[derive(Debug)]
pub(super) struct Decoder {
    delimiter: Finder<'static>,
    buffer: BytesMut,
    state: State,
    most_head: usize,
}

impl Malformed {
    /// In a sentence for the client.
    pub(super) fn sentence(self, most_head: usize) -> String {
        match self {
            Self::Boundary => "Invalid boundary in multipart.".to_owned(),
            Self::ConnectionInfo => format!(
                "Invalid multipart data: more than {MOST_AROUND} bytes before or after the parts"
            ),
            Self::AfterBoundary => {
                "Invalid multipart data: a boundary is not alone in its line".to_owned()
            }
            Self::LongHead => format!(
                "Invalid multipart data: a part's headers are over the limit of {most_head} bytes"
            ),
            Self::Head(why) => format!("Invalid multipart data: {why}"),
            Self::Truncated => {
                "Invalid multipart data: it ends before its last boundary".to_owned()
            }
        }
    }
}

impl Decoder {
    /// For forms with this boundary, whose parts have heads of at most `most_head` bytes.
    pub(super) fn new(boundary: &str, most_head: usize) -> Result<Self, Malformed> {
        let printable = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
        let good = !boundary.is_empty()
            && boundary.len() <= LONGEST_BOUNDARY
            && boundary.bytes().all(printable)
            && !boundary.ends_with(' ');
        if !good {
            return Err(Malformed::Boundary);
        }
        let delimiter = format!("\r\n--{boundary}");
        Ok(Self {
            delimiter: Finder::new(delimiter.as_bytes()).into_owned(),
            // The first boundary has no line before it, all others have; with an empty one they are the same.
            buffer: BytesMut::from(LINE_END),
            state: State::Preamble(0),
            most_head,
        })
    }

    /// Adds what has arrived.
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.buffer.extend_from_slice(piece);
    }

    /// The next event. After [`Event::NeedsMore`] comes either a push or [`Decoder::finish`].
    pub(super) fn next(&mut self) -> Result<Event, Malformed> {
        loop {
            let event = match self.state {
                State::Preamble(passed) => self.preamble(passed)?,
                State::AfterBoundary => self.after_boundary()?,
                State::Head(known) => Some(self.head(known)?),
                State::Content => Some(self.content()),
                State::Epilogue(passed) => Some(self.epilogue(passed)?),
            };
            if let Some(event) = event {
                return Ok(event);
            }
        }
    }

    /// Whether the form is whole, when nothing more will come.
    pub(super) fn finish(&self) -> Result<(), Malformed> {
        match self.state {
            State::Epilogue(_) => Ok(()),
            // Nothing at all was sent: no fields, as with a body that is known to be empty.
            State::Preamble(0) if *self.buffer == *LINE_END => Ok(()),
            _ => Err(Malformed::Truncated),
        }
    }

    fn preamble(&mut self, passed: usize) -> Result<Option<Event>, Malformed> {
        let (skipped, found) = match self.delimiter.find(&self.buffer) {
            Some(position) => (position, true),
            None => (self.free_of_delimiter(), false),
        };
        let passed = passed + skipped;
        if passed > MOST_AROUND + LINE_END.len() {
            return Err(Malformed::ConnectionInfo);
        }
        if found {
            self.drop_first(skipped + self.delimiter.needle().len());
            self.state = State::AfterBoundary;
            return Ok(None);
        }
        self.drop_first(skipped);
        self.state = State::Preamble(passed);
        Ok(Some(Event::NeedsMore))
    }

    fn after_boundary(&mut self) -> Result<Option<Event>, Malformed> {
        if self.buffer.starts_with(b"--") {
            self.drop_first(2);
            self.state = State::Epilogue(0);
            return Ok(None);
        }
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let blanks = self.buffer.iter().take_while(|byte| blank(byte)).count();
        let rest = &self.buffer[blanks..];
        if blanks > MOST_BLANKS {
            return Err(Malformed::AfterBoundary);
        }
        if rest.starts_with(LINE_END) {
            // The line's end stays: a part without any header has its head's end right here.
            self.drop_first(blanks);
            self.state = State::Head(0);
            return Ok(None);
        }
        let may_become = LINE_END.starts_with(rest) || (blanks == 0 && rest == b"-");
        if may_become {
            Ok(Some(Event::NeedsMore))
        } else {
            Err(Malformed::AfterBoundary)
        }
    }

    fn head(&mut self, known: usize) -> Result<Event, Malformed> {
        let end = memmem::find(&self.buffer[known..], HEAD_END).map(|position| known + position);
        // The last bytes may be the beginning of the head's end, which does not count.
        let so_far = self.buffer.len().saturating_sub(HEAD_END.len() - 1);
        if end.unwrap_or(so_far) > self.most_head + LINE_END.len() {
            return Err(Malformed::LongHead);
        }
        let Some(end) = end else {
            self.state = State::Head(so_far);
            return Ok(Event::NeedsMore);
        };
        let lines = self.buffer.get(LINE_END.len()..end).unwrap_or_default();
        let head = parse_head(lines).map_err(Malformed::Head)?;
        self.drop_first(end + HEAD_END.len());
        self.state = State::Content;
        Ok(Event::Part(head))
    }

    fn content(&mut self) -> Event {
        match self.delimiter.find(&self.buffer) {
            Some(0) => {
                self.drop_first(self.delimiter.needle().len());
                self.state = State::AfterBoundary;
                Event::PartEnd
            }
            Some(position) => Event::Data(self.buffer.split_to(position).freeze()),
            None => match self.free_of_delimiter() {
                0 => Event::NeedsMore,
                free => Event::Data(self.buffer.split_to(free).freeze()),
            },
        }
    }

    fn epilogue(&mut self, passed: usize) -> Result<Event, Malformed> {
        let passed = passed + self.buffer.len();
        self.buffer.clear();
        self.state = State::Epilogue(passed);
        if passed > MOST_AROUND {
            Err(Malformed::ConnectionInfo)
        } else {
            Ok(Event::NeedsMore)
        }
    }

    /// How many of the first bytes cannot be the beginning of a delimiter, when the buffer holds no whole one.
    ///
    /// A delimiter has one carriage return, at its front, so only the last one of the buffer matters.
    fn free_of_delimiter(&self) -> usize {
        let delimiter = self.delimiter.needle();
        let tail = self.buffer.len().saturating_sub(delimiter.len() - 1);
        match memchr::memrchr(b'\r', &self.buffer[tail..]) {
            Some(position) if delimiter.starts_with(&self.buffer[tail + position..]) => {
                tail + position
            }
            _ => self.buffer.len(),
        }
    }

    fn drop_first(&mut self, count: usize) {
        self.buffer.advance(count.min(self.buffer.len()));
    }
}
