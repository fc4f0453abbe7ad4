//! The host that a request names.

use std::borrow::Cow;

use avocet::layer::Request;
use avocet::serve::ConnectionInfo;
use http::header;

/// Returns the host that the client requested: what a trusted proxy reports, or the target's, or that in the header. It is not checked.
pub(crate) fn requested_host(request: &Request) -> Option<Cow<'_, str>> {
    let headers = request.headers();
    let connection = request.extensions().get::<ConnectionInfo>();
    let forwarded = connection.and_then(|connection| connection.forwarded_host(headers));
    if let Some(host) = forwarded {
        return Some(host.into());
    }
    if let Some(authority) = request.uri().authority() {
        return Some(authority.as_str().into());
    }
    let mut lines = headers.get_all(header::HOST).iter();
    match (lines.next(), lines.next()) {
        (Some(host), None) => host.to_str().ok().map(Cow::Borrowed),
        _ => None,
    }
}
