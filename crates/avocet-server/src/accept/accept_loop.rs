//! The accept loop: accepts connections and spawns one task for each, until shutdown.

use std::future::{pending, poll_fn};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::accept::accept_backoff::AcceptBackoff;
use crate::accept::connection_limit::ConnectionPermit;
use crate::connection::connection_config::ConnectionConfig;
use crate::connection::task::connection;
use crate::exchange::client_address::ClientAddress;
use crate::exchange::http_app::HttpApp;
use crate::listen::listener::Listener;
use crate::listen::socket::Socket;
use crate::shutdown::{Phase, Reason, Shutdown, ShutdownSignal};

/// The maximum number of completed connections that are accepted at shutdown.
const LAST_CALL: usize = 4096;

/// How long the server waits for the handlers of closed connections to be dropped.
const CUT: Duration = Duration::from_secs(1);

/// The outcome of the drain: how the connections that were open at the shutdown signal, or accepted after it, ended.
///
/// ```
/// fn all_finished(drained: avocet_server::ShutdownReport) -> bool {
///     drained.cut == 0
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShutdownReport {
    /// The number of connections that ended by themselves after the shutdown signal.
    pub finished: usize,
    /// The number of connections that were closed by the drain deadline or by a second shutdown signal.
    pub cut: usize,
    /// The number of detached handlers and background tasks that still ran then, and were cancelled.
    pub cut_tasks: usize,
}

/// Serves until `shutdown`, and then until every connection has ended or was closed.
pub(crate) async fn serve<A: HttpApp>(
    listener: impl Listener,
    app: A,
    config: ConnectionConfig,
    shutdown: Shutdown,
) -> ShutdownReport {
    let (phase, draining) = ShutdownSignal::channel();
    let mut server = AcceptLoop {
        config: Arc::new(config),
        app,
        draining,
        phase,
        connections: JoinSet::new(),
        shutdown,
        is_stopping: false,
        finished: 0,
        is_hurried: false,
    };
    let reason = server.accept(listener).await;
    // The channel cannot be closed: the server has a receiver itself.
    let _ = server.phase.send(match reason {
        Reason::Asked => Phase::Draining,
        Reason::HandedOver => Phase::Succeeded,
    });
    for observer in &server.config.observers {
        observer.drain_started();
    }
    server.drain().await
}

struct AcceptLoop<A> {
    config: Arc<ConnectionConfig>,
    app: A,
    draining: ShutdownSignal,
    phase: watch::Sender<Phase>,
    connections: JoinSet<()>,
    shutdown: Shutdown,
    /// Whether a shutdown signal has arrived.
    is_stopping: bool,
    /// The number of connections that have ended since then.
    finished: usize,
    /// Whether a second shutdown signal arrived before the drain ended.
    is_hurried: bool,
}

impl<A: HttpApp> AcceptLoop<A> {
    /// Accepts connections until shutdown, and returns its reason. The listener is closed when this returns.
    async fn accept(&mut self, mut listener: impl Listener) -> Reason {
        let mut accept_backoff = AcceptBackoff::default();
        let mut resume = None;
        let mut leaving = None;
        let mut reported_full = false;
        // A connection without a permit, because another worker took the last one.
        let mut parked = None;
        let connection_limit = self.config.connection_limit.clone();
        loop {
            let connections = connection_limit.taken();
            let full = parked.is_some() || connection_limit.is_full();
            if full && !reported_full {
                reported_full = true;
                self.config.limit_hit("connections");
                tracing::warn!(
                    connections,
                    "connection limit reached; new connections wait"
                );
            } else if connections < self.config.limits.connections / 2 {
                // Not at the first permit that becomes free: under load that would be one line for each.
                reported_full = false;
            }
            let next = async {
                if let Some(instant) = resume {
                    sleep_until(instant).await;
                }
                poll_fn(|context| listener.poll_accept(context)).await
            };
            tokio::select! {
                biased;
                reason = self.shutdown.requested() => {
                    // Connections that ended earlier are not part of the drain.
                    self.collect_ended();
                    self.is_stopping = true;
                    if reason == Reason::HandedOver {
                        // The queue belongs to the other process: it has the same sockets, so closing ours resets nothing.
                        return reason;
                    }
                    if leaving.is_some() {
                        self.is_hurried = true;
                        break;
                    }
                    if self.config.pre_stop_delay.is_zero() {
                        break;
                    }
                    self.leave();
                    leaving = Some(Instant::now() + self.config.pre_stop_delay);
                }
                () = until(leaving) => break,
                Some(ended) = self.connections.join_next() => self.ended(ended),
                Ok(permit) = connection_limit.wait(), if full => {
                    if let Some((socket, peer)) = parked.take() {
                        self.spawn(socket, peer, permit);
                    }
                }
                accepted = next, if !full => match accepted {
                    Ok((socket, peer)) => {
                        accept_backoff.over();
                        resume = None;
                        match connection_limit.take() {
                            Some(permit) => self.spawn(socket, peer, permit),
                            None => parked = Some((socket, peer)),
                        }
                    }
                    Err(error) => resume = accept_backoff.another(&error),
                },
            }
        }
        if let Some((socket, peer)) = parked
            && let Some(permit) = connection_limit.take()
        {
            self.spawn(socket, peer, permit);
        }
        self.last_call(&mut listener, &mut accept_backoff);
        Reason::Asked
    }

