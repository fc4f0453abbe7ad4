//! `AccessLog`: a line for each request.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::line::Line;

/// Where a line for each request goes, and what it looks like.
///
/// Unless said otherwise it is an event of `tracing` at level `info` with the target `avocet::access`: whoever has a
/// subscriber has the access log, in the subscriber's format, and a filter such as `avocet::access=off` turns it off.
/// A program without a subscriber pays nothing. [`text`](Self::text) and [`json`](Self::json) write lines without one.
///
/// A line is written when the last byte of the answer was handed to the connection, or when it is certain that none will be:
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
    Lines(Arc<Lines>),
}

struct Lines {
    format: Format,
    out: Mutex<Box<dyn Write + Send>>,
}

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
    /// The line is written by the thread that served the request; where standard output can block, use `tracing` with
    /// a subscriber that has a queue.
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
        let out = Mutex::new(Box::new(out) as Box<dyn Write + Send>);
        Self(To::Lines(Arc::new(Lines { format, out })))
    }

    /// Whether a line of a request would be seen by anybody.
    pub(super) fn is_wanted(&self) -> bool {
        match &self.0 {
            To::Tracing => tracing::enabled!(target: "avocet::access", tracing::Level::INFO),
            To::Nowhere => false,
            To::Lines(_) => true,
        }
    }

    pub(super) fn tell(&self, line: &Line<'_>) {
        match &self.0 {
            To::Tracing => line.tell_tracing(),
            To::Nowhere => {}
            To::Lines(lines) => {
                let mut text = Vec::with_capacity(256);
                match lines.format {
                    Format::Text => line.write_text(&mut text),
                    Format::Json => line.write_json(&mut text),
                }
                text.push(b'\n');
                let mut out = lines.out.lock().unwrap_or_else(PoisonError::into_inner);
                // A log that cannot be written is no reason to fail a request, and there is nowhere else to say so.
                let _ = out.write_all(&text).and_then(|()| out.flush());
            }
        }
    }
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = match &self.0 {
            To::Tracing => "tracing",
            To::Nowhere => "off",
            To::Lines(_) => "lines",
        };
        write!(f, "AccessLog({to})")
    }
}
