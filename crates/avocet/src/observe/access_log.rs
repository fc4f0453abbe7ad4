//! `AccessLog`: a line for each request.

use std::fmt;
use std::io::{self, Write};

use tracing::Span;

use super::line::Line;
use super::log_writer::{LogWriter, lines_lost};
use crate::report;

/// The output and the format of the access log, which has a line for each request.
///
/// The default is an event of `tracing` at level `info` with the target `avocet::access`: a program with a
/// subscriber has the access log in the subscriber's format, and a filter such as `avocet::access=off` turns it off.
/// Without a subscriber it costs nothing. [`text`](Self::text) and [`json`](Self::json) write lines without a subscriber.
///
/// A line is written when the connection accepts the last byte of the response, or when it is certain that no more will be sent. The
/// line of a WebSocket describes its handshake, the response 101; that of a route with `detach` is written at the handler's end.
///
/// | member | content |
/// |---|---|
/// | `time` | when the head of the request was complete, UTC |
/// | `client` | the address and port of the client, or `unix`; absent without a socket |
/// | `method` | as received |
/// | `route` | the template of the route, such as `/items/{id}`; absent when there was none |
/// | `path` | as received, without the query; the template where a variable is a [`Secret`](crate::types::Secret), also for another method or slash |
/// | `status` | absent if there was no response |
/// | `bytes` | of the response body, before any compression by a proxy or layer |
/// | `duration_ms` | from the request head to the end of the response |
/// | `first_byte_ms` | from the request head to the first byte of the response body; absent if there was none |
/// | `end` | `whole`; `left` if the connection ended first (the client disconnected, or was cut off at a limit); `failed` if the server aborted the response |
/// | `request_id` | the [`RequestId`](super::RequestId) |
/// | `trace_id` | the trace of the caller, if it sent one |
///
/// Headers, cookies, queries and bodies are never logged. Values chosen by the client are truncated at 1 KiB, and control characters
/// are escaped, so that a request cannot forge a line or control a terminal.
///
/// # Lost lines
///
/// [`text`](Self::text), [`json`](Self::json) and their variants write in a separate thread, so that a full pipe or a
/// slow disk does not delay requests. At most 4096 lines are queued. Further lines are lost, which is reported in the log once
/// it can be written again: `12 log lines were dropped: the reader of the log was too slow`, or `{"lost_lines":12}`. A server that stops waits
/// up to a second for the last lines; [`finish`](Self::finish) does the same without a server.
///
/// ```
/// use avocet::observe::AccessLog;
///
/// let app = avocet::App::new("Embedder", "1.0.0").access_log(AccessLog::json());
/// ```
#[derive(Clone, Default)]
pub struct AccessLog(To);

#[derive(Clone, Default)]
enum To {
    #[default]
    Tracing,
    Nowhere,
    Lines(Format, LogWriter),
}

#[derive(Clone, Copy)]
enum Format {
    Text,
    Json,
}

impl AccessLog {
    /// Logs events of `tracing`: the default.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").access_log(avocet::observe::AccessLog::tracing());
    /// ```
    pub fn tracing() -> Self {
        Self(To::Tracing)
    }

    /// Disables the access log.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").access_log(avocet::observe::AccessLog::off());
    /// ```
    pub fn off() -> Self {
        Self(To::Nowhere)
    }

    /// Writes lines for people to standard output:
    /// `2026-11-22T19:02:45.123Z 192.0.2.7:51034 GET /items/7 200 12B 1.234ms whole 3f0c…`.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").access_log(avocet::observe::AccessLog::text());
    /// ```
    pub fn text() -> Self {
        Self::text_to(io::stdout())
    }

    /// Writes the same lines to any writer.
    ///
    /// ```
    /// let log = avocet::observe::AccessLog::text_to(std::io::stderr());
    /// ```
    pub fn text_to(out: impl Write + Send + 'static) -> Self {
        Self::lines(Format::Text, out)
    }

    /// Writes JSON objects, one per line, to standard output.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").access_log(avocet::observe::AccessLog::json());
    /// ```
    pub fn json() -> Self {
        Self::json_to(io::stdout())
    }

    /// Writes the same JSON lines to any writer.
    ///
    /// ```
    /// let log = avocet::observe::AccessLog::json_to(std::io::stderr());
    /// ```
    pub fn json_to(out: impl Write + Send + 'static) -> Self {
        Self::lines(Format::Json, out)
    }

    fn lines(format: Format, out: impl Write + Send + 'static) -> Self {
        let told = match format {
            Format::Text => lines_lost,
            Format::Json => |count| format!("{{\"lost_lines\":{count}}}\n"),
        };
        match LogWriter::to(out, told) {
            Ok(writer) => Self(To::Lines(format, writer)),
            Err(error) => {
                report::say(&format_args!("no access log is written: {error}"));
                Self(To::Nowhere)
            }
        }
    }

    /// Waits until the lines so far are written, but at most a second: for the end of a program that runs the service in a custom
    /// server.
    ///
    /// ```
    /// # #[avocet::main]
    /// # async fn main() {
    /// let log = avocet::observe::AccessLog::json();
    /// let app = avocet::App::new("Embedder", "1.0.0").access_log(log.clone());
    /// log.finish().await;
    /// # }
    /// ```
    pub async fn finish(&self) {
        if let To::Lines(_, writer) = &self.0 {
            let writer = writer.clone();
            // It blocks, so it must not run on a thread of the runtime.
            let _ = tokio::task::spawn_blocking(move || writer.finish()).await;
        }
    }

    /// Returns whether a line would be written or received by a subscriber.
    pub(super) fn is_wanted(&self) -> bool {
        match &self.0 {
            To::Tracing => tracing::enabled!(target: "avocet::access", tracing::Level::INFO),
            To::Nowhere => false,
            To::Lines(..) => true,
        }
    }

    /// Writes the line of the request that `span` belongs to.
    pub(super) fn report(&self, line: &Line<'_>, span: &Span) {
        match &self.0 {
            To::Tracing => line.log_to_tracing(span),
            To::Nowhere => {}
            To::Lines(format, writer) => {
                let mut text = Vec::with_capacity(256);
                match format {
                    Format::Text => line.write_text(&mut text),
                    Format::Json => line.write_json(&mut text),
                }
                text.push(b'\n');
                writer.say(text);
            }
        }
    }
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = match &self.0 {
            To::Tracing => "tracing",
            To::Nowhere => "off",
            To::Lines(..) => "lines",
        };
        write!(f, "AccessLog({to})")
    }
}
