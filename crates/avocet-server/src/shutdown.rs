//! The shutdown signal of the server, and how handlers are notified of it.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::task::{Context, Poll};

use tokio::sync::watch;

use crate::background::Background;

/// The signal that stops the server.
///
/// The first request to stop starts the drain: the server accepts no new connections, and every open one finishes its current
/// request. A second request ends the drain at once.
pub struct Shutdown {
    poll: Box<Poller>,
}

/// Ready for each request to stop.
type Poller = dyn FnMut(&mut Context<'_>) -> Poll<Reason> + Send;

/// The reason for a shutdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// A shutdown was requested.
    Asked,
    /// Another process has taken over the sockets and is ready.
    HandedOver,
}

impl Shutdown {
    /// Stops on Ctrl-C and, on Unix, on SIGTERM; each signal counts as one request.
    ///
    /// After this call these signals no longer end the process by themselves.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let shutdown = avocet_server::Shutdown::signals()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the process cannot register for the signals.
    #[cfg(unix)]
    pub fn signals() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(Self::poll_fn(move |context| {
            // Poll both every time, so that both wake the server.
            let interrupted = interrupt.poll_recv(context).is_ready();
            let terminated = terminate.poll_recv(context).is_ready();
            if interrupted || terminated {
                Poll::Ready(Reason::Asked)
            } else {
                Poll::Pending
            }
        }))
    }

    /// Stops on Ctrl-C; each one counts as one request.
    ///
    /// After this call Ctrl-C no longer ends the process by itself.
    ///
    /// # Errors
    ///
    /// If the process cannot register for it.
    #[cfg(not(unix))]
    pub fn signals() -> io::Result<Self> {
        let mut interrupt = tokio::signal::windows::ctrl_c()?;
        Ok(Self::poll_fn(move |context| {
            interrupt.poll_recv(context).map(|_| Reason::Asked)
        }))
    }

    /// Stops when `future` completes; there is no second request.
    ///
    /// ```
    /// let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    /// let shutdown = avocet_server::Shutdown::when(async { drop(stopped.await) });
    /// # drop((stop, shutdown));
    /// ```
    pub fn when<F>(future: F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::once(Reason::Asked, future)
    }

    /// Stops when `future` completes, because another process has taken over.
    #[cfg(any(test, all(unix, feature = "restart")))]
    pub(super) fn handed_over(future: impl Future<Output = ()> + Send + 'static) -> Self {
        Self::once(Reason::HandedOver, future)
    }

    fn once(reason: Reason, future: impl Future<Output = ()> + Send + 'static) -> Self {
        let mut future = Some(Box::pin(future));
        Self::poll_fn(move |context| {
            match future.as_mut().map(|future| future.as_mut().poll(context)) {
                Some(Poll::Ready(())) => {
                    future = None;
                    Poll::Ready(reason)
                }
                Some(Poll::Pending) | None => Poll::Pending,
            }
        })
    }

    /// Logs SIGHUP and continues, where the signal has no other use. By default it would end the process without a drain.
    #[cfg(unix)]
    pub(super) fn ignoring_hangup(mut self) -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let mut hangup = signal(SignalKind::hangup())?;
        Ok(Self::poll_fn(move |context| {
            while let Poll::Ready(Some(())) = hangup.poll_recv(context) {
                tracing::info!("SIGHUP is ignored: there is no certificate to reload");
            }
            (self.poll)(context)
        }))
    }

    /// Stops when either signal requests it; the other one is then dropped.
    #[cfg(all(unix, feature = "restart"))]
    pub(super) fn or(mut self, other: Self) -> Self {
        let mut other = Some(other);
        Self::poll_fn(move |context| {
            let mut asked = (self.poll)(context);
            if asked.is_pending()
                && let Some(other) = &mut other
            {
                asked = (other.poll)(context);
            }
            if asked.is_ready() {
                other = None;
            }
            asked
        })
    }

    /// Stops whenever `poll` is ready. It is polled again afterwards, for the next request.
    pub(super) fn poll_fn(
        poll: impl FnMut(&mut Context<'_>) -> Poll<Reason> + Send + 'static,
    ) -> Self {
        Self {
            poll: Box::new(poll),
        }
    }

    /// Waits for the next request to stop.
    pub(super) async fn requested(&mut self) -> Reason {
        poll_fn(|context| (self.poll)(context)).await
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shutdown").finish_non_exhaustive()
    }
}

