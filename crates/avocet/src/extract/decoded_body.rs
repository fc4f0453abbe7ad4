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

/// How many times as large as the received body its decoded form may be. JSON seldom shrinks to a twentieth; a bomb has the ratio of the
/// coding, which is 1,032 for deflate.
const RATIO: usize = 100;
/// Up to this many decoded bytes the ratio does not count: a short text of one repeated character is no attack.
const FREE: usize = 128 * 1024;

/// The decoded bytes of one piece. A few bytes can decode to thousands of times as many.
struct Room {
    bytes: Vec<u8>,
    /// How many decoded bytes there may be for what was received so far, and how many there were.
    earned: usize,
    decoded: usize,
    /// How many decoded bytes all remaining pieces may have.
    left: usize,
}

impl Decoder {
    fn room(&mut self) -> &mut Room {
        match self {
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Deflate(decoder) => decoder.get_mut(),
        }
    }
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
            earned: FREE,
            decoded: 0,
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
        self.decoder.room().earned = self.received.saturating_mul(RATIO).max(FREE);
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
            Err(error) if error.kind() == io::ErrorKind::QuotaExceeded => {
                Err(DecodeError::TooDense(RATIO))
            }
            Err(_) => Err(DecodeError::Malformed),
        }
    }
}

impl Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.left.checked_sub(bytes.len());
        self.left = left.ok_or(io::ErrorKind::FileTooLarge)?;
        self.decoded = self.decoded.saturating_add(bytes.len());
        if self.decoded > self.earned {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
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
    /// The decoded body is over this many times as large as the received one.
    TooDense(usize),
    Malformed,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(limit) => write!(f, "the body is over {limit} bytes"),
            Self::TooLarge(limit) => write!(f, "the decoded body is over {limit} bytes"),
            Self::TooDense(ratio) => {
                write!(
                    f,
                    "the decoded body is over {ratio} times as large as the received one"
                )
            }
            Self::Malformed => f.write_str("the body does not match its content coding"),
        }
    }
}

impl error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use http_body_util::{BodyExt, Full};

    use super::*;

    /// Decodes a body that arrives at once, within a limit of 1 GiB.
    async fn decoded(coded: Vec<u8>, decoding: Decoding) -> Result<usize, String> {
        let body = Full::new(Bytes::from(coded)).map_err(Into::into);
        let body = DecodedBody::new(Box::pin(body), decoding, usize::MAX, 1 << 30);
        let collected = body.collect().await;
        let collected = collected.map_err(|error| error.to_string());
        collected.map(|collected| collected.to_bytes().len())
    }

    #[tokio::test]
    async fn v10_a_bomb_is_not_decoded() {
        let bomb =
            Err("the decoded body is over 100 times as large as the received one".to_owned());
        for (bytes, expected) in [
            (FREE, Ok(FREE)),
            (10 * FREE, bomb.clone()),
            (64 << 20, bomb),
        ] {
            let zeros = vec![0; bytes];
            let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
            gzip.write_all(&zeros).expect("it is coded");
            let gzip = gzip.finish().expect("it is coded");
            assert_eq!(decoded(gzip, Decoding::Gzip).await, expected, "{bytes}");
            let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
            zlib.write_all(&zeros).expect("it is coded");
            let zlib = zlib.finish().expect("it is coded");
            assert_eq!(decoded(zlib, Decoding::Deflate).await, expected, "{bytes}");
        }
    }

    #[tokio::test]
    async fn v10_a_text_that_shrinks_well_is_decoded() {
        let numbers: Vec<_> = (0..200_000).map(|number: u32| number.to_string()).collect();
        let text = numbers.join(",");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(text.as_bytes()).expect("it is coded");
        let gzip = gzip.finish().expect("it is coded");
        assert_eq!(decoded(gzip, Decoding::Gzip).await, Ok(text.len()));
    }
}
