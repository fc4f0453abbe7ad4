//! The rest of a request's body that nobody reads any more.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Body;
use hyper::body::Incoming;

/// A body that was given up before its end, of the one request that an HTTP/1 connection can have open.
///
/// While its handler is at work the rest is read and thrown away: behind more bytes than the system holds for us, a client
/// that leaves is not seen, and one that writes before it reads never gets to its answer. A body over the limit ends the
/// connection.
#[derive(Debug, Default)]
pub(super) struct Unread {
    /// Whether more of a body may be on its way.
    expected: AtomicBool,
    rest: Mutex<Option<Rest>>,
}

#[derive(Debug)]
struct Rest {
    body: Incoming,
    /// How many bytes of it are still read.
    patience: usize,
}

impl Unread {
    /// A new request has begun, so nothing is left of the one before.
    pub(super) fn over(&self) {
        self.expected.store(false, Ordering::Relaxed);
    }

    /// A body was given up; its rest is read up to so many bytes, or not at all.
    pub(super) fn leave(&self, body: Incoming, patience: usize) {
        self.expected.store(true, Ordering::Relaxed);
        if patience > 0 {
            let rest = Rest { body, patience };
            *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(rest);
        }
    }

    /// Whether the rest of a body may be on its way.
    pub(super) fn is_expected(&self) -> bool {
        self.expected.load(Ordering::Relaxed)
    }

    /// Throws away what has come; true when that is too much. With its exchange over (`open` is false) hyper closes the
    /// connection instead.
    pub(super) fn discard(&self, open: bool, context: &mut Context<'_>) -> bool {
        if !self.is_expected() {
            return false;
        }
        let mut slot = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        if !open {
            *slot = None;
        }
        while let Some(rest) = &mut *slot {
            match Pin::new(&mut rest.body).poll_frame(context) {
                Poll::Pending => return false,
                Poll::Ready(Some(Ok(frame))) => {
                    let bytes = frame.data_ref().map_or(0, Bytes::len);
                    match rest.patience.checked_sub(bytes) {
                        Some(patience) => rest.patience = patience,
                        None => return true,
                    }
                }
                Poll::Ready(Some(Err(_))) => *slot = None,
                Poll::Ready(None) => {
                    *slot = None;
                    self.over();
                }
            }
        }
        false
    }
}