    /// Sets the phase to leaving, while requests are still accepted.
    fn leave(&self) {
        let seconds = self.config.pre_stop_delay.as_secs_f64();
        tracing::info!(
            seconds,
            "shutdown signal received: not ready, but still accepting connections"
        );
        let _ = self.phase.send(Phase::Leaving);
    }

    /// Accepts the connections that the system completed before the shutdown signal. Closing the
    /// listener resets the connections in its queue, and with them requests that their clients have already sent. That still happens to
    /// those that arrive between the last check and the close, and to those over the limit of connections.
    fn last_call(&mut self, listener: &mut impl Listener, accept_backoff: &mut AcceptBackoff) {
        for _ in 0..LAST_CALL {
            self.collect_ended();
            let Some(permit) = self.config.connection_limit.take() else {
                return;
            };
            match listener.accept_waiting() {
                Ok((socket, peer)) => self.spawn(socket, peer, permit),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => {
                    let is_lasting = accept_backoff.another(&error).is_some();
                    if is_lasting {
                        return;
                    }
                }
            }
        }
    }

    fn spawn(&mut self, socket: Socket, peer: ClientAddress, permit: ConnectionPermit) {
        let Some(of_address) = self.config.per_address_limit.admit(peer) else {
            tracing::debug!(%peer, "per-address connection limit reached");
            return;
        };
        let conversation = connection(
            socket,
            peer,
            self.app.clone(),
            Arc::clone(&self.config),
            self.draining.clone(),
        );
        self.connections.spawn(async move {
            let _held = (permit, of_address);
            conversation.await;
        });
    }

    /// Reports and counts the connections that have ended, without waiting.
    fn collect_ended(&mut self) {
        while let Some(ended) = self.connections.try_join_next() {
            self.ended(ended);
        }
    }

    fn ended(&mut self, ended: Result<(), JoinError>) {
        report(ended);
        self.finished += usize::from(self.is_stopping);
    }

    /// Waits until the open connections have ended, and closes the remaining ones at the drain deadline.
    async fn drain(&mut self) -> ShutdownReport {
        self.collect_ended();
        let open = self.connections.len();
        tracing::info!(
            open,
            "stopping: no new connections are accepted, open ones finish"
        );
        let background = self.draining.background();
        if !self.is_hurried {
            let all_finished = async {
                while let Some(ended) = self.connections.join_next().await {
                    report(ended);
                    self.finished += 1;
                }
                background.finished().await;
            };
            tokio::select! {
                biased;
                () = all_finished => {}
                _ = self.shutdown.requested() => {}
                () = sleep(self.config.limits.drain_time) => {}
            }
        }
        let drained = ShutdownReport {
            finished: self.finished,
            cut: self.connections.len(),
            cut_tasks: background.running(),
        };
        background.cut();
        let all_cut = async {
            self.connections.shutdown().await;
            background.finished().await;
        };
        if drained.cut > 0 || drained.cut_tasks > 0 {
            self.config.limit_hit("drain_time");
        }
        // A handler that blocks its thread cannot be dropped, and must not block the shutdown.
        if timeout(CUT, all_cut).await.is_err() {
            tracing::warn!("some handlers block their thread and could not be cancelled");
        }
        tracing::info!(?drained, "stopped");
        drained
    }
}

/// Waits until `instant`, or forever without one.
async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => pending().await,
    }
}

/// A task that panicked ended one connection; all others continue.
fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!("the application panicked; its connection is closed");
    }
}
