//! The connection info of a request.

use std::sync::Arc;

use http::HeaderMap;
#[cfg(feature = "websocket")]
use http::header::HOST;
use http::request::Parts;

use crate::serve::connection::activity::Activity;
use crate::serve::connection::connection_config::ConnectionConfig;
use crate::serve::exchange::client_address::ClientAddress;
use crate::serve::shutdown::ShutdownSignal;

/// The info shared by all requests of one connection. Few requests use it, so it is shared and not copied into each.
#[derive(Debug)]
pub(crate) struct ConnectionInfo {
    peer: ClientAddress,
    draining: ShutdownSignal,
    activity: Arc<Activity>,
    pub(in crate::serve) config: Arc<ConnectionConfig>,
}

impl ConnectionInfo {
    pub(in crate::serve) fn new(
        peer: ClientAddress,
        draining: ShutdownSignal,
        activity: Arc<Activity>,
        config: Arc<ConnectionConfig>,
    ) -> Self {
        Self {
            peer,
            draining,
            activity,
            config,
        }
    }

    /// Inserts the info into the extensions as separate types, for code that does not use this type.
    pub(crate) fn report(&self, head: &mut Parts) {
        let client = self.client(&head.headers);
        head.extensions.insert(client);
        head.extensions.insert(self.draining.clone());
        #[cfg(feature = "websocket")]
        if let Some(host) = self.config.proxies.host(self.peer, &head.headers) {
            head.extensions.insert(ForwardedHost(host.into()));
        }
    }

    /// Sets the body limit of the current request for a body that is not read. (On HTTP/2 the windows bound that.)
    pub(crate) fn limit_body(&self, bytes: usize) {
        self.activity.progress().limit_body(bytes);
    }

    pub(in crate::serve) fn body_limit(&self) -> usize {
        self.activity.progress().body_limit()
    }

    fn client(&self, headers: &HeaderMap) -> ClientAddress {
        self.config.proxies.client(self.peer, headers)
    }
}

/// The host that a trusted proxy sent.
#[cfg(feature = "websocket")]
#[derive(Clone, Debug)]
struct ForwardedHost(Arc<str>);

/// Returns the host that the client requested: from a trusted proxy, or from the header `Host`.
#[cfg(feature = "websocket")]
pub(crate) fn host_of<'a>(
    head: &'a Parts,
    connection_info: Option<&ConnectionInfo>,
) -> Option<&'a str> {
    let forwarded = match connection_info {
        Some(connection_info) => connection_info
            .config
            .proxies
            .host(connection_info.peer, &head.headers),
        None => head.extensions.get::<ForwardedHost>().map(|host| &*host.0),
    };
    forwarded.or_else(|| head.headers.get(HOST)?.to_str().ok())
}

/// Returns the address of the client of a request, if it is available.
pub(crate) fn client_of(
    head: &Parts,
    connection_info: Option<&ConnectionInfo>,
) -> Option<ClientAddress> {
    match connection_info {
        Some(connection_info) => Some(connection_info.client(&head.headers)),
        None => head.extensions.get().copied(),
    }
}

/// Returns the shutdown signal of the server that received the request, if it is this framework's server.
pub(crate) fn draining_of<'a>(
    head: &'a Parts,
    connection_info: Option<&'a ConnectionInfo>,
) -> Option<&'a ShutdownSignal> {
    match connection_info {
        Some(connection_info) => Some(&connection_info.draining),
        None => head.extensions.get(),
    }
}
