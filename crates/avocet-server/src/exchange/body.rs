//! The body of a request.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::{error, fmt};

use bytes::Bytes;
use http::{Request, Version, header};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::connection::activity::Open;
use crate::exchange::shared_slot::SharedSlot;
use crate::limits::Limits;

/// The body of a request from a connection.
///
/// It ends with an error when the client disconnects, sends invalid HTTP, or is slower than
/// [`Limits::body_rate`]. The size limit is applied elsewhere.
#[derive(Debug)]
pub struct ClientBody {
    /// `None` after the end; for a request without a body, from the beginning.
    rest: Option<Box<RemainingBody>>,
}

#[derive(Debug)]
struct RemainingBody {
    incoming: Incoming,
    pace: Pace,
    open: Open,
    /// Whether the client waits for `100 Continue` before it sends the body. Any other client sends its body, wanted or not.
    is_asked_for: bool,
    /// The slot that receives an HTTP/2 body that is dropped before its end.
    slot: Option<SharedSlot<Incoming>>,
}

impl ClientBody {
    /// Wraps the body of a request; also returns the slot for an HTTP/2 body that is dropped before its end.
    pub(crate) fn of(
        request: Request<Incoming>,
        limits: &Limits,
        open: impl FnOnce() -> Open,
    ) -> (Request<Self>, Option<SharedSlot<Incoming>>) {
        if request.body().is_end_stream() {
            return (request.map(|_| Self { rest: None }), None);
        }
        // An HTTP/1 body is handled by the connection.
        let slot = (request.version() == Version::HTTP_2).then(SharedSlot::new);
        let open = open();
        if slot.is_none() {
            open.activity().unread().hold();
            open.activity().progress().limit_body(limits.body_bytes);
        }
        let is_asked_for = request.headers().contains_key(header::EXPECT);
        let request = request.map(|incoming| Self {
            rest: Some(Box::new(RemainingBody {
                incoming,
                pace: Pace::new(limits),
                open,
                is_asked_for,
                slot: slot.clone(),
            })),
        });
        (request, slot)
    }
}

impl Body for ClientBody {
    type Data = Bytes;
    type Error = ClientBodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ClientBodyError>>> {
        let this = &mut *self;
        let Some(rest) = &mut this.rest else {
            return Poll::Ready(None);
        };
        match Pin::new(&mut rest.incoming).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                rest.pace.arrived(frame.data_ref().map_or(0, Bytes::len));
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                rest.open.activity().progress().break_body();
                Poll::Ready(Some(Err(ClientBodyError {
                    kind: Kind::Broken(error),
                })))
            }
            Poll::Ready(None) => {
                this.rest = None;
                Poll::Ready(None)
            }
            Poll::Pending => {
                ready!(rest.pace.poll_too_slow(context));
                rest.open.activity().progress().break_body();
                Poll::Ready(Some(Err(ClientBodyError {
                    kind: Kind::TooSlow,
                })))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        let rest = self.rest.as_ref();
        rest.is_none_or(|rest| rest.incoming.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.as_ref();
        rest.map_or_else(|| SizeHint::with_exact(0), |rest| rest.incoming.size_hint())
    }
}

impl Drop for ClientBody {
    fn drop(&mut self) {
        if let Some(rest) = self.rest.take()
            && !rest.incoming.is_end_stream()
        {
            let rest = *rest;
            match rest.slot {
                Some(slot) => slot.fill(rest.incoming),
                None => {
                    let activity = rest.open.activity();
                    let patience = if rest.is_asked_for {
                        0
                    } else {
                        activity.progress().body_limit()
                    };
                    activity.unread().leave(rest.incoming, patience);
                }
            }
        }
    }
}

/// Measures whether the client keeps the minimum rate, counting only the time in which the handler waits for it.
#[derive(Debug)]
struct Pace {
    rate: u32,
    grace: Duration,
    received: u64,
    waited: Duration,
    waiting: Option<Wait>,
}

#[derive(Debug)]
struct Wait {
    since: Instant,
    alarm: Pin<Box<Sleep>>,
}

impl Pace {
    fn new(limits: &Limits) -> Self {
        Self {
            rate: limits.body_rate,
            grace: limits.body_grace,
            received: 0,
            waited: Duration::ZERO,
            waiting: None,
        }
    }

    fn arrived(&mut self, bytes: usize) {
        self.received += bytes as u64;
        if let Some(wait) = self.waiting.take() {
            self.waited += wait.since.elapsed();
        }
    }

    /// Ready when the wait has taken longer than the received bytes allow.
    fn poll_too_slow(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let excused = Duration::from_secs(self.received / u64::from(self.rate)) + self.grace;
        let left = excused.saturating_sub(self.waited);
        let wait = self.waiting.get_or_insert_with(|| {
            let since = Instant::now();
            Wait {
                since,
                alarm: Box::pin(sleep_until(since + left)),
            }
        });
        wait.alarm.as_mut().poll(context)
    }
}

/// The error when the rest of a request's body cannot be read.
///
/// The wording may change; the predicates are stable.
#[derive(Debug)]
pub struct ClientBodyError {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    TooSlow,
    Broken(hyper::Error),
}

impl ClientBodyError {
    /// Returns whether the client was slower than [`Limits::body_rate`]; the response to that is `408`.
    ///
    /// ```
    /// fn status(error: &avocet_server::ClientBodyError) -> u16 {
    ///     if error.is_too_slow() { 408 } else { 400 }
    /// }
    /// ```
    pub fn is_too_slow(&self) -> bool {
        matches!(self.kind, Kind::TooSlow)
    }
}

impl fmt::Display for ClientBodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::TooSlow => "the client sends the request body too slowly",
            Kind::Broken(_) => "the request body ended before it was complete",
        })
    }
}

impl error::Error for ClientBodyError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.kind {
            Kind::TooSlow => None,
            Kind::Broken(error) => Some(error),
        }
    }
}
