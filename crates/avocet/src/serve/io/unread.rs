//! The rest of a request's body that nobody reads any more.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Body;
use hyper::body::Incoming;

use crate::serve::io::handover::Handover;

/// How much is still to come of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::serve) enum Left {
    Nothing,
    /// So many bytes.
    Bytes(u64),
    /// The client has not said how much.
    Unknown,
    /// What cannot or may not be read.
    Unreadable,
}

/// A body that was given up before its end, of the one request that an HTTP/1 connection can have open.
///
/// While its handler is at work the rest is read and thrown away: behind more bytes than the system holds for us, a client
/// that leaves is not seen, and one that writes before it reads never gets to its answer. A body over the limit ends the
/// connection.
#[derive(Debug, Default)]
pub(in crate::serve) struct Unread {
    /// Whether somebody has a body that may be given up.
    held: AtomicBool,
    /// Whether more of one that was given up may be on its way.
    expected: AtomicBool,
    /// Wakes the connection, which does not notice by itself when a body is given up in another task.
    rest: Handover<UnreadBody>,
}

#[derive(Debug)]
struct UnreadBody {
    body: Incoming,
    /// How many bytes of it are still read.
    patience: usize,
}

impl Unread {
    /// A new request has begun, so nothing is left of the one before.
    pub(in crate::serve) fn over(&self) {
        self.held.store(false, Ordering::Relaxed);
        self.expected.store(false, Ordering::Relaxed);
    }

    /// Somebody has the body of this request and may give it up. Told before the connection next looks.
    pub(in crate::serve) fn hold(&self) {
        self.held.store(true, Ordering::Relaxed);
    }

    /// A body was given up; its rest is read up to so many bytes, or not at all.
    pub(in crate::serve) fn leave(&self, body: Incoming, patience: usize) {
        self.expected.store(true, Ordering::Relaxed);
        if patience > 0 {
            self.rest.leave(UnreadBody { body, patience });
        }
    }

    /// Whether the rest of a body may be on its way.
    pub(in crate::serve) fn is_expected(&self) -> bool {
        self.expected.load(Ordering::Relaxed)
    }

    /// How much is still to come of a body that was given up.
    pub(in crate::serve) fn left(&self) -> Left {
        if !self.is_expected() {
            return Left::Nothing;
        }
        let Some(rest) = self.rest.take_now() else {
            return Left::Unreadable;
        };
        let left = match rest.body.size_hint().exact() {
            Some(bytes) => Left::Bytes(bytes),
            None => Left::Unknown,
        };
        self.rest.put(rest);
        left
    }

    /// Reads the rest up to so many bytes.
    pub(in crate::serve) fn allow(&self, bytes: usize) {
        if let Some(mut rest) = self.rest.take_now() {
            rest.patience = bytes;
            self.rest.put(rest);
        }
    }

    /// Takes out what is left of the body, and how many bytes of it are still read.
    pub(in crate::serve) fn take(&self) -> Option<(Incoming, usize)> {
        let rest = self.rest.take_now();
        rest.map(|rest| (rest.body, rest.patience))
    }

    /// Throws away what has come; true when that is too much. With its exchange over (`open` is false) hyper closes the
    /// connection instead.
    pub(in crate::serve) fn discard(&self, open: bool, context: &mut Context<'_>) -> bool {
        if !self.held.load(Ordering::Relaxed) && !self.is_expected() {
            return false;
        }
        if !open {
            drop(self.rest.take_now());
            return false;
        }
        let Some(mut rest) = self.rest.take(context.waker()) else {
            return false;
        };
        loop {
            match Pin::new(&mut rest.body).poll_frame(context) {
                Poll::Pending => {
                    self.rest.put(rest);
                    return false;
                }
                Poll::Ready(Some(Ok(frame))) => {
                    let bytes = frame.data_ref().map_or(0, Bytes::len);
                    match rest.patience.checked_sub(bytes) {
                        Some(patience) => rest.patience = patience,
                        None => return true,
                    }
                }
                Poll::Ready(Some(Err(_))) => return false,
                Poll::Ready(None) => {
                    self.over();
                    return false;
                }
            }
        }
    }
}