/// Notifies a handler that the server is shutting down: [`ConnectionInfo::shutdown_signal`](crate::ConnectionInfo::shutdown_signal).
///
/// A handler that would run forever (an event stream, a WebSocket) should finish on this signal; otherwise it is cancelled
/// at the [drain deadline](super::Limits::drain_time).
#[derive(Clone, Debug)]
pub struct ShutdownSignal {
    phase: watch::Receiver<Phase>,
    /// The background tasks that the server waits for besides its connections.
    background: Background,
}

/// The phase of a server's shutdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Serving,
    /// The server received a shutdown signal, and still accepts connections.
    Leaving,
    /// The server no longer accepts connections.
    Draining,
    /// The server no longer accepts connections, but another process accepts them from the same sockets.
    Succeeded,
}

impl ShutdownSignal {
    /// Creates a signal that never comes, for code that runs without a server.
    ///
    /// ```
    /// assert!(!avocet_server::ShutdownSignal::never().is_draining());
    /// ```
    pub fn never() -> Self {
        Self::channel().1
    }

    /// Creates a handle and the sender that sets its phase; without the sender, the phase does not change.
    pub(crate) fn channel() -> (watch::Sender<Phase>, Self) {
        let (sender, phase) = watch::channel(Phase::Serving);
        let background = Background::default();
        (sender, Self { phase, background })
    }

    /// Returns the work beside the connections of this server.
    ///
    /// ```
    /// # use avocet_server::ShutdownSignal;
    /// fn count_later(signal: &ShutdownSignal) {
    ///     signal.background().detach(async { /* the server waits for this within its drain deadline */ });
    /// }
    /// ```
    pub fn background(&self) -> &Background {
        &self.background
    }

    /// Returns whether the server received a shutdown signal; it may still accept connections for a
    /// [while](crate::Server::pre_stop_delay).
    ///
    /// ```
    /// # use avocet_server::ShutdownSignal;
    /// fn should_get_requests<B>(request: &http::Request<B>) -> bool {
    ///     let draining = request.extensions().get::<ShutdownSignal>();
    ///     !draining.is_some_and(ShutdownSignal::is_leaving)
    /// }
    /// # assert!(should_get_requests(&http::Request::new(())));
    /// ```
    pub fn is_leaving(&self) -> bool {
        *self.phase.borrow() >= Phase::Leaving
    }

    /// Returns whether no process accepts connections at the server's address, now or soon: the server is leaving, and no restarted
    /// process has taken over its sockets.
    ///
    /// ```
    /// # use avocet_server::ShutdownSignal;
    /// fn close_code(signal: &ShutdownSignal) -> u16 {
    ///     if signal.is_without_successor() { 1001 } else { 1012 }
    /// }
    /// ```
    pub fn is_without_successor(&self) -> bool {
        matches!(*self.phase.borrow(), Phase::Leaving | Phase::Draining)
    }

    /// Returns whether the server is shutting down and no longer accepts connections.
    ///
    /// ```
    /// # use avocet_server::ShutdownSignal;
    /// fn response<B>(request: &http::Request<B>) -> &'static str {
    ///     match request.extensions().get::<ShutdownSignal>() {
    ///         Some(draining) if draining.is_draining() => "no",
    ///         _ => "yes",
    ///     }
    /// }
    /// # assert_eq!(response(&http::Request::new(())), "yes");
    /// ```
    pub fn is_draining(&self) -> bool {
        *self.phase.borrow() >= Phase::Draining
    }

    /// Waits until the server is shutting down.
    ///
    /// ```
    /// # use avocet_server::ShutdownSignal;
    /// async fn until_stopped(draining: &mut ShutdownSignal) -> &'static str {
    ///     draining.started().await;
    ///     "event: end\n\n"
    /// }
    /// ```
    pub async fn started(&mut self) {
        let draining = |phase: &Phase| *phase >= Phase::Draining;
        if self.phase.wait_for(draining).await.is_err() {
            // The server was dropped without a drain, which also drops the caller of this function.
            std::future::pending::<()>().await;
        }
    }
}
