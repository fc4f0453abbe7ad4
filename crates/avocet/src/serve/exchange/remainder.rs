//! The rest of a request whose answer is ready before it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use hyper::body::Incoming;
use tokio::time::{Sleep, sleep};

/// How long it is waited for, outside of tests.
pub(in crate::serve) const PATIENCE: Duration = Duration::from_millis(25);
/// How much of it is taken and thrown away.
const MOST: usize = 64 * 1024;

/// Completes when the rest of a body has come, when something is wrong with it, and otherwise when it takes too long or is
/// too much.
///
/// On HTTP/2 an answer that goes first ends its stream by a reset, for which some clients throw the answer away; and what is
/// wrong with the rest of the request would be hidden behind it. On HTTP/1 an answer says whether it is the last one of its
/// connection, which depends on whether the rest comes.
#[derive(Debug)]
pub(in crate::serve) struct Remainder {
    body: Incoming,
    taken: usize,
    alarm: Pin<Box<Sleep>>,
}

impl Remainder {
    pub(in crate::serve) fn of(body: Incoming, patience: Duration) -> Self {
        Self {
            body,
            taken: 0,
            alarm: Box::pin(sleep(patience)),
        }
    }

    /// How many bytes of it have come.
    pub(in crate::serve) fn taken(&self) -> usize {
        self.taken
    }

    pub(in crate::serve) fn into_body(self) -> Incoming {
        self.body
    }
}

/// Whether all of it has come.
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
