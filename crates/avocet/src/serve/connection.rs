//! One connection, from the first byte to the last.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::StatusCode;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::activity::{Activity, Overdue, Verdict};
use super::client_address::ClientAddress;
use super::exchange::{Exchanges, HttpApp};
use super::io::ClientIo;
use super::linger::linger;
use super::protocol::Protocol;
use super::rules::{Rules, StreamTasks};
use super::shutdown::Draining;
use super::socket::{Departure, Socket};
use super::transport::{Layer, Transport};
use super::upgrade::Slot;
use crate::observe::Metrics;

/// How long an HTTP/1 connection without a request is kept once the server is stopping. One may be on its way, or here and
/// not yet seen, and should not be lost; its answer says that it is the last.
const LATECOMER: Duration = Duration::from_millis(500);

/// How long an HTTP/2 client has for its answer to the good-bye, of whom nothing is open any more. Only one that is gone or
/// frozen takes that long.
const PARTING: Duration = Duration::from_secs(2);

/// Serves one client until one of the two has had enough.
pub(super) async fn connection<S: HttpApp>(
    socket: Socket,
    peer: ClientAddress,
    service: S,
    rules: Arc<Rules>,
    mut draining: Draining,
) {
    let _open = rules.metrics.as_ref().map(Metrics::connection);
    let activity = Activity::new();
    let departure = socket.departure();
    // Dropped last, however the connection ends.
    let _parting = Parting {
        socket: socket.again(),
        activity: Arc::clone(&activity),
    };
    let (io, closed) = ClientIo::new(socket, Arc::clone(&activity));
    // Each phase is on the heap, and off it when it is over: in the connection's own future, all of them and the moves between
    // them would take their place for as long as the connection lives.
    let greeting = Box::pin(greet(io, &activity, &rules, &mut draining));
    let Some((transport, protocol)) = greeting.await else {
        return;
    };
    let exchanges = Exchanges {
        service,
        peer,
        activity: Arc::clone(&activity),
        draining: draining.clone(),
        rules: Arc::clone(&rules),
        rest: Slot::new(),
    };
    let mut watch = Watch {
        departure,
        activity,
        rules,
        draining,
    };
    match protocol {
        Protocol::Http1 => Box::pin(http1(transport, exchanges, &mut watch, closed)).await,
        Protocol::Http2 => Box::pin(http2(transport, exchanges, &mut watch)).await,
    }
}

/// The end of a connection: a client that takes no bytes is reset.
struct Parting {
    socket: Socket,
    activity: Arc<Activity>,
}

impl Drop for Parting {
    fn drop(&mut self) {
        if self.activity.is_stalled() {
            self.socket.forget_unsent();
        }
    }
}

/// Everything before the first request: TLS, if that is spoken, and which HTTP.
async fn greet(
    io: ClientIo,
    activity: &Arc<Activity>,
    rules: &Rules,
    draining: &mut Draining,
) -> Option<(Transport, Protocol)> {
    let latecomer = async {
        draining.started().await;
        sleep(LATECOMER).await;
    };
    let greeting = async {
        let mut transport = Transport::new(secure(io, activity, rules).await?);
        let protocol = detect(&mut transport, activity, rules).await?;
        Some((transport, protocol))
    };
    tokio::select! {
        biased;
        greeted = greeting => greeted,
        () = latecomer => None,
    }
}

/// Learns the protocol, under the time limit for the head of a request.
async fn detect(
    transport: &mut Transport,
    activity: &Arc<Activity>,
    rules: &Rules,
) -> Option<Protocol> {
    match timeout(rules.limits.header_time, transport.detect(activity)).await {
        Ok(Ok(protocol)) => protocol,
        Ok(Err(error)) => {
            tracing::debug!(%error, "the client left before its first request");
            None
        }
        Err(_) => {
            tracing::debug!("the client sent no request in time");
            rules.limit_hit("header_time");
            None
        }
    }
}

/// Encrypts the connection, if it is one of those that are, under a time limit of its own.
#[cfg(feature = "tls")]
async fn secure(io: ClientIo, activity: &Activity, rules: &Rules) -> Option<Layer> {
    let tls = match &rules.tls {
        Some(tls) if io.socket().is_tcp() => tls,
        _ => return Some(Layer::Plain(io)),
    };
    match timeout(rules.limits.tls_time, tls.handshake(io)).await {
        Ok(Ok(layer)) => {
            activity.handshake_over();
            Some(layer)
        }
        Ok(Err(error)) => {
            tracing::debug!(%error, "the TLS handshake failed");
            None
        }
        Err(_) => {
            tracing::debug!("the TLS handshake was not over in time");
            rules.limit_hit("tls_time");
            None
        }
    }
}

#[cfg(not(feature = "tls"))]
async fn secure(io: ClientIo, _: &Activity, _: &Rules) -> Option<Layer> {
    Some(Layer::Plain(io))
}

async fn http1<S: HttpApp>(
    transport: Transport,
    exchanges: Exchanges<S>,
    watch: &mut Watch,
    closed: oneshot::Receiver<()>,
) {
    let rules = Arc::clone(&watch.rules);
    let rest = exchanges.rest.clone();
    let mut conversation = rules
        .http1
        .serve_connection(TokioIo::new(transport), exchanges)
        .with_upgrades();
    match watch.over(Pin::new(&mut conversation)).await {
        // What is cut is cut: the client has been slow already.
        End::Cut => {}
        End::Done => match conversation.into_parts() {
            Some(parts) => linger(parts.io.into_inner().into_socket(), &watch.activity).await,
            None => match rest.take() {
                // A WebSocket is this connection still, for its limits, its drain and its end.
                Some(rest) => rest.await,
                // Whoever else has the socket now counts as this connection until it lets go.
                None => drop(closed.await),
            },
        },
    }
}

