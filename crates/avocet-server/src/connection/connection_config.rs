//! The configuration of connections: the limits as hyper's options, created once and shared by every connection.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::TokioTimer;

use crate::accept::connection_limit::ConnectionLimit;
use crate::accept::per_address_limit::PerAddressLimit;
use crate::exchange::client_address::ClientAddress;
use crate::exchange::remainder;
#[cfg(feature = "tls")]
use crate::io::tls::CurrentTls;
use crate::limits::{LimitError, Limits};
use crate::observer::{Observer, RejectionReason};
use crate::proxies::Proxies;

/// The configuration of every connection.
#[derive(Clone)]
pub(crate) struct ConnectionConfig {
    pub(crate) limits: Limits,
    /// The limit of open connections, for all workers together.
    pub(crate) connection_limit: ConnectionLimit,
    /// The limit of open connections per address, for all workers together.
    pub(crate) per_address_limit: PerAddressLimit,
    pub(crate) http1: http1::Builder,
    pub(crate) http2: http2::Builder<StreamTasks>,
    /// The trusted proxies.
    pub(crate) proxies: Proxies,
    /// Receive what happens on the connections.
    pub(crate) observers: Vec<Arc<dyn Observer>>,
    /// How long connections are still accepted after the shutdown signal.
    pub(crate) pre_stop_delay: Duration,
    /// How long a response on HTTP/2 waits for the rest of its request.
    pub(crate) remainder_time: Duration,
    /// The TLS configuration of TCP connections, if they are encrypted.
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<CurrentTls>,
}

impl ConnectionConfig {
    /// Checks the limits and passes hyper its share of them.
    pub(crate) fn new(limits: Limits) -> Result<Self, LimitError> {
        limits.check()?;
        Ok(Self {
            http1: http1_builder(&limits),
            http2: http2_builder(&limits),
            connection_limit: ConnectionLimit::new(limits.connections),
            per_address_limit: PerAddressLimit::new(&limits),
            limits,
            proxies: Proxies::default(),
            observers: Vec::new(),
            pre_stop_delay: Duration::ZERO,
            remainder_time: remainder::PATIENCE,
            #[cfg(feature = "tls")]
            tls: None,
        })
    }

    /// Sets the trusted proxies.
    pub(crate) fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Returns whether the connections of such a peer are encrypted: those on TCP, if TLS is configured.
    #[cfg_attr(
        not(feature = "tls"),
        expect(unused_variables, clippy::unused_self, reason = "nothing is encrypted")
    )]
    pub(crate) fn is_encrypted(&self, peer: ClientAddress) -> bool {
        #[cfg(feature = "tls")]
        return self.tls.is_some() && matches!(peer, ClientAddress::Tcp(_));
        #[cfg(not(feature = "tls"))]
        false
    }

    /// Sets the observers.
    pub(crate) fn observers(mut self, observers: Vec<Arc<dyn Observer>>) -> Self {
        self.observers = observers;
        self
    }

    /// Sets how long connections are still accepted after the shutdown signal.
    pub(crate) fn pre_stop_delay(mut self, delay: Duration) -> Self {
        self.pre_stop_delay = delay;
        self
    }

    /// Reports a connection as open, until the returned value is dropped.
    pub(crate) fn connection(self: &Arc<Self>) -> OpenConnection {
        for observer in &self.observers {
            observer.connection_opened();
        }
        OpenConnection(Arc::clone(self))
    }

    /// Reports that a client reached a limit.
    pub(crate) fn limit_hit(&self, limit: &'static str) {
        for observer in &self.observers {
            observer.limit_reached(limit);
        }
    }

    /// Reports a request that was rejected before the application was called.
    pub(crate) fn rejected(&self, reason: RejectionReason) {
        for observer in &self.observers {
            observer.request_rejected(reason);
        }
    }

    /// Sets the TLS configuration of TCP connections.
    #[cfg(feature = "tls")]
    pub(crate) fn tls(mut self, tls: CurrentTls) -> Self {
        self.tls = Some(tls);
        self
    }
}

impl fmt::Debug for ConnectionConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionConfig")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A connection that the observers count as open.
pub(crate) struct OpenConnection(Arc<ConnectionConfig>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        for observer in &self.0.observers {
            observer.connection_closed();
        }
    }
}

fn http1_builder(limits: &Limits) -> http1::Builder {
    let mut http1 = http1::Builder::new();
    http1
        // `Activity` handles this: hyper's timer cannot distinguish a slow head from an idle connection.
        .header_read_timeout(None)
        // `ClientEnd` handles the end of input; hyper would close the connection before the response.
        .half_close(true)
        .max_header_size(limits.header_bytes)
        // A head must fit into the buffer; otherwise a large head is seen as a full buffer.
        .max_buf_size(limits.buffer_bytes.max(limits.header_bytes));
    // hyper's default is 100; if the option is set, hyper allocates for every request.
    if limits.header_count != 100 {
        http1.max_headers(limits.header_count);
    }
    http1
}

fn http2_builder(limits: &Limits) -> http2::Builder<StreamTasks> {
    let mut http2 = http2::Builder::new(StreamTasks);
    http2
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
        .max_concurrent_streams(limits.http2_streams)
        .initial_stream_window_size(limits.http2_window_bytes)
        .initial_connection_window_size(limits.http2_window_bytes)
        .max_send_buf_size(limits.buffer_bytes)
        .max_local_error_reset_streams(limits.http2_local_resets)
        .max_pending_accept_reset_streams(limits.http2_pending_resets)
        .keep_alive_interval(limits.http2_ping_interval)
        .keep_alive_timeout(limits.http2_ping_timeout);
    http2
}

/// Runs each stream of an HTTP/2 connection in its own task: a load balancer may send all its
/// requests over one connection, and they should use all cores.
///
/// The task handles are dropped. A stream's task polls the handler and the state of the stream together, so it ends,
/// and the handler with it, when the client resets the stream and when the connection is dropped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamTasks;

impl<F> Executor<F> for StreamTasks
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        tokio::spawn(stream);
    }
}
