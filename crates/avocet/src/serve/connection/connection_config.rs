//! The limits in hyper's words, made once and shared by every connection.

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

/// What every connection is held to.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionConfig {
    pub(in crate::serve) limits: Limits,
    /// How many connections may be open; of all workers together.
    pub(in crate::serve) connection_limit: ConnectionLimit,
    /// How many connections come from where; of all workers together.
    pub(in crate::serve) per_address_limit: PerAddressLimit,
    pub(in crate::serve) http1: http1::Builder,
    pub(in crate::serve) http2: http2::Builder<StreamTasks>,
    /// Who is believed to speak for others.
    pub(in crate::serve) proxies: Proxies,
    /// What is counted of them.
    pub(in crate::serve) metrics: Option<Metrics>,
    /// How long connections are still accepted once the server was asked to stop.
    pub(in crate::serve) pre_stop_delay: Duration,
    /// How long an answer on HTTP/2 waits for the rest of its request.
    pub(in crate::serve) remainder_time: Duration,
    /// For connections of the network, if they are to be encrypted.
    #[cfg(feature = "tls")]
    pub(in crate::serve) tls: Option<CurrentTls>,
}

impl ConnectionConfig {
    /// Checks the limits and hands hyper its share of them.
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

    /// Believes these proxies.
    pub(in crate::serve) fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Takes over what an application says of its operator.
    pub(in crate::serve) fn reported_to(
        mut self,
        metrics: Option<&Metrics>,
        pre_stop_delay: Duration,
    ) -> Self {
        self.metrics = metrics.cloned();
        self.pre_stop_delay = pre_stop_delay;
        self
    }

    /// Counts that a client met a limit.
    pub(in crate::serve) fn limit_hit(&self, limit: &'static str) {
        if let Some(metrics) = &self.metrics {
            metrics.limit_hit(limit);
        }
    }

    /// Counts a request that no service saw.
    pub(in crate::serve) fn rejected(&self, reason: RejectionReason) {
        if let Some(metrics) = &self.metrics {
            metrics.rejected(reason);
        }
    }

    /// Encrypts the connections of the network.
    #[cfg(feature = "tls")]
    pub(in crate::serve) fn tls(mut self, tls: CurrentTls) -> Self {
        self.tls = Some(tls);
        self
    }
}

fn http1_builder(limits: &Limits) -> http1::Builder {
    let mut http1 = http1::Builder::new();
    http1
        // `Activity` does this one: hyper's clock cannot tell a slow head from an idle connection.
        .header_read_timeout(None)
        // Nor is the end of input for hyper to judge, which would close before the answer: `ClientEnd` does.
        .half_close(true)
        .max_header_size(limits.header_bytes)
        // A head must fit into the buffer to be seen as too large, rather than as a full buffer.
        .max_buf_size(limits.buffer_bytes.max(limits.header_bytes));
    // Said or not, hyper's default is 100; said, it allocates for every request.
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

/// Runs each stream of an HTTP/2 connection in a task of its own: a load balancer may put all its
/// requests on one connection, and they should have all the cores.
///
/// No handle is kept. A stream's task polls the handler and the fate of the stream together, so it ends,
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
