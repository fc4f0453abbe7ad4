//! Reports from code anywhere: to the operator, with `tracing` or on standard error if no subscriber is installed, and to the metrics
//! of the current request.

use std::any::Any;
use std::fmt::Display;
use std::io::Write;

use http::StatusCode;

mod escaped;
mod notes;
mod rejection;

use avocet_context::RequestId;

pub(crate) use escaped::Escaped;
pub(crate) use notes::{ItemCount, Noted, counting_items, limit_hit, rejected};
pub(crate) use rejection::RejectionReason;

/// Logs why a request failed, for errors whose reason is not sent to the client.
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

/// Writes a line to standard error. A failed write is ignored, because a closed standard error must not cause a panic.
pub(crate) fn say(what: &dyn Display) {
    let _ = writeln!(std::io::stderr(), "{what}");
}

/// Logs a fault of a part of the application; the application continues.
pub(crate) fn trouble(what: &dyn Display) {
    let what = Escaped(what);
    if tracing::dispatcher::has_been_set() {
        tracing::error!("{what}");
    } else {
        say(&what);
    }
}

/// Logs that a readiness check has begun to fail.
pub(crate) fn check_failed(check: &str, why: &str) {
    let why = Escaped(why);
    if tracing::dispatcher::has_been_set() {
        tracing::warn!(check, %why, "a readiness check failed");
    } else {
        say(&format_args!("the readiness check `{check}` failed: {why}"));
    }
}

/// Describes a panic in the code of a request, and counts it for the metrics of the request.
pub(crate) fn panicked(code: &str, payload: &(dyn Any + Send)) -> String {
    notes::panic_counted();
    format!("{code} panicked: {}", panic_message(payload))
}

/// Returns the message of a panic.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> String {
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    message.unwrap_or("without a message").to_owned()
}
