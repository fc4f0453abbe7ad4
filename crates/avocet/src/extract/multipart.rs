//! An incremental parser for `multipart/form-data` (RFC 7578).
//!
//! [`Decoder`] does no input or output: pieces of any size are pushed, events are returned. It buffers no more than the
//! head of one part or the length of a boundary. Everything that is not clearly well formed is rejected, because
//! programs that read an ambiguous form differently allow filters to be evaded.

use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem::{self, Finder};

use super::part::{PartHead, parse_head};

/// The longest boundary that RFC 2046 allows.
const LONGEST_BOUNDARY: usize = 70;
/// How many ignored bytes may precede the first boundary and follow the last one.
const MOST_AROUND: usize = 4096;
/// RFC 2046 allows blanks after a boundary. Clients do not send them in practice, so a few are enough.
const MOST_BLANKS: usize = 16;
const LINE_END: &[u8] = b"\r\n";
const HEAD_END: &[u8] = b"\r\n\r\n";

/// Why a body is not a multipart form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    /// The content type's `boundary` is not valid.
    Boundary,
    /// More than 4 KiB before the first boundary or after the last one.
    OutsideParts,
    /// Something other than a line end follows a boundary.
    AfterBoundary,
    /// The head of a part is longer than allowed.
    LongHead,
    /// The head of a part cannot be parsed.
    Head(&'static str),
    /// The body ended before the last boundary.
    Truncated,
}

/// The result of parsing the bytes so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A part begins.
    Part(PartHead),
    /// Some of the part's content.
    Data(Bytes),
    /// The part ends.
    PartEnd,
    /// More bytes are needed.
    NeedsMore,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first boundary, with the number of bytes read so far.
    Preamble(usize),
    /// After a boundary: the end of the form or of the line follows.
    AfterBoundary,
    /// In the head of a part, with the number of bytes that cannot contain its end.
    Head(usize),
    Content,
    /// After the last boundary, with the number of bytes read so far.
    Epilogue(usize),
}

/// Parses a multipart form.
#[derive(Debug)]
pub(super) struct Decoder {
    delimiter: Finder<'static>,
    buffer: BytesMut,
    state: State,
    most_head: usize,
}

impl Malformed {
    /// The error as a sentence for the client.
    pub(super) fn sentence(self, most_head: usize) -> String {
        match self {
            Self::Boundary => "Invalid boundary in multipart.".to_owned(),
            Self::OutsideParts => format!(
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
    /// Creates a decoder for this boundary; each part's head has at most `most_head` bytes.
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
            // All boundaries but the first follow a line end. Starting with one makes them all alike.
            buffer: BytesMut::from(LINE_END),
            state: State::Preamble(0),
            most_head,
        })
    }

    /// Adds received bytes.
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.buffer.extend_from_slice(piece);
    }

    /// Returns the next event. After [`Event::NeedsMore`], call [`Decoder::push`] or [`Decoder::finish`].
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

    /// Checks that the form is complete when no more bytes follow.
    pub(super) fn finish(&self) -> Result<(), Malformed> {
        match self.state {
            State::Epilogue(_) => Ok(()),
            // The body was empty: a form without fields, as with a body that is known to be empty.
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
            return Err(Malformed::OutsideParts);
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
            // Keep the line end: it ends the head of a part without headers.
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
        // The last bytes may be the beginning of the head's end and are not counted.
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
            Err(Malformed::OutsideParts)
        } else {
            Ok(Event::NeedsMore)
        }
    }

    /// How many of the first bytes cannot be part of a delimiter, if the buffer contains no complete one.
    ///
    /// A delimiter has one carriage return, at its start, so only the last one of the buffer matters.
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
