//! The rest of a request whose response is ready first.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use hyper::body::Incoming;
use tokio::time::{Sleep, sleep};

/// How long the response waits for the rest, outside of tests.
pub(crate) const PATIENCE: Duration = Duration::from_millis(25);
/// How many bytes of the rest are read and discarded.
const MOST: usize = 64 * 1024;

/// Completes when the rest of a body has arrived, when it is invalid, and otherwise when it takes too long or is
/// too large.
///
/// On HTTP/2, a response that is sent first ends its stream with a reset. Some clients then discard the response; and an error
/// in the rest of the request would be hidden behind it. On HTTP/1, a response states whether it is the last one of its
/// connection, which depends on whether the rest arrives.
#[derive(Debug)]
pub(crate) struct Remainder {
    body: Incoming,
    taken: usize,
    alarm: Pin<Box<Sleep>>,
}

impl Remainder {
    pub(crate) fn of(body: Incoming, patience: Duration) -> Self {
        Self {
            body,
            taken: 0,
            alarm: Box::pin(sleep(patience)),
        }
    }

    /// Returns how many bytes of the rest have arrived.
    pub(crate) fn taken(&self) -> usize {
        self.taken
    }

    pub(crate) fn into_body(self) -> Incoming {
        self.body
    }
}

/// Resolves to whether the whole rest has arrived.
impl Future for Remainder {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        while self.taken < MOST {
            match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => {
                    self.taken += frame.data_ref().map_or(0, Bytes::len);
                }
                Poll::Ready(None) => return Poll::Ready(true),
                Poll::Ready(Some(Err(_))) => return Poll::Ready(false),
                Poll::Pending => return self.alarm.as_mut().poll(context).map(|()| false),
            }
        }
        Poll::Ready(false)
    }
}
