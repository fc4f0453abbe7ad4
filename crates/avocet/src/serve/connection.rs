//! What the connection of a request reports, from Avocet's own server or from the request's extensions.

#[cfg(feature = "websocket")]
use std::sync::Arc;

use avocet_server::{ClientAddress, ConnectionInfo, ShutdownSignal};
#[cfg(feature = "websocket")]
use http::header::HOST;
use http::request::Parts;

/// The host that a trusted proxy sent, for a request that passes through code without the connection info.
#[cfg(feature = "websocket")]
#[derive(Clone, Debug)]
pub(crate) struct ForwardedHost(Arc<str>);

/// Inserts the info into the extensions as separate types, for axum's extractors.
pub(crate) fn insert_into(info: &ConnectionInfo, head: &mut Parts) {
    #[cfg(feature = "websocket")]
    if let Some(host) = info.forwarded_host(&head.headers) {
        let host = ForwardedHost(host.into());
        head.extensions.insert(host);
    }
    info.insert_into(head);
}

/// Returns the host that the client requested: from a trusted proxy, or from the header `Host`.
#[cfg(feature = "websocket")]
pub(crate) fn host_of<'a>(head: &'a Parts, info: Option<&ConnectionInfo>) -> Option<&'a str> {
    let forwarded = match info {
        Some(info) => info.forwarded_host(&head.headers),
        None => head.extensions.get::<ForwardedHost>().map(|host| &*host.0),
    };
    forwarded.or_else(|| head.headers.get(HOST)?.to_str().ok())
}

/// Returns the address of the client of a request, if it is available.
pub(crate) fn client_of(head: &Parts, info: Option<&ConnectionInfo>) -> Option<ClientAddress> {
    match info {
        Some(info) => Some(info.client(&head.headers)),
        None => head.extensions.get().copied(),
    }
}

/// Returns the shutdown signal of the server that received the request, if it is Avocet's.
pub(crate) fn shutdown_signal_of<'a>(
    head: &'a Parts,
    info: Option<&'a ConnectionInfo>,
) -> Option<&'a ShutdownSignal> {
    match info {
        Some(info) => Some(info.shutdown_signal()),
        None => head.extensions.get(),
    }
}
