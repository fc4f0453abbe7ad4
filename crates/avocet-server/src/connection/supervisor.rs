//! The supervisor of a connection: detects that the client disconnects, the server shuts down or a time limit passes.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::connection::activity::{Activity, Overdue, Verdict};
use crate::connection::client_end::ClientEnd;
use crate::connection::connection_config::ConnectionConfig;
use crate::connection::wake_flags::WakeFlags;
use crate::io::watched_socket::Left;
use crate::listen::socket::{Departure, Socket};
use crate::observer::RejectionReason;
use crate::shutdown::ShutdownSignal;

/// How long an HTTP/2 client without open streams has to answer `GOAWAY`. Only a client that is disconnected or
/// frozen takes that long.
const PARTING: Duration = Duration::from_secs(2);

/// hyper's side of a connection, of either protocol.
pub(crate) trait HyperConnection: Future<Output = hyper::Result<()>> {
    /// How long a client may still start a request that it sends before it is notified of the shutdown.
    const FAREWELL: Duration;

    /// Whether the connection continues for a client that has closed its sending side and may still read.
    const GOES_ON: bool;

    /// Makes it finish the open requests and accept no new ones.
    fn finish(self: Pin<&mut Self>);
}

/// The state that is supervised beside a conversation.
pub(crate) struct ConnectionSupervisor {
    /// Completes when the client has disconnected.
    pub(crate) departure: Departure,
    pub(crate) socket: Socket,
    pub(crate) activity: Arc<Activity>,
    pub(crate) config: Arc<ConnectionConfig>,
    pub(crate) draining: ShutdownSignal,
}

/// How a conversation ended.
pub(crate) enum End {
    /// It completed, with or without an error.
    Done,
    /// It was closed by a time limit, or because the client has disconnected.
    Cut,
}

/// The events that a connection waits for.
enum Event {
    Over(hyper::Result<()>),
    /// An unread body exceeds the limit.
    Flooded,
    ClientLeft(Left),
    /// The next check after the client has closed its sending side is due.
    ClientEnd,
    ServerStops,
    Farewell,
    Alarm,
}

impl ConnectionSupervisor {
    /// Runs the conversation to its end.
    pub(crate) async fn run<C: HyperConnection>(&mut self, mut conversation: Pin<&mut C>) -> End {
        let mut wake_flags = WakeFlags::default();
        let mut alarm = pin!(sleep_until(Instant::now()));
        let mut farewell = pin!(sleep_until(Instant::now()));
        let mut draining = self.draining.clone();
        let mut stop = pin!(draining.started());
        let mut leaving = false;
        let mut finishing = false;
        let mut client_end: Option<ClientEnd> = None;
        loop {
            let event = poll_fn(|context| {
                // The conversation is polled first: a request that has already arrived is begun, and so
                // counted as open, before the connection is asked to finish.
                if let Some(event) = self.poll_conversation(conversation.as_mut(), context) {
                    return Poll::Ready(event);
                }
                let Some(context) = &mut wake_flags.take_ring(context) else {
                    return Poll::Pending;
                };
                let ended = client_end.as_mut();
                if let Poll::Ready(left) = self.departure.as_mut().poll(context) {
                    Poll::Ready(Event::ClientLeft(left))
                } else if ended.is_some_and(|ended| ended.poll(context).is_ready()) {
                    Poll::Ready(Event::ClientEnd)
                } else if !leaving && stop.as_mut().poll(context).is_ready() {
                    Poll::Ready(Event::ServerStops)
                } else if leaving && farewell.as_mut().poll(context).is_ready() {
                    Poll::Ready(Event::Farewell)
                } else {
                    alarm.as_mut().poll(context).map(|()| Event::Alarm)
                }
            });
            match event.await {
                Event::Over(outcome) => {
                    if let Err(error) = outcome {
                        tracing::debug!(%error, "the connection ended");
                        self.count(&error);
                    }
                    return End::Done;
                }
                Event::Flooded => {
                    self.config.limit_hit("body_bytes");
                    tracing::debug!("an unread body exceeds the limit");
                    // Behind bytes that stay unread, the end of the client would not be seen: the response is not completed.
                    return End::Cut;
                }
                Event::ClientLeft(Left::Reset) => {
                    tracing::debug!("the client disconnected");
                    return End::Cut;
                }
                Event::ClientLeft(Left::Closed) => {
                    self.departure = self.socket.reset();
                    let grace = self.config.limits.half_close_grace;
                    client_end = Some(ClientEnd::new(grace, &self.activity));
                }
                Event::ClientEnd => {
                    let goes_on = client_end
                        .as_mut()
                        .is_some_and(|ended| C::GOES_ON && ended.goes_on(&self.activity));
                    if !goes_on {
                        tracing::debug!("the client closed its sending side");
                        return End::Cut;
                    }
                }
                Event::ServerStops => {
                    leaving = true;
                    self.activity.leave();
                    farewell.as_mut().reset(Instant::now() + C::FAREWELL);
                }
                Event::Farewell => {
                    let now = Instant::now();
                    let idle = self.activity.idle_since();
                    if !finishing {
                        finishing = true;
                        conversation.as_mut().finish();
                    } else if idle.is_some_and(|since| since + PARTING <= now) {
                        tracing::debug!("the client did not close the connection in time");
                        return End::Cut;
                    }
                    farewell.as_mut().reset(now + PARTING);
                }
                Event::Alarm => match self.look(&mut finishing) {
                    Look::Again(instant) => alarm.as_mut().reset(instant),
                    Look::Finish(instant) => {
                        conversation.as_mut().finish();
                        alarm.as_mut().reset(instant);
                    }
                    Look::Cut(reason) => {
                        tracing::debug!(?reason, "the client was too slow");
                        match reason {
                            Overdue::Head => self.config.limit_hit("header_time"),
                            Overdue::Write => self.config.limit_hit("write_stall"),
                            // Idle timeouts are not counted as limit hits.
                            Overdue::Idle => {}
                        }
                        return End::Cut;
                    }
                },
            }
            wake_flags.look_again();
        }
    }

    fn poll_conversation<C: HyperConnection>(
        &self,
        conversation: Pin<&mut C>,
        context: &mut Context<'_>,
    ) -> Option<Event> {
        let outcome = conversation.poll(context);
        // After the conversation was polled, because a body is usually dropped in there.
        let is_too_much = self.activity.discard_unread(context);
        match outcome {
            Poll::Ready(outcome) => Some(Event::Over(outcome)),
            Poll::Pending => is_too_much.then_some(Event::Flooded),
        }
    }

    /// Counts a request that hyper rejected itself, because it could not be parsed.
    fn count(&self, error: &hyper::Error) {
        if error.is_parse_too_large() {
            self.config.limit_hit("head");
            self.config.rejected(RejectionReason::HeadTooLarge);
        } else if error.is_parse() {
            self.config.rejected(RejectionReason::Malformed);
        }
    }

    fn look(&self, finishing: &mut bool) -> Look {
        let now = Instant::now();
        match self.activity.verdict(now, &self.config.limits) {
            Verdict::LookAgain(instant) => Look::Again(instant),
            // An idle client is notified first, and then has the time of a request to close.
            Verdict::Overdue(Overdue::Idle) if !*finishing => {
                *finishing = true;
                Look::Finish(now + self.config.limits.header_time)
            }
            Verdict::Overdue(reason) => Look::Cut(reason),
        }
    }
}

/// The result of a check.
enum Look {
    Again(Instant),
    Finish(Instant),
    Cut(Overdue),
}
