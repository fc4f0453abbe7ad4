//! Reports for the operator: logged with `tracing`, or written to standard error if no subscriber is installed.

use std::fmt::Display;
use std::io::Write;

/// Logs an error of the server and its consequence; the server continues.
#[cfg(any(feature = "tls", unix))]
pub(crate) fn trouble(error: &dyn Display, consequence: &str) {
    if tracing::dispatcher::has_been_set() {
        tracing::error!(%error, "{consequence}");
    } else {
        say(&format_args!("{error}; {consequence}"));
    }
}

/// Writes a line to standard error. A failed write is ignored, because a closed standard error must not cause a panic.
pub(crate) fn say(what: &dyn Display) {
    let _ = writeln!(std::io::stderr(), "{what}");
}
