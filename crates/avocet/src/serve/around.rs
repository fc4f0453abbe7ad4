//! What is known of a request from the connection that it came on.

use std::sync::Arc;

use http::HeaderMap;
use http::request::Parts;

use super::client_address::ClientAddress;
use super::rules::Rules;
use super::shutdown::Draining;

/// What all requests of one connection have around them. Few look at it, so it is shared and not written into each.
#[derive(Debug)]
pub(crate) struct Around {
    peer: ClientAddress,
    draining: Draining,
    pub(super) rules: Arc<Rules>,
}

impl Around {
    pub(super) fn new(peer: ClientAddress, draining: Draining, rules: Arc<Rules>) -> Self {
        Self {
            peer,
            draining,
            rules,
        }
    }

    /// Writes it where those look who know nothing of this.
    pub(crate) fn tell(&self, head: &mut Parts) {
        let client = self.client(&head.headers);
        head.extensions.insert(client);
        head.extensions.insert(self.draining.clone());
    }

    fn client(&self, headers: &HeaderMap) -> ClientAddress {
        self.rules.proxies.client(self.peer, headers)
    }
}

/// Where the client of a request speaks from, if that is known.
pub(crate) fn client_of(head: &Parts, around: Option<&Around>) -> Option<ClientAddress> {
    match around {
        Some(around) => Some(around.client(&head.headers)),
        None => head.extensions.get().copied(),
    }
}

/// What tells of the end of the server that a request came to, if one of ours serves.
pub(crate) fn draining_of<'a>(head: &'a Parts, around: Option<&'a Around>) -> Option<&'a Draining> {
    match around {
        Some(around) => Some(&around.draining),
        None => head.extensions.get(),
    }
}
