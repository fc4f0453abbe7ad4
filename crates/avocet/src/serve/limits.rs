//! Every limit of the server, in one table.

use std::fmt;
use std::time::Duration;

/// A limit on time longer than this is a mistake, and would overflow the clock's arithmetic.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What one client, and all of them together, may cost the server.
///
/// Every limit has a finite default. They are checked when the server starts: a value that makes no
/// sense is an error that names the limit, never a surprise at the first request.
///
/// # For each request
///
/// | limit | default | what the client sees |
/// |---|---|---|
/// | [`header_time`](Self::header_time) | 10 s | the connection closes |
/// | [`header_bytes`](Self::header_bytes) | 32 KiB | `431`; HTTP/1 then closes |
/// | [`header_count`](Self::header_count) | 100 | `431`; HTTP/1 then closes |
/// | [`body_bytes`](Self::body_bytes) | 2 MiB | `413` |
/// | [`json_depth`](Self::json_depth) | 128 | `422`, `json_invalid` |
/// | [`form_fields`](Self::form_fields) | 1000 | `400` |
/// | [`form_files`](Self::form_files) | 64 | `400` |
/// | [`form_text_bytes`](Self::form_text_bytes) | 1 MiB | `413` |
/// | [`form_head_bytes`](Self::form_head_bytes) | 8 KiB | `400` |
/// | [`body_rate`](Self::body_rate) | 240 bytes/s | `408` |
/// | [`body_grace`](Self::body_grace) | 5 s | how long a body may be slower than `body_rate` |
///
/// # For each connection
///
/// | limit | default | what the client sees |
/// |---|---|---|
/// | [`tls_time`](Self::tls_time) | 10 s | the connection closes |
/// | [`idle_time`](Self::idle_time) | 75 s | HTTP/1: the connection closes; HTTP/2: `GOAWAY` |
/// | [`write_stall`](Self::write_stall) | 30 s | the connection closes |
/// | [`buffer_bytes`](Self::buffer_bytes) | 64 KiB | nothing: the server reads or writes less at a time |
/// | [`http2_streams`](Self::http2_streams) | 200 | it is told so; a further stream is refused |
/// | [`http2_window_bytes`](Self::http2_window_bytes) | 1 MiB | it is told so, and waits |
/// | [`http2_local_resets`](Self::http2_local_resets) | 1024 | `GOAWAY` with `ENHANCE_YOUR_CALM` |
/// | [`http2_pending_resets`](Self::http2_pending_resets) | 20 | `GOAWAY` with `ENHANCE_YOUR_CALM` |
/// | [`http2_ping_interval`](Self::http2_ping_interval) | 20 s | a `PING` to answer |
/// | [`http2_ping_timeout`](Self::http2_ping_timeout) | 20 s | the connection closes |
///
/// # For the whole server
///
/// | limit | default | what the client sees |
/// |---|---|---|
/// | [`connections`](Self::connections) | 10 000 | its connection waits in the system's queue |
/// | [`drain_time`](Self::drain_time) | 30 s | its connection closes, even in the middle of an answer |
///
/// # How much memory that is
///
/// An HTTP/1 connection holds at most `2 × buffer_bytes` and one chunk of the answer (an idle one about
/// 16 KiB). An HTTP/2 connection holds at most `http2_window_bytes` of bodies nobody has read yet, and
/// for each open stream `header_bytes`, `buffer_bytes` and one chunk of the answer.
///
/// A body that is read as JSON is held whole, so up to the route's limit. A form holds about `form_text_bytes` and 1 MiB
/// of its files at most, whatever the route's limit is.
///
/// # Example
///
/// ```
/// use avocet::serve::Limits;
/// use std::time::Duration;
///
/// let limits = Limits::default()
///     .body_bytes(16 * 1024 * 1024)
///     .connections(500)
///     .drain_time(Duration::from_secs(60));
/// assert!(limits.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    pub(crate) header_time: Duration,
    pub(crate) header_bytes: usize,
    pub(crate) header_count: usize,
    pub(crate) body_bytes: usize,
    pub(crate) json_depth: usize,
    pub(crate) form_fields: usize,
    pub(crate) form_files: usize,
    pub(crate) form_text_bytes: usize,
    pub(crate) form_head_bytes: usize,
    pub(crate) body_rate: u32,
    pub(crate) body_grace: Duration,
    pub(crate) tls_time: Duration,
    pub(crate) idle_time: Duration,
    pub(crate) write_stall: Duration,
    pub(crate) buffer_bytes: usize,
    pub(crate) http2_streams: u32,
    pub(crate) http2_window_bytes: u32,
    pub(crate) http2_local_resets: usize,
    pub(crate) http2_pending_resets: usize,
    pub(crate) http2_ping_interval: Duration,
    pub(crate) http2_ping_timeout: Duration,
    pub(crate) connections: usize,
    pub(crate) drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_time: Duration::from_secs(10),
            header_bytes: 32 * 1024,
            header_count: 100,
            body_bytes: 2 * 1024 * 1024,
            json_depth: 128,
            form_fields: 1000,
            form_files: 64,
            form_text_bytes: 1024 * 1024,
            form_head_bytes: 8 * 1024,
            body_rate: 240,
            body_grace: Duration::from_secs(5),
            tls_time: Duration::from_secs(10),
            idle_time: Duration::from_secs(75),
            write_stall: Duration::from_secs(30),
            buffer_bytes: 64 * 1024,
            http2_streams: 200,
            http2_window_bytes: 1024 * 1024,
            http2_local_resets: 1024,
            http2_pending_resets: 20,
            http2_ping_interval: Duration::from_secs(20),
            http2_ping_timeout: Duration::from_secs(20),
            connections: 10_000,
            drain_time: Duration::from_secs(30),
        }
    }
}