async fn http2<S: HttpApp>(transport: Transport, exchanges: Exchanges<S>, watch: &mut Watch) {
    let rules = Arc::clone(&watch.rules);
    let conversation = rules
        .http2
        .serve_connection(TokioIo::new(transport), exchanges);
    watch.over(pin!(conversation)).await;
}

/// hyper's side of a connection, of either protocol.
trait Conversation: Future<Output = hyper::Result<()>> {
    /// How long a request may still begin that the client sends before it hears of the stop.
    const FAREWELL: Duration;

    /// Asks it to finish what is open and to begin nothing new.
    fn finish(self: Pin<&mut Self>);
}

impl<S: HttpApp> Conversation for http1::UpgradeableConnection<TokioIo<Transport>, Exchanges<S>> {
    const FAREWELL: Duration = LATECOMER;

    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<S: HttpApp> Conversation for http2::Connection<TokioIo<Transport>, Exchanges<S>, StreamTasks> {
    // The protocol has a word for it: a GOAWAY, and the requests that cross it are served.
    const FAREWELL: Duration = Duration::ZERO;

    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

/// What stands beside a conversation and may end it.
struct Watch {
    /// Completes when the client has left.
    departure: Departure,
    activity: Arc<Activity>,
    rules: Arc<Rules>,
    draining: Draining,
}

/// How a conversation ended.
enum End {
    /// By itself, well or badly.
    Done,
    /// By a time limit, or because the client has left.
    Cut,
}

impl Watch {
    async fn over<C: Conversation>(&mut self, mut conversation: Pin<&mut C>) -> End {
        let mut alarm = pin!(sleep_until(Instant::now()));
        let mut farewell = pin!(sleep_until(Instant::now()));
        let mut leaving = false;
        let mut finishing = false;
        let activity = Arc::clone(&self.activity);
        loop {
            let conversation_and_rest = poll_fn(|context| {
                let outcome = conversation.as_mut().poll(context).map(Some);
                // Afterwards, because a body is usually given up in there.
                if activity.discard_unread(context) && outcome.is_pending() {
                    return Poll::Ready(None);
                }
                // What has waited for the end of an answer is read now.
                if activity.resumes() {
                    context.waker().wake_by_ref();
                }
                outcome
            });
            tokio::select! {
                // The conversation goes first: a request that is already here is begun, and so
                // counted as open, before the connection is asked to finish.
                biased;
                outcome = conversation_and_rest => {
                    let Some(outcome) = outcome else {
                        tracing::debug!("a body that nobody reads is over the limit");
                        return End::Cut;
                    };
                    if let Err(error) = outcome {
                        tracing::debug!(%error, "the connection ended");
                        self.count(&error);
                    }
                    return End::Done;
                }
                () = self.departure.as_mut() => {
                    tracing::debug!("the client left");
                    return End::Cut;
                }
                () = self.draining.started(), if !leaving => {
                    leaving = true;
                    self.activity.leave();
                    farewell.as_mut().reset(Instant::now() + C::FAREWELL);
                }
                () = farewell.as_mut(), if leaving => {
                    let now = Instant::now();
                    let idle = self.activity.idle_since();
                    if !finishing {
                        finishing = true;
                        conversation.as_mut().finish();
                    } else if idle.is_some_and(|since| since + PARTING <= now) {
                        tracing::debug!("the client did not answer the good-bye");
                        return End::Cut;
                    }
                    farewell.as_mut().reset(now + PARTING);
                }
                () = alarm.as_mut() => match self.look(&mut finishing) {
                    Look::Again(moment) => alarm.as_mut().reset(moment),
                    Look::Finish(moment) => {
                        conversation.as_mut().finish();
                        alarm.as_mut().reset(moment);
                    }
                    Look::Cut(reason) => {
                        tracing::debug!(?reason, "the client was too slow");
                        match reason {
                            Overdue::Head => self.rules.limit_hit("header_time"),
                            Overdue::Write => self.rules.limit_hit("write_stall"),
                            // To have nothing to say is no fault.
                            Overdue::Idle => {}
                        }
                        return End::Cut;
                    }
                },
            }
        }
    }

    /// Counts a request that hyper answered itself, because it could not be read.
    fn count(&self, error: &hyper::Error) {
        if error.is_parse_too_large() {
            self.rules.limit_hit("head");
            let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            self.rules.rejected(status);
        } else if error.is_parse() {
            self.rules.rejected(StatusCode::BAD_REQUEST);
        }
    }

    fn look(&self, finishing: &mut bool) -> Look {
        let now = Instant::now();
        match self.activity.verdict(now, &self.rules.limits) {
            Verdict::LookAgain(moment) => Look::Again(moment),
            // An idle client is told first, and then has the time of a request to go.
            Verdict::Overdue(Overdue::Idle) if !*finishing => {
                *finishing = true;
                Look::Finish(now + self.rules.limits.header_time)
            }
            Verdict::Overdue(reason) => Look::Cut(reason),
        }
    }
}

/// What the alarm led to.
enum Look {
    Again(Instant),
    Finish(Instant),
    Cut(Overdue),
}
