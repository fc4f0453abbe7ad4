//! Decodes a compressed body piece by piece as it arrives.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::{error, fmt};

use bytes::Bytes;
use flate2::write::{MultiGzDecoder, ZlibDecoder};
use http_body::{Body, Frame};

use crate::response::{BodyError, BoxedBody};

/// A supported content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decoding {
    Gzip,
    /// The zlib format (RFC 9110, section 8.4.1.2).
    Deflate,
}

impl Decoding {
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if is("gzip") || is("x-gzip") {
            Some(Self::Gzip)
        } else {
            is("deflate").then_some(Self::Deflate)
        }
    }
}

/// The decoded form of a body.
pub(super) struct DecodedBody {
    /// `None` after its end.
    body: Option<BoxedBody>,
    decoder: Decoder,
    /// How many bytes may still be received, and how many were: a coding can consume bytes without producing any.
    receivable: usize,
    received: usize,
    limit: usize,
}

enum Decoder {
    Gzip(MultiGzDecoder<Room>),
    Deflate(ZlibDecoder<Room>),
}

/// The decoded bytes of one piece. A few bytes can decode to thousands of times as many.
struct Room {
    bytes: Vec<u8>,
    /// How many decoded bytes all remaining pieces may have.
    left: usize,
}

impl DecodedBody {
    /// Limits the received body to `receivable` bytes and its decoded form to `limit` bytes.
    pub(super) fn new(
        body: BoxedBody,
        decoding: Decoding,
        receivable: usize,
        limit: usize,
    ) -> Self {
        let room = Room {
            bytes: Vec::new(),
            left: limit,
        };
        let decoder = match decoding {
            Decoding::Gzip => Decoder::Gzip(MultiGzDecoder::new(room)),
            Decoding::Deflate => Decoder::Deflate(ZlibDecoder::new(room)),
        };
        Self {
            body: Some(body),
            decoder,
            receivable,
            received: 0,
            limit,
        }
    }

    /// Decodes the next piece.
    fn decode(&mut self, piece: &[u8]) -> Result<Bytes, DecodeError> {
        self.received = self.received.saturating_add(piece.len());
        if self.received > self.receivable {
            return Err(DecodeError::TooLong(self.receivable));
        }
        let decoded = match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.write_all(piece).map(|()| decoder.get_mut()),
            Decoder::Deflate(decoder) => decoder.write_all(piece).map(|()| decoder.get_mut()),
        };
        let decoded = decoded.map(|room| std::mem::take(&mut room.bytes));
        self.taken(decoded)
    }

    /// Returns the remaining decoded bytes at the end.
    fn finish(&mut self) -> Result<Bytes, DecodeError> {
        let decoded = match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.try_finish().map(|()| decoder.get_mut()),
            Decoder::Deflate(decoder) => decoder.try_finish().map(|()| decoder.get_mut()),
        };
        let decoded = decoded.map(|room| std::mem::take(&mut room.bytes));
        self.taken(decoded)
    }

    fn taken(&self, decoded: io::Result<Vec<u8>>) -> Result<Bytes, DecodeError> {
        match decoded {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                Err(DecodeError::TooLarge(self.limit))
            }
            Err(_) => Err(DecodeError::Malformed),
        }
    }
}

impl Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.left.checked_sub(bytes.len());
        self.left = left.ok_or(io::ErrorKind::FileTooLarge)?;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Body for DecodedBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        loop {
            let Some(body) = &mut this.body else {
                return Poll::Ready(None);
            };
            let decoded = match ready!(body.as_mut().poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(piece) => this.decode(&piece),
                    // Trailers are not content.
                    Err(_) => continue,
                },
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    this.body = None;
                    this.finish()
                }
            };
            match decoded {
                Ok(bytes) if bytes.is_empty() => {}
                Ok(bytes) => return Poll::Ready(Some(Ok(Frame::data(bytes)))),
                Err(error) => {
                    this.body = None;
                    return Poll::Ready(Some(Err(error.into())));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_none()
    }
}

/// Why a body cannot be decoded.
#[derive(Debug)]
pub(super) enum DecodeError {
    /// The received body is over this many bytes.
    TooLong(usize),
    /// The decoded body is over this many bytes.
    TooLarge(usize),
    Malformed,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(limit) => write!(f, "the body is over {limit} bytes"),
            Self::TooLarge(limit) => write!(f, "the decoded body is over {limit} bytes"),
            Self::Malformed => f.write_str("the body does not match its content coding"),
        }
    }
}

impl error::Error for DecodeError {}
