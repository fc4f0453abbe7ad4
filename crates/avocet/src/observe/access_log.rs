//! `AccessLog`: a line for each request.

use std::fmt;
use std::io::{self, Write};

use super::line::Line;
use super::log_writer::{LogWriter, lines_lost};
use crate::report;

/// Where a line for each request goes, and what it looks like.
///
/// Unless said otherwise it is an event of `tracing` at level `info` with the target `avocet::access`: whoever has a
/// subscriber has the access log, in the subscriber's format, and a filter such as `avocet::access=off` turns it off.
/// A program without a subscriber pays nothing. [`text`](Self::text) and [`json`](Self::json) write lines without one.
///
/// A line is written when the last byte of the answer was handed to the connection, or when it is certain that none will be. That of a
/// WebSocket tells of its beginning, the answer 101; that of a route with `detach` waits for the handler's end.
///
/// | member | what |
/// |---|---|
/// | `time` | when the head of the request was complete, UTC |
/// | `client` | its address and port, or `unix`; absent without a socket |
/// | `method` | as it was sent |
/// | `route` | the template of the route, such as `/items/{id}`; absent when there was none |
/// | `path` | as it was sent, without the query; the template where a variable is a [`Secret`](crate::model::Secret), also for another method or slash |
/// | `status` | absent when there was no answer |
/// | `bytes` | of the answer's body, before any compression on the way |
/// | `duration_ms` | from the head of the request to the end of the answer |
/// | `first_byte_ms` | from the head of the request to the first byte of the answer's body; absent when there was none |
/// | `end` | `whole`; `left` when the connection ended before (the client left, or was cut at a limit); `failed` when the answer broke off on this side |
/// | `request_id` | the [`RequestId`](super::RequestId) |
/// | `trace_id` | the trace that the client named, if it did |
///
/// Headers, cookies, queries and bodies are never in it. What the client chose is cut at 1 KiB, and control characters
/// are escaped, so that no request can forge a line or steer a terminal.
///
/// # Lines that nobody reads
///
/// [`text`](Self::text), [`json`](Self::json) and their like hand each line to a thread that writes it, so that a full pipe or a
/// slow disk holds no request up. At most 4096 lines wait. More are lost, which a line says in their place when there is a reader
/// again: `12 lines of the log are lost: nobody read them in time`, or `{"lost_lines":12}`. A server that stops waits up to a
/// second for the last ones; [`finish`](Self::finish) does the same without a server.
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
    /// Events of `tracing`: the default.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").access_log(avocet::observe::AccessLog::tracing());
    /// ```
    pub fn tracing() -> Self {
        Self(To::Tracing)
    }

    /// No access log.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").access_log(avocet::observe::AccessLog::off());
    /// ```
    pub fn off() -> Self {
        Self(To::Nowhere)
    }

    /// Lines to read, on standard output:
    /// `2026-11-22T19:02:45.123Z 192.0.2.7:51034 GET /items/7 200 12B 1.234ms whole 3f0c…`.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").access_log(avocet::observe::AccessLog::text());
    /// ```
    pub fn text() -> Self {
        Self::text_to(io::stdout())
    }

    /// The same, to anything that can be written to.
    ///
    /// ```
    /// let log = avocet::observe::AccessLog::text_to(std::io::stderr());
    /// ```
    pub fn text_to(out: impl Write + Send + 'static) -> Self {
        Self::lines(Format::Text, out)
    }

    /// JSON objects, one a line, on standard output.
    ///
    /// ```
    /// let app = avocet::App::new("Embedder", "1.0.0").access_log(avocet::observe::AccessLog::json());
    /// ```
    pub fn json() -> Self {
        Self::json_to(io::stdout())
    }

    /// The same, to anything that can be written to.
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

    /// Waits until the lines so far are written, but a second at most: for the end of a program that runs the service in a server
    /// of its own.
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
            // It blocks, which is not for a thread that others work on.
            let _ = tokio::task::spawn_blocking(move || writer.finish()).await;
        }
    }

    /// Whether a line of a request would be seen by anybody.
    pub(super) fn is_wanted(&self) -> bool {
        match &self.0 {
            To::Tracing => tracing::enabled!(target: "avocet::access", tracing::Level::INFO),
            To::Nowhere => false,
            To::Lines(..) => true,
        }
    }

    pub(super) fn report(&self, line: &Line<'_>) {
        match &self.0 {
            To::Tracing => line.log_to_tracing(),
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
