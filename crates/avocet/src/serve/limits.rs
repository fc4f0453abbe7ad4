//! Every limit of the server, in one table.
//!
//! The table is written once, at the end of this file. It generates the struct, its defaults, setters, checks and
//! documentation, and the output of `--limits`.

mod entry;
mod error;
mod value;

use std::time::Duration;

pub use entry::LimitEntry;
pub use error::LimitError;
use value::LimitValue;

/// An amount as written in the table: `10 s`, `32 KiB`, `100`.
macro_rules! amount {
    ($count:literal ms) => {
        Duration::from_millis($count)
    };
    ($count:literal s) => {
        Duration::from_secs($count)
    };
    ($count:literal days) => {
        Duration::from_secs($count * 24 * 60 * 60)
    };
    ($count:literal KiB) => {
        $count << 10
    };
    ($count:literal MiB) => {
        $count << 20
    };
    ($count:literal GiB) => {
        $count << 30
    };
    ($count:literal) => {
        $count
    };
}

macro_rules! limits {
    (
        $(#[doc = $before:literal])*
        struct Limits {
            $(#[doc = $after:literal])*
        }
        $(
            $title:literal:
            $(
                $(#[doc = $doc:literal])+
                $name:ident: $type:ty = ($($default:tt)+), ($($least:tt)+) to ($($most:tt)+), $seen:literal, such as $example:expr;
            )+
        )+
    ) => {
        $(#[doc = $before])*
        $(
            #[doc = concat!("\n# ", $title, "\n\n| limit | default | what the client sees |\n|---|---|---|")]
            $(
                #[doc = concat!(
                    "| [`", stringify!($name), "`](Self::", stringify!($name), ") | ", stringify!($($default)+), " | ", $seen, " |"
                )]
            )+
        )+
        $(#[doc = $after])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Limits {
            $($(pub(crate) $name: $type,)+)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self {
                    $($($name: amount!($($default)+),)+)+
                }
            }
        }

        impl Limits {
            $($(
                $(#[doc = $doc])+
                #[doc = concat!(
                    "\nDefault ", stringify!($($default)+),
                    ", from ", stringify!($($least)+), " to ", stringify!($($most)+), "."
                )]
                ///
                /// ```
                /// # use avocet::serve::Limits;
                /// # use std::time::Duration;
                #[doc = concat!("let limits = Limits::default().", stringify!($name), "(", stringify!($example), ");")]
                /// # assert!(limits.check().is_ok());
                /// ```
                pub fn $name(mut self, $name: $type) -> Self {
                    self.$name = $name;
                    self
                }
            )+)+

            /// Returns every limit with its current value, in the order of the table above.
            ///
            /// ```
            /// # use avocet::serve::Limits;
            /// let entries = Limits::default().body_bytes(4 << 20).entries();
            /// let body = entries.iter().find(|entry| entry.name() == "body_bytes").unwrap();
            /// assert_eq!((body.value(), body.default()), ("4 MiB", "2 MiB"));
            /// ```
            pub fn entries(&self) -> Vec<LimitEntry> {
                vec![$($(
                    LimitEntry {
                        name: stringify!($name),
                        value: self.$name.show(stringify!($name)),
                        default: stringify!($($default)+),
                        least: stringify!($($least)+),
                        most: stringify!($($most)+),
                        about: &[$($doc),+],
                    },
                )+)+]
            }

            /// Sets a limit by its name to a value in text form: `30s`, `250 ms`, `64 KiB`, `100`.
            ///
            /// ```
            /// # use avocet::serve::Limits;
            /// let mut limits = Limits::default();
            /// limits.set("body_bytes", "16 MiB").unwrap();
            /// assert_eq!(limits, Limits::default().body_bytes(16 << 20));
            ///
            /// let error = limits.set("body_bytes", "lots").unwrap_err();
            /// assert_eq!(error.to_string(), "the limit `body_bytes` is `lots`, but must be a number of bytes, such as `65536`, `64 KiB` or `2 MiB`");
            /// ```
            ///
            /// # Errors
            ///
            /// If no limit has this name, if the text cannot be parsed, or if the value is out of its range.
            pub fn set(&mut self, name: &str, text: &str) -> Result<(), LimitError> {
                match name {
                    $($(
                        stringify!($name) => {
                            let value = LimitValue::parse(text, name).map_err(|expected| {
                                LimitError::one(format!("the limit `{name}` is `{text}`, but must be {expected}"))
                            })?;
                            range(name, &value, &amount!($($least)+), &amount!($($most)+)).map_err(LimitError::one)?;
                            self.$name = value;
                        }
                    )+)+
                    _ => return Err(LimitError::one(format!("there is no limit `{name}`; `--limits` lists them all"))),
                }
                Ok(())
            }

            /// Checks every value, and reports all that are out of range together.
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
            /// If a limit is out of the range that its setter documents.
            pub fn check(&self) -> Result<(), LimitError> {
                let errors = [$($(
                    range(stringify!($name), &self.$name, &amount!($($least)+), &amount!($($most)+)),
                )+)+];
                LimitError::all(errors.into_iter().filter_map(Result::err).collect())
            }
        }
    };
}

