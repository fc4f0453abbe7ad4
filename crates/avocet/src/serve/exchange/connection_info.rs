//! What is known of a request from the connection that it came on.

use std::sync::Arc;

use http::HeaderMap;
#[cfg(feature = "websocket")]
use http::header::HOST;
use http::request::Parts;

use crate::serve::connection::activity::Activity;
use crate::serve::connection::connection_config::ConnectionConfig;
use crate::serve::exchange::client_address::ClientAddress;
use crate::serve::shutdown::ShutdownSignal;

/// What all requests of one connection have around them. Few look at it, so it is shared and not written into each.
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

    /// Writes it where those look who know nothing of this.
    pub(crate) fn report(&self, head: &mut Parts) {
        let client = self.client(&head.headers);
        head.extensions.insert(client);
        head.extensions.insert(self.draining.clone());
        #[cfg(feature = "websocket")]
        if let Some(host) = self.config.proxies.host(self.peer, &head.headers) {
            head.extensions.insert(ForwardedHost(host.into()));
        }
    }

    /// Sets how large the body of the present request may be where nothing reads it. (On HTTP/2 the windows bound that.)
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

/// The host that a trusted proxy has named.
#[cfg(feature = "websocket")]
#[derive(Clone, Debug)]
struct ForwardedHost(Arc<str>);

/// The host that the client of a request asked for: the one that a trusted proxy names, or the header `Host`.
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

/// Where the client of a request speaks from, if that is known.
pub(crate) fn client_of(
    head: &Parts,
    connection_info: Option<&ConnectionInfo>,
) -> Option<ClientAddress> {
    match connection_info {
        Some(connection_info) => Some(connection_info.client(&head.headers)),
        None => head.extensions.get().copied(),
    }
}

/// What tells of the end of the server that a request came to, if one of ours serves.
pub(crate) fn draining_of<'a>(
    head: &'a Parts,
    connection_info: Option<&'a ConnectionInfo>,
) -> Option<&'a ShutdownSignal> {
    match connection_info {
        Some(connection_info) => Some(&connection_info.draining),
        None => head.extensions.get(),
    }
}