/// Writes the setters, each with its documentation and an example made of its own name.
macro_rules! setters {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $example:literal;)+) => {
        impl Limits {
            $(
                $(#[doc = $doc])+
                ///
                /// ```
                /// # use avocet::serve::Limits;
                /// # use std::time::Duration;
                #[doc = concat!("let limits = Limits::default().", stringify!($name), "(", $example, ");")]
                /// # assert!(limits.check().is_ok());
                /// ```
                pub fn $name(mut self, $name: $type) -> Self {
                    self.$name = $name;
                    self
                }
            )+
        }
    };
}

setters! {
    /// How long a client may take to send the head of a request (the request line and the headers),
    /// from its first byte; for the first request of a connection, from the moment it was accepted or its
    /// TLS handshake was over.
    ///
    /// Default 10 s, at least 1 ms.
    header_time: Duration = "Duration::from_secs(5)";

    /// How many bytes the head of a request may have; the same bound holds for chunked trailers.
    ///
    /// HTTP/2 counts 32 bytes more for each header, as its standard says.
    /// Default 32 KiB; from 1 KiB to 1 MiB.
    header_bytes: usize = "16 * 1024";

    /// How many headers a request may have.
    ///
    /// Default 100; from 1 to 1000. Up to 100, HTTP/1 parses them without an allocation.
    header_count: usize = "64";

    /// How many bytes the body of a request may have, unless its route says otherwise.
    ///
    /// Default 2 MiB. Zero refuses every body.
    body_bytes: usize = "16 * 1024 * 1024";

    /// How deeply the JSON of a body may be nested.
    ///
    /// Each level takes some of the thread's stack while it is read. Default 128; from 1 to 1000.
    json_depth: usize = "32";

    /// How many fields of text a form may have, repeated ones counted each.
    ///
    /// Default 1000. Zero refuses every field.
    form_fields: usize = "50";

    /// How many files a form may have. Each one may hold a temporary file open.
    ///
    /// Default 64. Zero refuses every file.
    form_files: usize = "4";

    /// How many bytes the text fields of a multipart form may have together, and how many a urlencoded form as it is
    /// sent. Files do not count here: what they hold beyond 1 MiB goes to disk, and [`body_bytes`](Self::body_bytes)
    /// or the route's own limit bounds them.
    ///
    /// Default 1 MiB.
    form_text_bytes: usize = "64 * 1024";

    /// How many bytes the headers of one part of a multipart form may have.
    ///
    /// A part has at most 16 headers, a field's name at most 256 bytes, a file's name 1024, and 4 KiB may stand before the
    /// first part and after the last one, whatever the limits.
    /// Default 8 KiB; from 256 bytes to 64 KiB.
    form_head_bytes: usize = "1024";

    /// The least bytes per second at which a client must send its body. Only time in which the handler
    /// waits for the client counts, and only past [`body_grace`](Self::body_grace).
    ///
    /// Default 240 bytes per second, at least 1.
    body_rate: u32 = "1024";

    /// How long the server waits for a body in total, on top of what
    /// [`body_rate`](Self::body_rate) allows for the bytes that have arrived.
    ///
    /// Default 5 s, at least 1 ms.
    body_grace: Duration = "Duration::from_secs(10)";

    /// How long a client may take for the TLS handshake, from the moment it was accepted.
    ///
    /// Default 10 s, at least 1 ms. Without TLS it has no meaning.
    tls_time: Duration = "Duration::from_secs(5)";

    /// How long a connection may stay open with nothing to do, counted from the end of the last answer.
    ///
    /// Behind a load balancer this should be longer than the balancer's own limit, or the balancer
    /// will now and then send a request into a connection that is just closing.
    /// Default 75 s, at least 1 ms.
    idle_time: Duration = "Duration::from_secs(120)";

    /// How long a client may take none of the bytes that are waiting for it.
    ///
    /// Time in which the handler has nothing to send does not count: a quiet token stream is never cut.
    /// Default 30 s, at least 1 ms.
    write_stall: Duration = "Duration::from_secs(10)";

    /// How many bytes are held in each direction: read but not yet used, or ready but not yet sent.
    /// For HTTP/2 the second is counted per stream.
    ///
    /// Default 64 KiB; from 8 KiB to 16 MiB.
    buffer_bytes: usize = "128 * 1024";

    /// How many requests may be open at once on one HTTP/2 connection.
    ///
    /// Default 200; from 1 to 10 000.
    http2_streams: u32 = "100";

    /// How many bytes of bodies an HTTP/2 client may send before they are read.
    ///
    /// Larger is faster over long distances. Default 1 MiB; from 64 KiB to 1 GiB.
    http2_window_bytes: u32 = "4 * 1024 * 1024";

    /// How many streams an HTTP/2 client may make the server reset before the connection is closed.
    ///
    /// Default 1024, at least 1. It bounds what a client can gain from requests that are wrong on purpose.
    http2_local_resets: usize = "256";

    /// How many streams an HTTP/2 client may open and take back before the server looked at them.
    ///
    /// Default 20, at least 1. It is the answer to the "rapid reset" attack.
    http2_pending_resets: usize = "10";

    /// How often an HTTP/2 client that sends nothing is asked whether it is still there.
    ///
    /// Default 20 s, at least 1 ms.
    http2_ping_interval: Duration = "Duration::from_secs(60)";

    /// How long an HTTP/2 client may take to answer that question.
    ///
    /// Default 20 s, at least 1 ms.
    http2_ping_timeout: Duration = "Duration::from_secs(10)";

    /// How many connections may be open at once.
    ///
    /// Above it the server stops accepting until one ends; new ones wait in the system's queue. That
    /// costs no memory and loses no request, and a short burst passes unnoticed.
    /// Default 10 000, at least 1. It should stay below the process's limit of open files.
    connections: usize = "500";

    /// How long open requests may take to finish after the server was asked to stop.
    ///
    /// Default 30 s, at least 1 ms. It should be shorter than the time after which whoever asked
    /// (systemd, Kubernetes) kills the process.
    drain_time: Duration = "Duration::from_secs(25)";
}

