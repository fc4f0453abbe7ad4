//! Detects the HTTP version of a client from its first bytes.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::ready;

use tokio::io::{AsyncRead, ReadBuf};

/// The first bytes of every HTTP/2 connection; as HTTP/1 it would be a request that clients do not send.
const HTTP2_PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// HTTP/1.0 or HTTP/1.1; also any input that is not HTTP, which hyper answers with `400`.
    Http1,
    /// HTTP/2 without TLS, by prior knowledge.
    Http2,
}

/// The first bytes of a connection: read to detect the protocol, then read again.
#[derive(Debug, Default)]
pub(crate) struct Preface {
    bytes: [u8; HTTP2_PREFACE.len()],
    filled: usize,
    replayed: usize,
}

impl Preface {
    /// Reads until the bytes differ from the preface of HTTP/2, or equal it.
    ///
    /// Dropping the future loses no bytes: they stay here.
    pub(crate) async fn read(
        &mut self,
        stream: &mut (impl AsyncRead + Unpin),
    ) -> io::Result<Option<Protocol>> {
        loop {
            if self.bytes[..self.filled] != HTTP2_PREFACE[..self.filled] {
                return Ok(Some(Protocol::Http1));
            }
            if self.filled == HTTP2_PREFACE.len() {
                return Ok(Some(Protocol::Http2));
            }
            let read = poll_fn(|context| {
                let mut buffer = ReadBuf::new(&mut self.bytes[self.filled..]);
                ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer))?;
                std::task::Poll::Ready(io::Result::Ok(buffer.filled().len()))
            })
            .await?;
            if read == 0 {
                return Ok(None);
            }
            self.filled += read;
        }
    }

    /// Copies the bytes to `buffer`; false if none are left.
    pub(crate) fn replay(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let rest = &self.bytes[self.replayed..self.filled];
        let given = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..given]);
        self.replayed += given;
        given > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(mut input: &[u8]) -> (Option<Protocol>, Vec<u8>) {
        let mut preface = Preface::default();
        let protocol = preface.read(&mut input).await.expect("a slice never fails");
        let mut bytes = [0; 64];
        let mut buffer = ReadBuf::new(&mut bytes);
        while preface.replay(&mut buffer) {}
        let mut seen = buffer.filled().to_vec();
        seen.extend_from_slice(input);
        (protocol, seen)
    }

    #[tokio::test]
    async fn tells_the_protocols_apart_and_loses_no_byte() {
        for (input, expected) in [
            (&b"GET / HTTP/1.1\r\n"[..], Some(Protocol::Http1)),
            (b"PUT / HTTP/1.1\r\n", Some(Protocol::Http1)),
            (b"PRI * HTTP/1.1\r\n\r\n", Some(Protocol::Http1)),
            (
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nframes",
                Some(Protocol::Http2),
            ),
            (b"\x16\x03\x01", Some(Protocol::Http1)),
            (b"PRI * HT", None),
            (b"", None),
        ] {
            assert_eq!(read(input).await, (expected, input.to_vec()));
        }
    }
}
