//! What an operator must hear of: through `tracing`, or on standard error where nobody listens to that.

use std::any::Any;
use std::fmt::Display;
use std::io::Write;

use http::StatusCode;

use crate::observe::{self, Escaped, RequestId};

/// A request failed for a reason that its client is not told.
pub(crate) fn failure(status: StatusCode, error: &dyn Display) {
    let error = Escaped(error);
    let id = RequestId::current();
    let id = id.as_ref().map(tracing::field::display);
    if tracing::dispatcher::has_been_set() {
        tracing::error!(status = status.as_u16(), request_id = id, %error, "a request failed");
    } else if let Some(id) = id {
        say(&format_args!("request {id} failed with {status}: {error}"));
    } else {
        say(&format_args!("a request failed with {status}: {error}"));
    }
}

/// Something on this side is wrong, and what became of it; the server goes on.
#[cfg(any(feature = "tls", unix))]
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

/// What a panic said, which is counted with the request that it happened in.
pub(crate) fn panicked(payload: &(dyn Any + Send)) -> String {
    observe::panicked();
    let said = payload.downcast_ref::<&str>().copied();
    let said = said.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    match said {
        Some(said) => format!("the handler panicked: {said}"),
        None => "the handler panicked".to_owned(),
    }
}
