//! What an operator must hear of: through `tracing`, or on standard error where nobody listens to that.

use std::fmt::Display;
use std::io::Write;

use http::StatusCode;

/// A request failed for a reason that its client is not told.
pub(crate) fn failure(status: StatusCode, error: &dyn Display) {
    if tracing::dispatcher::has_been_set() {
        tracing::error!(status = status.as_u16(), %error, "a request failed");
    } else {
        say(&format_args!("a request failed with {status}: {error}"));
    }
}

/// Something on this side is wrong, and what became of it; the server goes on.
#[cfg(any(feature = "tls", all(unix, feature = "restart")))]
pub(crate) fn trouble(error: &dyn Display, consequence: &str) {
    if tracing::dispatcher::has_been_set() {
        tracing::error!(%error, "{consequence}");
    } else {
        say(&format_args!("{error}; {consequence}"));
    }
}

/// Says something on standard error. Its reader may have left, which is no reason to panic.
pub(crate) fn say(what: &dyn Display) {
    let _ = writeln!(std::io::stderr(), "{what}");
}