impl Limits {
    /// Looks at every value, and names all that make no sense.
    ///
    /// The server does this when it starts.
    ///
    /// ```
    /// # use avocet::serve::Limits;
    /// let error = Limits::default().connections(0).check().unwrap_err();
    /// assert_eq!(error.to_string(), "the limit `connections` is 0, but must be at least 1");
    /// ```
    ///
    /// # Errors
    ///
    /// If a limit is out of the range its setter documents.
    pub fn check(&self) -> Result<(), LimitError> {
        let mut problems = Vec::new();
        for (name, value) in [
            ("header_time", self.header_time),
            ("body_grace", self.body_grace),
            ("tls_time", self.tls_time),
            ("idle_time", self.idle_time),
            ("write_stall", self.write_stall),
            ("http2_ping_interval", self.http2_ping_interval),
            ("http2_ping_timeout", self.http2_ping_timeout),
            ("drain_time", self.drain_time),
        ] {
            if value < Duration::from_millis(1) {
                problems.push(format!(
                    "the limit `{name}` is {value:?}, but must be at least 1 ms"
                ));
            } else if value > LONGEST {
                problems.push(format!(
                    "the limit `{name}` is {value:?}, but must be at most a year"
                ));
            }
        }
        for (name, value, least, most) in [
            ("header_bytes", self.header_bytes as u64, 1 << 10, 1 << 20),
            ("header_count", self.header_count as u64, 1, 1000),
            ("json_depth", self.json_depth as u64, 1, 1000),
            (
                "form_head_bytes",
                self.form_head_bytes as u64,
                1 << 8,
                1 << 16,
            ),
            ("body_rate", u64::from(self.body_rate), 1, u64::MAX),
            ("buffer_bytes", self.buffer_bytes as u64, 1 << 13, 1 << 24),
            ("http2_streams", u64::from(self.http2_streams), 1, 10_000),
            (
                "http2_window_bytes",
                u64::from(self.http2_window_bytes),
                1 << 16,
                1 << 30,
            ),
            (
                "http2_local_resets",
                self.http2_local_resets as u64,
                1,
                u64::MAX,
            ),
            (
                "http2_pending_resets",
                self.http2_pending_resets as u64,
                1,
                u64::MAX,
            ),
            ("connections", self.connections as u64, 1, u64::MAX),
        ] {
            if value < least {
                problems.push(format!(
                    "the limit `{name}` is {value}, but must be at least {least}"
                ));
            } else if value > most {
                problems.push(format!(
                    "the limit `{name}` is {value}, but must be at most {most}"
                ));
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(LimitError { problems })
        }
    }
}

/// Limits that make no sense, all of them.
///
/// The wording may change; [`problems`](Self::problems) has one sentence for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitError {
    problems: Vec<String>,
}

impl LimitError {
    /// One sentence for each limit that is out of its range.
    ///
    /// ```
    /// # use avocet::serve::Limits;
    /// let error = Limits::default().connections(0).header_count(0).check().unwrap_err();
    /// assert_eq!(error.problems().len(), 2);
    /// ```
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("; "))
    }
}

impl std::error::Error for LimitError {}

impl From<LimitError> for std::io::Error {
    fn from(error: LimitError) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, error)
    }
}
