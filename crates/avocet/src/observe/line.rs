//! The access log line of one request, in each format.

use std::fmt::Display;
use std::io::Write;
use std::time::{Duration, SystemTime};

use http::Method;
use serde::{Serialize, Serializer};
use tracing::Span;

use super::RequestId;
use crate::report::Escaped;
use crate::serve::ClientAddress;

/// How a response ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    /// The connection ended before the response.
    #[default]
    Left,
    /// With its last byte.
    Whole,
    /// The server aborted it.
    Failed,
}

impl End {
    fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Whole => "whole",
            Self::Failed => "failed",
        }
    }
}

/// One request in the access log.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    #[serde(serialize_with = "timestamp")]
    pub(super) time: SystemTime,
    #[serde(serialize_with = "shown", skip_serializing_if = "Option::is_none")]
    pub(super) client: Option<ClientAddress>,
    pub(super) method: Escaped<&'a Method>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) route: Option<&'a str>,
    pub(super) path: Escaped<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    pub(super) bytes: u64,
    #[serde(rename = "duration_ms", serialize_with = "milliseconds")]
    pub(super) duration: Duration,
    #[serde(
        rename = "first_byte_ms",
        serialize_with = "some_milliseconds",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) first_byte: Option<Duration>,
    pub(super) end: End,
    #[serde(serialize_with = "text")]
    pub(super) request_id: &'a RequestId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trace_id: Option<String>,
}

impl Line<'_> {
    pub(super) fn write_json(&self, out: &mut Vec<u8>) {
        // Serializing it cannot fail.
        let _ = serde_json::to_writer(out, self);
    }

    pub(super) fn write_text(&self, out: &mut Vec<u8>) {
        let Self {
            method,
            path,
            bytes,
            request_id,
            ..
        } = self;
        // Writing to a vector does not fail.
        let _ = write!(
            out,
            "{} {} {method} {path} {} {bytes}B {}ms {} {request_id}",
            humantime::format_rfc3339_millis(self.time),
            or_dash(self.client),
            or_dash(self.status),
            in_milliseconds(self.duration),
            self.end.name(),
        );
    }

    /// Logs it to `tracing`. The caller enters the request's span; a subscriber that is not interested in it gets the ids
    /// with the event.
    pub(super) fn log_to_tracing(&self, span: &Span) {
        let has_no_span = span.is_disabled();
        tracing::info!(
            target: "avocet::access",
            client = self.client.map(tracing::field::display),
            method = %self.method,
            route = self.route,
            path = %self.path,
            status = self.status,
            bytes = self.bytes,
            duration_ms = in_milliseconds(self.duration),
            first_byte_ms = self.first_byte.map(in_milliseconds),
            end = self.end.name(),
            request_id = has_no_span.then(|| tracing::field::display(self.request_id)),
            trace_id = self.trace_id.as_deref().filter(|_| has_no_span),
            "request ended"
        );
    }
}

fn in_milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

fn or_dash<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn text<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

#[expect(clippy::ref_option, reason = "serde passes a field so")]
fn shown<T: Display, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}

fn timestamp<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&humantime::format_rfc3339_millis(*time))
}

fn milliseconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(in_milliseconds(*duration))
}

#[expect(clippy::ref_option, reason = "serde passes a field so")]
fn some_milliseconds<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    duration.map(in_milliseconds).serialize(serializer)
}

impl Serialize for End {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<T: Display> Serialize for Escaped<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
