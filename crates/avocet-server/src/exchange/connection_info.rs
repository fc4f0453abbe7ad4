//! The connection info of a request.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;
use http::request::Parts;

use crate::connection::activity::Activity;
use crate::connection::connection_config::ConnectionConfig;
use crate::exchange::client_address::ClientAddress;
use crate::shutdown::ShutdownSignal;

/// What the server knows about the connection of a request: its client, the server's shutdown, the body limit.
///
/// All requests of one connection share it; a clone is one pointer. A `tower::Service` finds it in the extensions of the request,
/// an axum handler as `Extension<ConnectionInfo>`.
///
/// ```
/// use avocet_server::{ClientBody, ConnectionInfo};
///
/// fn client(request: &http::Request<ClientBody>) -> String {
///     let connection = request.extensions().get::<ConnectionInfo>();
///     connection.map_or("no connection".to_owned(), |connection| connection.client(request.headers()).to_string())
/// }
/// ```
#[derive(Clone)]
pub struct ConnectionInfo(Arc<Shared>);

struct Shared {
    peer: ClientAddress,
    shutdown: ShutdownSignal,
    activity: Arc<Activity>,
    config: Arc<ConnectionConfig>,
}

impl ConnectionInfo {
    pub(crate) fn new(
        peer: ClientAddress,
        shutdown: ShutdownSignal,
        activity: Arc<Activity>,
        config: Arc<ConnectionConfig>,
    ) -> Self {
        Self(Arc::new(Shared {
            peer,
            shutdown,
            activity,
            config,
        }))
    }

    pub(crate) fn config(&self) -> &Arc<ConnectionConfig> {
        &self.0.config
    }

    /// Returns the address of the client of a request with these headers: the peer, or what a trusted proxy reports
    /// ([`Server::trust_proxies`](crate::Server::trust_proxies)).
    ///
    /// ```
    /// # fn shown(connection: &avocet_server::ConnectionInfo, request: &http::Request<()>) -> String {
    /// connection.client(request.headers()).to_string()
    /// # }
    /// ```
    pub fn client(&self, headers: &HeaderMap) -> ClientAddress {
        self.0.config.proxies.client(self.0.peer, headers)
    }

    /// Returns the host that a trusted proxy reports for a request with these headers.
    ///
    /// ```
    /// # fn shown<'a>(connection: &avocet_server::ConnectionInfo, request: &'a http::Request<()>) -> Option<&'a str> {
    /// connection.forwarded_host(request.headers())
    /// # }
    /// ```
    pub fn forwarded_host<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        self.0.config.proxies.host(self.0.peer, headers)
    }

    /// Returns whether the client used TLS for a request with these headers: on this connection, or up to a trusted proxy that reports
    /// `https` in `X-Forwarded-Proto`. The report of a trusted proxy takes precedence.
    ///
    /// ```
    /// # fn shown(connection: &avocet_server::ConnectionInfo, request: &http::Request<()>) -> &'static str {
    /// if connection.is_secure(request.headers()) { "https" } else { "http" }
    /// # }
    /// ```
    pub fn is_secure(&self, headers: &HeaderMap) -> bool {
        match self.0.config.proxies.scheme(self.0.peer, headers) {
            Some(scheme) => scheme.eq_ignore_ascii_case("https"),
            None => self.0.config.is_encrypted(self.0.peer),
        }
    }

    /// Returns the shutdown signal of the server.
    ///
    /// ```
    /// # fn shown(connection: &avocet_server::ConnectionInfo) -> bool {
    /// connection.shutdown_signal().is_draining()
    /// # }
    /// ```
    pub fn shutdown_signal(&self) -> &ShutdownSignal {
        &self.0.shutdown
    }

    /// Sets the limit on the body of the current request, for a body that the application does not read. The default is
    /// [`Limits::body_bytes`](crate::Limits::body_bytes). On HTTP/2 the windows bound such a body.
    ///
    /// ```
    /// # fn raise(connection: &avocet_server::ConnectionInfo) {
    /// connection.limit_body(16 * 1024 * 1024);
    /// # }
    /// ```
    pub fn limit_body(&self, bytes: usize) {
        self.0.activity.progress().limit_body(bytes);
    }

    pub(crate) fn body_limit(&self) -> usize {
        self.0.activity.progress().body_limit()
    }

    /// Inserts the [`ClientAddress`], the [`ShutdownSignal`] and the info itself into the extensions of a request, for code that looks
    /// for them one by one.
    ///
    /// ```
    /// # fn insert(connection: &avocet_server::ConnectionInfo, head: &mut http::request::Parts) {
    /// connection.insert_into(head);
    /// assert!(head.extensions.get::<avocet_server::ClientAddress>().is_some());
    /// # }
    /// ```
    pub fn insert_into(&self, head: &mut Parts) {
        let client = self.client(&head.headers);
        head.extensions.insert(client);
        head.extensions.insert(self.0.shutdown.clone());
        head.extensions.insert(self.clone());
    }
}

impl fmt::Debug for ConnectionInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionInfo")
            .field("peer", &self.0.peer)
            .finish_non_exhaustive()
    }
}
