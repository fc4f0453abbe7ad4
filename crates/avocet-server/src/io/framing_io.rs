//! The input of hyper for an HTTP/1 connection.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::ReadBuf;

use crate::connection::activity::Activity;
use crate::io::request_framing::{Passage, RequestFraming};
use crate::limits::Limits;

/// Passes the bytes of a connection on as long as the end of each request is unambiguous, and holds back the bytes behind an
/// upgrade request until it has a response.
///
/// hyper receives whole heads: it has not begun to read a head that is rejected here.
#[derive(Debug)]
pub(crate) struct FramingIo {
    request_framing: RequestFraming,
    activity: Arc<Activity>,
    /// The beginning of an incomplete head.
    head: Vec<u8>,
    /// Bytes that were checked and did not fit yet.
    ready: Vec<u8>,
    /// Bytes that were read and not yet checked.
    early: Vec<u8>,
    shut: Option<Shut>,
}

/// The state in which no more bytes of the client are passed on.
#[derive(Debug)]
enum Shut {
    /// hyper reads the rest of this text instead.
    Instead(&'static [u8]),
    /// The end of input.
    Ended,
}

/// Bytes that hyper rejects inside any body.
const BROKEN: &[u8] = b"\r\0\r\n\r\n";

/// The request that hyper reads in place of a rejected one. The service ignores it.
const REJECTED: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

impl FramingIo {
    pub(crate) fn new(activity: Arc<Activity>, limits: &Limits) -> Self {
        Self {
            request_framing: RequestFraming::new(limits),
            activity,
            head: Vec::new(),
            ready: Vec::new(),
            early: Vec::new(),
            shut: None,
        }
    }

    /// Reads the bytes that were checked; `read` reads more from the client.
    pub(crate) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
        mut read: impl FnMut(&mut Context<'_>, &mut ReadBuf<'_>) -> Poll<io::Result<()>>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        while self.ready.is_empty() && self.shut.is_none() {
            let is_end = ready!(self.poll_pass(context, buffer, &mut read))?;
            if is_end || buffer.filled().len() > before {
                return Poll::Ready(Ok(()));
            }
        }
        if !self.ready.is_empty() {
            give(&mut self.ready, buffer);
        } else if let Some(Shut::Instead(instead)) = &mut self.shut {
            let (now, later) = instead.split_at(instead.len().min(buffer.remaining()));
            buffer.put_slice(now);
            *instead = later;
        }
        Poll::Ready(Ok(()))
    }

    /// Reads some bytes and passes on the valid ones; true at the end of input.
    fn poll_pass(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
        read: &mut impl FnMut(&mut Context<'_>, &mut ReadBuf<'_>) -> Poll<io::Result<()>>,
    ) -> Poll<io::Result<bool>> {
        if self.request_framing.is_undecided() {
            match self.activity.is_foreign(context.waker()) {
                Some(foreign) => self.request_framing.decide(foreign),
                None => return Poll::Pending,
            }
        }
        let before = buffer.filled().len();
        if self.early.is_empty() {
            ready!(read(context, buffer))?;
        } else {
            give(&mut self.early, buffer);
        }
        let bytes = &buffer.filled()[before..];
        if bytes.is_empty() {
            return Poll::Ready(Ok(true));
        }
        let passage = self.request_framing.pass(bytes);
        let (passed, early) = match &passage {
            Passage::Free => (
                bytes.len() - self.request_framing.incomplete().min(bytes.len()),
                None,
            ),
            Passage::Until(count) => (*count, Some(*count)),
            Passage::Encoded { start, end, .. } => (*start, Some(*end)),
            Passage::Broken(count) | Passage::Rejected(count, _) => (*count, None),
            Passage::Foreign => (0, None),
        };
        if let Some(early) = early {
            self.early.splice(..0, bytes[early..].iter().copied());
        }
        if passed > 0 && !self.head.is_empty() {
            self.ready = std::mem::take(&mut self.head);
            self.ready.extend_from_slice(&bytes[..passed]);
        }
        match passage {
            Passage::Free => self.head.extend_from_slice(&bytes[passed..]),
            Passage::Encoded { line, .. } => self.head = line,
            Passage::Until(_) => {}
            Passage::Broken(_) => {
                tracing::debug!("the end of a request is ambiguous");
                self.shut = Some(Shut::Instead(BROKEN));
            }
            Passage::Rejected(_, rejection) => {
                tracing::debug!(reason = %rejection.detail, "the head of a request is rejected");
                self.activity
                    .reject(self.request_framing.heads() + 1, rejection);
                self.shut = Some(Shut::Instead(REJECTED));
            }
            Passage::Foreign => {
                tracing::debug!("the client uses an unsupported protocol");
                self.shut = Some(Shut::Ended);
            }
        }
        buffer.set_filled(if self.ready.is_empty() {
            before + passed
        } else {
            before
        });
        self.activity.head(self.request_framing.is_in_head());
        Poll::Ready(Ok(false))
    }
}

/// Moves as many bytes as fit.
fn give(bytes: &mut Vec<u8>, buffer: &mut ReadBuf<'_>) {
    let fits = bytes.len().min(buffer.remaining());
    buffer.put_slice(&bytes[..fits]);
    if fits == bytes.len() {
        // The connection may live long, and may not need the buffer again.
        *bytes = Vec::new();
    } else {
        bytes.drain(..fits);
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    /// Returns what hyper reads of bytes that arrive together, if its buffer has room for `first` bytes and then for `size`.
    fn passed(sent: &[u8], first: usize, size: usize) -> String {
        let mut io = FramingIo::new(Activity::new(), &Limits::default());
        let mut context = Context::from_waker(Waker::noop());
        let mut unsent = sent;
        let mut space = vec![0; first];
        let mut seen = Vec::new();
        loop {
            let mut buffer = ReadBuf::new(&mut space);
            let read = io.poll_read(&mut context, &mut buffer, |_, buffer| {
                let count = unsent.len().min(buffer.remaining());
                let (now, later) = unsent.split_at(count);
                buffer.put_slice(now);
                unsent = later;
                Poll::Ready(Ok(()))
            });
            assert!(matches!(read, Poll::Ready(Ok(()))));
            if buffer.filled().is_empty() {
                return String::from_utf8(seen).expect("text");
            }
            seen.extend_from_slice(buffer.filled());
            space.truncate(size);
        }
    }

    #[tokio::test]
    async fn no_byte_behind_an_encoded_target_is_lost_in_buffers_of_any_size() {
        let request = |target| format!("GET {target} HTTP/1.1\r\nhost: x\r\n\r\n");
        let sent: String = ["/?\"1\"", "/2", "/?<3>", "/?\"4\""].map(request).concat();
        let expected: String = ["/?%221%22", "/2", "/?%3C3%3E", "/?%224%22"]
            .map(request)
            .concat();
        for size in 1..=sent.len() {
            assert_eq!(
                passed(sent.as_bytes(), sent.len(), size),
                expected,
                "{size}"
            );
            assert_eq!(passed(sent.as_bytes(), size, size), expected, "{size}");
        }
    }
}
