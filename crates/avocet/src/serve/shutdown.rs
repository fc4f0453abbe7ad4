//! Who asks the server to stop, and how a handler learns of it.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::task::{Context, Poll};

use tokio::sync::watch;

use crate::tasks::Background;

/// Who asks the server to stop.
///
/// The first request starts the drain: no new connections, and every open one finishes what it is
/// doing. A second request ends the drain at once.
pub struct Shutdown {
    poll: Box<Poller>,
}

/// Ready each time somebody asks.
type Poller = dyn FnMut(&mut Context<'_>) -> Poll<Reason> + Send;

/// Why a server is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Somebody asked.
    Asked,
    /// Another process has its sockets and is ready.
    HandedOver,
}

impl Shutdown {
    /// Ctrl-C and, on Unix, SIGTERM; each time one of them comes counts.
    ///
    /// From here on these signals no longer end the process by themselves.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let shutdown = avocet::serve::Shutdown::signals()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the system does not let the process listen for signals.
    #[cfg(unix)]
    pub fn signals() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(Self::poll_fn(move |context| {
            // Both are polled every time, so that both will wake the server.
            let interrupted = interrupt.poll_recv(context).is_ready();
            let terminated = terminate.poll_recv(context).is_ready();
            if interrupted || terminated {
                Poll::Ready(Reason::Asked)
            } else {
                Poll::Pending
            }
        }))
    }

    /// Ctrl-C; each time it comes counts.
    ///
    /// From here on it no longer ends the process by itself.
    ///
    /// # Errors
    ///
    /// If the system does not let the process listen for it.
    #[cfg(not(unix))]
    pub fn signals() -> io::Result<Self> {
        let mut interrupt = tokio::signal::windows::ctrl_c()?;
        Ok(Self::poll_fn(move |context| {
            interrupt.poll_recv(context).map(|_| Reason::Asked)
        }))
    }

    /// When `future` completes; there is no second request.
    ///
    /// ```
    /// let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    /// let shutdown = avocet::serve::Shutdown::when(async { drop(stopped.await) });
    /// # drop((stop, shutdown));
    /// ```
    pub fn when<F>(future: F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::once(Reason::Asked, future)
    }

    /// When `future` completes, because another process has taken over.
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

    /// Logs SIGHUP and goes on, where it has no other meaning. By default it would end the process without a drain.
    #[cfg(unix)]
    pub(super) fn ignoring_hangup(mut self) -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let mut hangup = signal(SignalKind::hangup())?;
        Ok(Self::poll_fn(move |context| {
            while let Poll::Ready(Some(())) = hangup.poll_recv(context) {
                tracing::info!("SIGHUP is ignored: there is no certificate to read anew");
            }
            (self.poll)(context)
        }))
    }

    /// When either asks; the second is forgotten, and what it was about is dropped, as soon as one of them has.
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

    /// Whenever `poll` is ready. It is polled again afterwards, for the next request.
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

/// Tells a handler that the server is stopping: an argument with `#[request]`, and in the request's extensions for those who look
/// there ([`RequestContext::extensions`](crate::extract::RequestContext::extensions), extractors of axum's).
///
/// Something that would run on without end (an event stream, a WebSocket) says good-bye when it hears
/// of this; what does not is cut at the [drain deadline](super::Limits::drain_time).
#[derive(Clone, Debug)]
pub struct ShutdownSignal {
    phase: watch::Receiver<Phase>,
    /// What the server waits for besides its connections.
    background: Background,
}

/// How far a server is on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Serving,
    /// It was asked to stop, and still accepts connections.
    Leaving,
    /// It accepts none any more.
    Draining,
    /// Nor does it then, but another process accepts them from the same sockets.
    Succeeded,
}

impl ShutdownSignal {
    /// A handle, and what tells it how far the server is; without that it stays where it is.
    pub(crate) fn channel() -> (watch::Sender<Phase>, Self) {
        let (sender, phase) = watch::channel(Phase::Serving);
        let background = Background::default();
        (sender, Self { phase, background })
    }

    pub(crate) fn background(&self) -> &Background {
        &self.background
    }

    /// Whether the server was asked to stop; it may accept connections for a
    /// [while](crate::observe::Health::pre_stop_delay).
    ///
    /// ```
    /// # use avocet::serve::ShutdownSignal;
    /// fn should_get_requests<B>(request: &http::Request<B>) -> bool {
    ///     let draining = request.extensions().get::<ShutdownSignal>();
    ///     !draining.is_some_and(ShutdownSignal::is_leaving)
    /// }
    /// # assert!(should_get_requests(&http::Request::new(())));
    /// ```
    pub fn is_leaving(&self) -> bool {
        *self.phase.borrow() >= Phase::Leaving
    }

    /// Whether nobody accepts connections at its address any more, or soon.
    pub(crate) fn is_without_successor(&self) -> bool {
        matches!(*self.phase.borrow(), Phase::Leaving | Phase::Draining)
    }

    /// Whether the server is stopping: it accepts no connection any more.
    ///
    /// ```
    /// # use avocet::serve::ShutdownSignal;
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

    /// Waits until the server is stopping.
    ///
    /// ```
    /// # use avocet::serve::ShutdownSignal;
    /// async fn until_stopped(draining: &mut ShutdownSignal) -> &'static str {
    ///     draining.started().await;
    ///     "event: end\n\n"
    /// }
    /// ```
    pub async fn started(&mut self) {
        let draining = |phase: &Phase| *phase >= Phase::Draining;
        if self.phase.wait_for(draining).await.is_err() {
            // The server is gone without a drain, and drops whoever waits here.
            std::future::pending::<()>().await;
        }
    }
}