fn range<V: LimitValue + PartialOrd>(
    name: &str,
    value: &V,
    least: &V,
    most: &V,
) -> Result<(), String> {
    let (bound, which) = if value < least {
        (least, "at least")
    } else if value > most {
        (most, "at most")
    } else {
        return Ok(());
    };
    Err(format!(
        "the limit `{name}` is {}, but must be {which} {}",
        value.show(name),
        bound.show(name)
    ))
}

limits! {
    /// Limits on the resources that one client, and all clients together, can use.
    ///
    /// Every limit has a finite default and a finite range. The server checks them when it starts: an invalid value is an error
    /// that names the limit.
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
    struct Limits {
        ///
        /// # Memory use
        ///
        /// The server uses at most the sum of these, in addition to the handlers' own memory:
        ///
        /// | what | bytes |
        /// |---|---|
        /// | the program | about 10 MiB |
        /// | each connection, also when idle | 16 KiB |
        /// | each HTTP/1 connection | `2 × buffer_bytes` and a piece of its response; `2 × header_bytes` more for a head in pieces |
        /// | each HTTP/2 connection | `http2_window_bytes` |
        /// | each open HTTP/2 stream | `header_bytes + buffer_bytes` and a piece of its response |
        /// | each JSON body being received | its route's limit; twice that without a `Content-Length` |
        /// | each form being received | `form_text_bytes` and 1.25 MiB of its files, independent of its route's limit |
        ///
        /// A piece is 16 KiB and one item for a stream, and the whole text for any other response. With HTTP/1 alone the sum is
        /// `10 MiB + connections × (32 KiB + 2 × buffer_bytes)` plus the bodies. It does not include the system's socket buffers, which
        /// have their own limits.
        ///
        /// It does not include the value that a JSON body is parsed into and that the handler holds. That value can take hundreds of
        /// times the memory of its text, for example if each `{}` of an array becomes a struct of many empty fields. Constraints bound
        /// it: of an array, set or map with more items than its `max_items`, at most `max_items` are held.
        ///
        /// The page of the module `websocket` documents the memory use of a WebSocket.
    }

    "For each request":

    /// How long a client may take to send the head of a request (the request line and the headers).
    ///
    /// The time starts at the head's first byte; for the first request of a connection, when the connection is accepted or its
    /// TLS handshake completes.
    header_time: Duration = (10 s), (1 ms) to (365 days), "the connection closes", such as Duration::from_secs(5);

    /// How many bytes the head of a request may have; the same bound holds for chunked trailers.
    ///
    /// A request line that exceeds the limit by itself is rejected with `414`.
    ///
    /// HTTP/2 adds 32 bytes for each header, as its standard defines.
    header_bytes: usize = (32 KiB), (1 KiB) to (1 MiB), "`431` or `414`; HTTP/1 then closes", such as 16 * 1024;

    /// How many headers a request may have.
    ///
    /// Up to 100, HTTP/1 parses them without an allocation.
    header_count: usize = (100), (1) to (1000), "`431`; HTTP/1 then closes", such as 64;

    /// How many bytes the body of a request may have, unless its route sets a limit; this includes routes that read no body.
    ///
    /// Zero rejects every body.
    body_bytes: usize = (2 MiB), (0) to (1024 GiB), "`413`", such as 16 * 1024 * 1024;

    /// How many bytes a compressed body may have after decoding, if that is more than the limit on its body.
    ///
    /// Without the feature `compression` the server reads no compressed bodies, and this limit has no effect.
    decoded_body_bytes: usize = (8 MiB), (0) to (1024 GiB), "`413`", such as 64 * 1024 * 1024;

    /// How deeply the JSON of a body may be nested.
    ///
    /// Each level uses some of the thread's stack while it is read, and a stack overflow aborts the process: hence
    /// the upper bound.
    json_depth: usize = (128), (1) to (256), "`422`, `json_invalid`", such as 32;

    /// How many text fields a form may have; repeated ones are counted separately.
    ///
    /// Zero rejects every field. A route can set its own limit, as for the next two limits: see
    /// [`FormLimits`](crate::operation::FormLimits).
    form_fields: usize = (1000), (0) to (1_000_000), "`400`", such as 50;

    /// How many files a form may have. Each one may keep a temporary file open.
    ///
    /// Zero rejects every file.
    form_files: usize = (64), (0) to (10000), "`400`", such as 4;

    /// How many bytes the text fields of a multipart form may have together, and how many a urlencoded form may have in its
    /// encoded form.
    ///
    /// Files are not counted here: their content beyond 1 MiB is written to disk, and [`body_bytes`](Self::body_bytes)
    /// or the route's own limit bounds them.
    form_text_bytes: usize = (1 MiB), (0) to (1 GiB), "`413`", such as 64 * 1024;

    /// How many bytes the headers of one part of a multipart form may have.
    ///
    /// Independent of the limits, a part has at most 16 headers, a field name at most 256 bytes, a file name at most 1024, and at
    /// most 4 KiB may precede the first part and follow the last one.
    form_head_bytes: usize = (8 KiB), (256) to (64 KiB), "`400`", such as 1024;

    /// The minimum rate, in bytes per second, at which a client must send its body.
    ///
    /// Only the time in which the handler waits for the client counts, and only beyond [`body_grace`](Self::body_grace).
    body_rate: u32 = (240), (1) to (1_000_000_000), "`408`", such as 1024;

    /// How long the server waits for a body in total, in addition to the time that
    /// [`body_rate`](Self::body_rate) allows for the bytes that have arrived.
    body_grace: Duration = (5 s), (1 ms) to (365 days), "`408`", such as Duration::from_secs(10);

    "For each connection":

    /// How long a client may take for the TLS handshake, from the time its connection is accepted.
    ///
    /// Without TLS it has no effect.
    tls_time: Duration = (10 s), (1 ms) to (365 days), "the connection closes", such as Duration::from_secs(5);

    /// How long an idle connection stays open, counted from the end of the last response.
    ///
    /// Behind a load balancer this should be longer than the balancer's own limit. Otherwise the balancer
    /// occasionally sends a request into a connection that is just closing.
    idle_time: Duration = (75 s), (1 ms) to (365 days),
        "HTTP/1: the connection closes; HTTP/2: `GOAWAY`", such as Duration::from_secs(120);

    /// How long a client may read none of the bytes that wait for it; on HTTP/2, of none of its streams.
    ///
    /// Time in which the handler has nothing to send does not count: a quiet token stream is never closed. Bytes in the system's
    /// send buffer are discarded with the connection; otherwise the system would hold them for minutes.
    ///
    /// Progress is measured in steps: the system reports that a client has read bytes for every 64 KiB, and the client's own system
    /// reports it for a sixteenth of its receive buffer, which Linux lets grow to 6 MiB for clients that have read fast. A client
    /// that reads 512 KiB within this time, 17 KiB a second by default, is never closed; one whose receive buffer is small is
    /// safe at 3 KiB a second.
    write_stall: Duration = (30 s), (1 ms) to (365 days), "the connection is reset", such as Duration::from_secs(10);

    /// How long a handler may take to respond after the client has closed its sending side; on HTTP/2, every handler of the
    /// connection.
    ///
    /// A client that sends its request, closes its side and still reads (`nc -N`) cannot be distinguished from one that has
    /// disconnected before something is written to it. A response that is ready within this time is sent completely; a handler that
    /// takes longer is cancelled. An event stream that has begun continues: two heartbeats, 20 ms apart, show whether the client is
    /// still connected. A reset cancels everything at once.
    half_close_grace: Duration = (25 ms), (1 ms) to (365 days), "the connection closes", such as Duration::from_millis(100);

    /// How many bytes are buffered in each direction: read but not yet used, or ready but not yet sent.
    ///
    /// For HTTP/2 the send buffer is counted per stream.
    buffer_bytes: usize = (64 KiB), (8 KiB) to (16 MiB),
        "nothing: the server reads or writes less at a time", such as 128 * 1024;

    /// How many requests may be open at the same time on one HTTP/2 connection.
    http2_streams: u32 = (200), (1) to (10000), "the client receives the limit; the server rejects further streams", such as 100;

    /// How many bytes of bodies an HTTP/2 client may send before they are read.
    ///
    /// A larger window is faster over long distances.
    http2_window_bytes: u32 = (1 MiB), (64 KiB) to (1 GiB), "the client receives the limit, and waits", such as 4 * 1024 * 1024;

    /// How many streams an HTTP/2 client may cause the server to reset before the connection is closed.
    ///
    /// It bounds the effect of deliberately invalid requests.
    http2_local_resets: usize = (1024), (1) to (1_000_000), "`GOAWAY` with `ENHANCE_YOUR_CALM`", such as 256;

    /// How many streams an HTTP/2 client may open and reset before the server has processed them.
    ///
    /// It protects against the "rapid reset" attack.
    http2_pending_resets: usize = (20), (1) to (1_000_000), "`GOAWAY` with `ENHANCE_YOUR_CALM`", such as 10;

    /// How long an HTTP/2 client may send nothing before the server sends it a `PING`.
    http2_ping_interval: Duration = (20 s), (1 ms) to (365 days), "a `PING` to answer", such as Duration::from_secs(60);

    /// How long an HTTP/2 client may take to respond to that `PING`.
    http2_ping_timeout: Duration = (20 s), (1 ms) to (365 days),
        "the connection closes", such as Duration::from_secs(10);

    "For each WebSocket":

    /// How many bytes a WebSocket message may have, unless its route sets a limit.
    websocket_message_bytes: usize = (1 MiB), (1) to (1024 GiB), "close `1009`", such as 64 * 1024;

    /// How many bytes one frame of a message may have.
    ///
    /// A route with its own message limit accepts frames up to that size.
    websocket_frame_bytes: usize = (256 KiB), (1) to (1024 GiB), "close `1009`", such as 64 * 1024;

    /// How long a client may send nothing before the server sends it a ping.
    websocket_ping_interval: Duration = (20 s), (1 ms) to (365 days), "a ping to answer", such as Duration::from_secs(60);

    /// How long the client may take to respond to that ping.
    websocket_ping_timeout: Duration = (20 s), (1 ms) to (365 days),
        "the connection closes", such as Duration::from_secs(10);

    /// How long a WebSocket may stay open without a message in either direction; pings do not count.
    websocket_idle_time: Duration = (3600 s), (1 ms) to (365 days), "close `3008`", such as Duration::from_secs(10 * 60);

    /// How long a client may take for each step of the close: to answer a close frame, and then to disconnect.
    ///
    /// A handler that is notified of the end has the same time for its last messages.
    websocket_close_time: Duration = (5 s), (1 ms) to (365 days), "the connection closes", such as Duration::from_secs(1);

    "For the whole server":

    /// How many connections may be open at the same time.
    ///
    /// Above it the server stops accepting until one ends; new ones wait in the system's queue. That
    /// costs no memory and loses no request, and a short burst has no visible effect.
    /// Each connection takes a file descriptor of the process: the server raises the soft limit of open files to this number plus 64,
    /// and logs a warning at start if the hard limit is lower. The limit applies to all workers together.
    connections: usize = (10000), (1) to (1_000_000), "its connection waits in the system's queue", such as 500;

    /// How many connections may be open at the same time from one IP address, for all workers together.
    ///
    /// The default equals that of [`connections`](Self::connections), so it has no effect until it is lowered: many people may
    /// share one address, and all clients of a proxy share its address. IPv6 addresses are counted by their first 64 bits.
    /// Clients on a Unix socket have no address and are not counted.
    connections_per_address: usize = (10000), (1) to (1_000_000), "its connection closes", such as 50;

    /// How many functions of [`Tasks::produce`](crate::tasks::Tasks::produce) may run at the same time, each on its own thread.
    producers: usize = (512), (1) to (100_000), "`503`", such as 64;

    /// How long open requests may take to finish after the server receives a shutdown signal.
    ///
    /// It should be shorter than the time after which the service manager (systemd, Kubernetes) kills the process.
    drain_time: Duration = (30 s), (1 ms) to (365 days),
        "its connection closes, even in the middle of a response", such as Duration::from_secs(25);
}
