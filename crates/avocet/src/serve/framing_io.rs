//! What hyper gets to read of an HTTP/1 connection.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::ReadBuf;

use super::activity::Activity;
use super::request_framing::{Passage, RequestFraming};

/// Lets the bytes of a connection through as long as it is beyond doubt where each request ends, and holds back those behind a
/// request for another protocol until it is answered.
#[derive(Debug)]
pub(super) struct FramingIo {
    request_framing: RequestFraming,
    activity: Arc<Activity>,
    /// Bytes that were read too early.
    held: Vec<u8>,
    shut: Option<Shut>,
}

/// Nothing more of the client comes through.
#[derive(Debug)]
enum Shut {
    /// In place of it, hyper reads what is left of this.
    Rejected(&'static [u8]),
    /// The connection is at its end.
    Ended,
}

/// What hyper takes for no part of any request: wherever it stands in a head or around a chunk, the request is answered with
/// `400` and is the last one. The empty line lets hyper look at a head that it has seen the beginning of.
const REFUSAL: &[u8] = b"\r\0\r\n\r\n";

impl FramingIo {
    pub(super) fn new(activity: Arc<Activity>) -> Self {
        Self {
            request_framing: RequestFraming::default(),
            activity,
            held: Vec::new(),
            shut: None,
        }
    }

    /// Reads what may be read now; `read` is how more is got from the client.
    pub(super) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
        read: impl FnOnce(&mut Context<'_>, &mut ReadBuf<'_>) -> Poll<io::Result<()>>,
    ) -> Poll<io::Result<()>> {
        if self.shut.is_none() {
            ready!(self.poll_pass(context, buffer, read))?;
        }
        if let Some(Shut::Rejected(rejection)) = &mut self.shut {
            let (now, later) = rejection.split_at(rejection.len().min(buffer.remaining()));
            buffer.put_slice(now);
            *rejection = later;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_pass(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
        read: impl FnOnce(&mut Context<'_>, &mut ReadBuf<'_>) -> Poll<io::Result<()>>,
    ) -> Poll<io::Result<()>> {
        if self.request_framing.is_undecided() {
            match self.activity.is_foreign(context.waker()) {
                Some(foreign) => self.request_framing.decide(foreign),
                None => return Poll::Pending,
            }
        }
        let before = buffer.filled().len();
        if self.held.is_empty() {
            ready!(read(context, buffer))?;
        } else {
            let fits = self.held.len().min(buffer.remaining());
            buffer.put_slice(&self.held[..fits]);
            self.held.drain(..fits);
        }
        let passed = match self.request_framing.pass(&buffer.filled()[before..]) {
            Passage::Free => buffer.filled().len(),
            Passage::Until(count) => {
                let early = buffer.filled()[before + count..].iter().copied();
                self.held.splice(..0, early);
                before + count
            }
            Passage::Rejected(count) => {
                tracing::debug!("where this request ends is not beyond doubt");
                self.shut = Some(Shut::Rejected(REFUSAL));
                before + count
            }
            Passage::Foreign => {
                tracing::debug!("the client speaks another protocol");
                self.shut = Some(Shut::Ended);
                before
            }
        };
        buffer.set_filled(passed);
        self.activity.head(self.request_framing.is_in_head());
        Poll::Ready(Ok(()))
    }
}
