//! `Observer`: what happens on a server's connections, for metrics.

/// Receives what happens on a server's connections, for metrics and alarms.
///
/// Every method does nothing by default. They are called from the tasks of connections: they must not block.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// use avocet_server::{Observer, Server};
///
/// /// Counts the connections since the start.
/// struct Connections(Arc<AtomicUsize>);
///
/// impl Observer for Connections {
///     fn connection_opened(&self) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// let server = Server::new().observer(Connections(Arc::default()));
/// ```
pub trait Observer: Send + Sync + 'static {
    /// A connection was accepted.
    fn connection_opened(&self) {}

    /// An accepted connection has ended.
    fn connection_closed(&self) {}

    /// A client reached a limit, by its name in [`Limits`](crate::Limits); `head` stands for `header_bytes` and `header_count`,
    /// which the HTTP/1 parser does not distinguish.
    fn limit_reached(&self, _limit: &'static str) {}

    /// The server has stopped accepting, and finishes the open requests. With several workers each of them reports it.
    fn drain_started(&self) {}

    /// The server rejected a request before the application was called.
    fn request_rejected(&self, _reason: RejectionReason) {}
}

/// Why the server itself rejected a request.
///
/// ```
/// use avocet_server::RejectionReason;
///
/// fn is_a_limit(reason: RejectionReason) -> bool {
///     reason != RejectionReason::Malformed
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectionReason {
    /// The request is not valid HTTP, or two parsers could read it differently: `400`.
    Malformed,
    /// The target is too long: `414`.
    TargetTooLong,
    /// The head is too large or has too many headers: `431`.
    HeadTooLarge,
    /// An unread body is too large: `413`.
    BodyTooLarge,
}
