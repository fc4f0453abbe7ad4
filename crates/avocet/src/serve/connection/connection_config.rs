//! The configuration of connections: the limits as hyper's options, created once and shared by every connection.

use std::future::Future;
use std::time::Duration;

use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::TokioTimer;

use crate::observe::{Metrics, RejectionReason};
use crate::serve::accept::connection_limit::ConnectionLimit;
use crate::serve::accept::per_address_limit::PerAddressLimit;
use crate::serve::exchange::remainder;
#[cfg(feature = "tls")]
use crate::serve::io::tls::CurrentTls;
use crate::serve::limits::{LimitError, Limits};
use crate::serve::proxies::Proxies;

/// The configuration of every connection.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionConfig {
    pub(in crate::serve) limits: Limits,
    /// The limit of open connections, for all workers together.
    pub(in crate::serve) connection_limit: ConnectionLimit,
    /// The limit of open connections per address, for all workers together.
    pub(in crate::serve) per_address_limit: PerAddressLimit,
    pub(in crate::serve) http1: http1::Builder,
    pub(in crate::serve) http2: http2::Builder<StreamTasks>,
    /// The trusted proxies.
    pub(in crate::serve) proxies: Proxies,
    /// The metrics of the connections.
    pub(in crate::serve) metrics: Option<Metrics>,
    /// How long connections are still accepted after the shutdown signal.
    pub(in crate::serve) pre_stop_delay: Duration,
    /// How long a response on HTTP/2 waits for the rest of its request.
    pub(in crate::serve) remainder_time: Duration,
    /// The TLS configuration of TCP connections, if they are encrypted.
    #[cfg(feature = "tls")]
    pub(in crate::serve) tls: Option<CurrentTls>,
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
            metrics: None,
            pre_stop_delay: Duration::ZERO,
            remainder_time: remainder::PATIENCE,
            #[cfg(feature = "tls")]
            tls: None,
        })
    }

    /// Sets the trusted proxies.
    pub(in crate::serve) fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Sets the metrics and the pre-stop delay of an application.
    pub(in crate::serve) fn reported_to(
        mut self,
        metrics: Option<&Metrics>,
        pre_stop_delay: Duration,
    ) -> Self {
        self.metrics = metrics.cloned();
        self.pre_stop_delay = pre_stop_delay;
        self
    }

    /// Counts a limit hit of a client.
    pub(in crate::serve) fn limit_hit(&self, limit: &'static str) {
        if let Some(metrics) = &self.metrics {
            metrics.limit_hit(limit);
        }
    }

    /// Counts a request that was rejected before the service was called.
    pub(in crate::serve) fn rejected(&self, reason: RejectionReason) {
        if let Some(metrics) = &self.metrics {
            metrics.rejected(reason);
        }
    }

    /// Sets the TLS configuration of TCP connections.
    #[cfg(feature = "tls")]
    pub(in crate::serve) fn tls(mut self, tls: CurrentTls) -> Self {
        self.tls = Some(tls);
        self
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
pub(in crate::serve) struct StreamTasks;

impl<F> Executor<F> for StreamTasks
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        tokio::spawn(stream);
    }
}
