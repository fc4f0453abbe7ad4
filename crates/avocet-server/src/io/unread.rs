//! The rest of a request's body that is no longer read.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Body;
use hyper::body::Incoming;

use crate::io::handover::Handover;

/// How much of a body is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    Nothing,
    /// This many bytes.
    Bytes(u64),
    /// An unknown length.
    Unknown,
    /// The rest cannot or must not be read.
    Unreadable,
}

/// A body that was dropped before its end, of the one request that an HTTP/1 connection can have open.
///
/// While the handler runs, the rest is read and discarded. With more unread bytes than the system buffers, a disconnect
/// would not be detected, and a client that writes before it reads would never receive its response. A body over the limit ends
/// the connection.
#[derive(Debug, Default)]
pub(crate) struct Unread {
    /// Whether a body exists that may be dropped before its end.
    held: AtomicBool,
    /// Whether more of a dropped body may arrive.
    expected: AtomicBool,
    /// Wakes the connection, which otherwise does not notice that a body is dropped in another task.
    rest: Handover<UnreadBody>,
}

#[derive(Debug)]
struct UnreadBody {
    body: Incoming,
    /// How many bytes of it are still read.
    patience: usize,
}

impl Unread {
    /// Resets the state for a new request: nothing is left of the previous one.
    pub(crate) fn over(&self) {
        self.held.store(false, Ordering::Relaxed);
        self.expected.store(false, Ordering::Relaxed);
    }

    /// Records that the body of this request exists and may be dropped. Called before the connection's next check.
    pub(crate) fn hold(&self) {
        self.held.store(true, Ordering::Relaxed);
    }

    /// Stores a dropped body; at most `patience` bytes of its rest are read.
    pub(crate) fn leave(&self, body: Incoming, patience: usize) {
        self.expected.store(true, Ordering::Relaxed);
        if patience > 0 {
            self.rest.leave(UnreadBody { body, patience });
        }
    }

    /// Returns whether the rest of a body may arrive.
    pub(crate) fn is_expected(&self) -> bool {
        self.expected.load(Ordering::Relaxed)
    }

    /// Returns how much of a dropped body is still to come.
    pub(crate) fn left(&self) -> Left {
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

    /// Sets how many bytes of the rest are read.
    pub(crate) fn allow(&self, bytes: usize) {
        if let Some(mut rest) = self.rest.take_now() {
            rest.patience = bytes;
            self.rest.put(rest);
        }
    }

    /// Takes the rest of the body, and how many bytes of it are still read.
    pub(crate) fn take(&self) -> Option<(Incoming, usize)> {
        let rest = self.rest.take_now();
        rest.map(|rest| (rest.body, rest.patience))
    }

    /// Discards the received bytes; returns true if they are too many. If the exchange is over (`open` is false) hyper closes the
    /// connection instead.
    pub(crate) fn discard(&self, open: bool, context: &mut Context<'_>) -> bool {
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
