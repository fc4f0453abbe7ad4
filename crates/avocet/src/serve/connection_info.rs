//! What is known of a request from the connection that it came on.

use std::sync::Arc;

use http::HeaderMap;
use http::request::Parts;

use super::client_address::ClientAddress;
use super::connection_config::ConnectionConfig;
use super::shutdown::ShutdownSignal;

/// What all requests of one connection have around them. Few look at it, so it is shared and not written into each.
#[derive(Debug)]
pub(crate) struct ConnectionInfo {
    peer: ClientAddress,
    draining: ShutdownSignal,
    pub(super) config: Arc<ConnectionConfig>,
}

impl ConnectionInfo {
    pub(super) fn new(
        peer: ClientAddress,
        draining: ShutdownSignal,
        config: Arc<ConnectionConfig>,
    ) -> Self {
        Self {
            peer,
            draining,
            config,
        }
    }

    /// Writes it where those look who know nothing of this.
    pub(crate) fn report(&self, head: &mut Parts) {
        let client = self.client(&head.headers);
        head.extensions.insert(client);
        head.extensions.insert(self.draining.clone());
    }

    fn client(&self, headers: &HeaderMap) -> ClientAddress {
        self.config.proxies.client(self.peer, headers)
    }
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
