//! Every limit of the server, in one table.
//!
//! The table is written once, at the end of this file; the struct, its defaults, setters, checks and documentation, and
//! what `--limits` prints, are made of it.

mod entry;
mod error;
mod value;

use std::time::Duration;

pub use entry::LimitEntry;
pub use error::LimitError;
use value::LimitValue;

/// An amount as the table writes it: `10 s`, `32 KiB`, `100`.
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

            /// Every limit with its value here, in the order of the table above.
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

            /// Sets a limit by its name to a value as people write it: `30s`, `250 ms`, `64 KiB`, `100`.
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
            /// If there is no limit of this name, if the text is no value of its kind, or if the value is out of its range.
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
                    _ => return Err(LimitError::one(format!("there is no limit `{name}`"))),
                }
                Ok(())
            }

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
    /// What one client, and all of them together, may cost the server.
    ///
    /// Every limit has a finite default and a finite range. They are checked when the server starts: a value that makes no
    /// sense is an error that names the limit, never a surprise at the first request.
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
        /// # How much memory that is
        ///
        /// At most the sum of these, beside what handlers hold themselves:
        ///
        /// | what | bytes |
        /// |---|---|
        /// | the program | about 10 MiB |
        /// | each connection, however idle | 16 KiB |
        /// | each of HTTP/1 | `2 × buffer_bytes` and a piece of its answer; `2 × header_bytes` more while a head arrives in pieces |
        /// | each of HTTP/2 | `http2_window_bytes` |
        /// | each open stream of HTTP/2 | `header_bytes + buffer_bytes` and a piece of its answer |
        /// | each JSON body on its way | its route's limit; twice that when its length was not announced |
        /// | each form on its way | `form_text_bytes` and 1.25 MiB of its files, whatever its route's limit is |
        ///
        /// A piece is 16 KiB and an item for a stream, the whole text for any other answer. With HTTP/1 alone that is
        /// `10 MiB + connections × (32 KiB + 2 × buffer_bytes)` and the bodies. What the system itself holds of a connection's bytes
        /// is not in it; it has limits of its own.
        ///
        /// Nor is the value that a JSON body becomes, which its handler holds: it can take hundreds of times the memory of its text,
        /// where each `{}` of a list becomes a struct of many empty fields. Rules bound it: of a list, set or map with more
        /// items than its `max_items`, no more than that are ever held.
        ///
        /// The page of the module `websocket` says what a WebSocket holds.
    }

    "For each request":

    /// How long a client may take to send the head of a request (the request line and the headers),
    /// from its first byte; for the first request of a connection, from the moment it was accepted or its
    /// TLS handshake was over.
    header_time: Duration = (10 s), (1 ms) to (365 days), "the connection closes", such as Duration::from_secs(5);

    /// How many bytes the head of a request may have; the same bound holds for chunked trailers.
    ///
    /// A request line that is over the limit by itself is a `414`.
    ///
    /// HTTP/2 counts 32 bytes more for each header, as its standard says.
    header_bytes: usize = (32 KiB), (1 KiB) to (1 MiB), "`431` or `414`; HTTP/1 then closes", such as 16 * 1024;

    /// How many headers a request may have.
    ///
    /// Up to 100, HTTP/1 parses them without an allocation.
    header_count: usize = (100), (1) to (1000), "`431`; HTTP/1 then closes", such as 64;

    /// How many bytes the body of a request may have, unless its route says otherwise; a route that reads no body included.
    ///
    /// Zero refuses every body.
    body_bytes: usize = (2 MiB), (0) to (1024 GiB), "`413`", such as 16 * 1024 * 1024;

    /// How many bytes a compressed body may have when it is decoded, if that is more than the limit on its body allows anyway.
    ///
    /// Without the feature `compression` no compressed body is read, and this has no meaning.
    decoded_body_bytes: usize = (8 MiB), (0) to (1024 GiB), "`413`", such as 64 * 1024 * 1024;

    /// How deeply the JSON of a body may be nested.
    ///
    /// Each level takes some of the thread's stack while it is read, and a stack that is used up ends the process: hence
    /// the upper bound.
    json_depth: usize = (128), (1) to (256), "`422`, `json_invalid`", such as 32;

    /// How many fields of text a form may have, repeated ones counted each.
    ///
    /// Zero refuses every field. A route can have its own, as for the next two: see
    /// [`FormLimits`](crate::operation::FormLimits).
    form_fields: usize = (1000), (0) to (1_000_000), "`400`", such as 50;

    /// How many files a form may have. Each one may hold a temporary file open.
    ///
    /// Zero refuses every file.
    form_files: usize = (64), (0) to (10000), "`400`", such as 4;

    /// How many bytes the text fields of a multipart form may have together, and how many a urlencoded form as it is
    /// sent.
    ///
    /// Files do not count here: what they hold beyond 1 MiB goes to disk, and [`body_bytes`](Self::body_bytes)
    /// or the route's own limit bounds them.
    form_text_bytes: usize = (1 MiB), (0) to (1 GiB), "`413`", such as 64 * 1024;

    /// How many bytes the headers of one part of a multipart form may have.
    ///
    /// A part has at most 16 headers, a field's name at most 256 bytes, a file's name 1024, and 4 KiB may stand before the
    /// first part and after the last one, whatever the limits.
    form_head_bytes: usize = (8 KiB), (256) to (64 KiB), "`400`", such as 1024;

    /// The least bytes per second at which a client must send its body.
    ///
    /// Only time in which the handler waits for the client counts, and only past [`body_grace`](Self::body_grace).
    body_rate: u32 = (240), (1) to (1_000_000_000), "`408`", such as 1024;

    /// How long the server waits for a body in total, on top of what
    /// [`body_rate`](Self::body_rate) allows for the bytes that have arrived.
    body_grace: Duration = (5 s), (1 ms) to (365 days), "`408`", such as Duration::from_secs(10);

    "For each connection":

    /// How long a client may take for the TLS handshake, from the moment it was accepted.
    ///
    /// Without TLS it has no meaning.
    tls_time: Duration = (10 s), (1 ms) to (365 days), "the connection closes", such as Duration::from_secs(5);

    /// How long a connection may stay open with nothing to do, counted from the end of the last answer.
    ///
    /// Behind a load balancer this should be longer than the balancer's own limit, or the balancer
    /// will now and then send a request into a connection that is just closing.
    idle_time: Duration = (75 s), (1 ms) to (365 days),
        "HTTP/1: the connection closes; HTTP/2: `GOAWAY`", such as Duration::from_secs(120);

    /// How long a client may take none of the bytes that are waiting for it: on HTTP/2, of none of its streams.
    ///
    /// Time in which the handler has nothing to send does not count: a quiet token stream is never cut. What waits in the system
    /// is thrown away with the connection, or it would be held for minutes.
    ///
    /// Progress is seen in steps: the system reports that a client has taken bytes for every 64 KiB, and the client's own system
    /// reports it for a sixteenth of its receive buffer, which Linux lets grow to 6 MiB for clients that have read fast. A client
    /// that takes 512 KiB within this time, 17 KiB a second by default, is never cut; one whose receive buffer is small is
    /// safe at 3 KiB a second.
    write_stall: Duration = (30 s), (1 ms) to (365 days), "the connection is reset", such as Duration::from_secs(10);

    /// How long a handler may take to its answer after the client has closed its sending side, on HTTP/2 every handler of the
    /// connection.
    ///
    /// A client that sends its request, closes its side and still reads (`nc -N`) cannot be told from one that has left before
    /// something is written to it. An answer that is ready within this time is sent to its end; a handler that takes longer is
    /// cancelled. An event stream that has begun goes on: two signs of life, 20 ms apart, show whether the client is still there.
    /// A reset cancels all at once.
    half_close_grace: Duration = (25 ms), (1 ms) to (365 days), "the connection closes", such as Duration::from_millis(100);

    /// How many bytes are held in each direction: read but not yet used, or ready but not yet sent.
    ///
    /// For HTTP/2 the second is counted per stream.
    buffer_bytes: usize = (64 KiB), (8 KiB) to (16 MiB),
        "nothing: the server reads or writes less at a time", such as 128 * 1024;

    /// How many requests may be open at once on one HTTP/2 connection.
    http2_streams: u32 = (200), (1) to (10000), "it is told so; a further stream is refused", such as 100;

    /// How many bytes of bodies an HTTP/2 client may send before they are read.
    ///
    /// Larger is faster over long distances.
    http2_window_bytes: u32 = (1 MiB), (64 KiB) to (1 GiB), "it is told so, and waits", such as 4 * 1024 * 1024;

    /// How many streams an HTTP/2 client may make the server reset before the connection is closed.
    ///
    /// It bounds what a client can gain from requests that are wrong on purpose.
    http2_local_resets: usize = (1024), (1) to (1_000_000), "`GOAWAY` with `ENHANCE_YOUR_CALM`", such as 256;

    /// How many streams an HTTP/2 client may open and take back before the server looked at them.
    ///
    /// It is the answer to the "rapid reset" attack.
    http2_pending_resets: usize = (20), (1) to (1_000_000), "`GOAWAY` with `ENHANCE_YOUR_CALM`", such as 10;

    /// How often an HTTP/2 client that sends nothing is asked whether it is still there.
    http2_ping_interval: Duration = (20 s), (1 ms) to (365 days), "a `PING` to answer", such as Duration::from_secs(60);

    /// How long an HTTP/2 client may take to answer that question.
    http2_ping_timeout: Duration = (20 s), (1 ms) to (365 days),
        "the connection closes", such as Duration::from_secs(10);

    "For each WebSocket":

    /// How many bytes a message of a WebSocket may have, unless its route says otherwise.
    websocket_message_bytes: usize = (1 MiB), (1) to (1024 GiB), "close `1009`", such as 64 * 1024;

    /// How many bytes one frame of a message may have.
    ///
    /// A route with a message limit of its own takes frames of that size.
    websocket_frame_bytes: usize = (256 KiB), (1) to (1024 GiB), "close `1009`", such as 64 * 1024;

    /// How long a client may be silent before it is asked whether it is still there.
    websocket_ping_interval: Duration = (20 s), (1 ms) to (365 days), "a ping to answer", such as Duration::from_secs(60);

    /// How long it may take to answer.
    websocket_ping_timeout: Duration = (20 s), (1 ms) to (365 days),
        "the connection closes", such as Duration::from_secs(10);

    /// How long a WebSocket may stay open without a message in either direction; pings are none.
    websocket_idle_time: Duration = (3600 s), (1 ms) to (365 days), "close `3008`", such as Duration::from_secs(10 * 60);

    /// How long a client may take for each step of the end: to answer a close frame, and then to go.
    ///
    /// A handler that has learned of the end has the same time for its last words.
    websocket_close_time: Duration = (5 s), (1 ms) to (365 days), "the connection closes", such as Duration::from_secs(1);

    "For the whole server":

    /// How many connections may be open at once.
    ///
    /// Above it the server stops accepting until one ends; new ones wait in the system's queue. That
    /// costs no memory and loses no request, and a short burst passes unnoticed.
    /// Each one takes a file of the process: the server raises the soft limit of open files to this number and 64 more, and
    /// reports it at start if the hard limit is lower. The limit holds for all workers together.
    connections: usize = (10000), (1) to (1_000_000), "its connection waits in the system's queue", such as 500;

    /// How many connections may be open at once from one IP address, with all workers together.
    ///
    /// The default is no smaller than that of all together, so it refuses nobody until it is asked to: many people may
    /// share one address, and everybody shares that of a proxy. IPv6 addresses are counted by their first 64 bits.
    /// Clients on a Unix socket have no address and are not counted.
    connections_per_address: usize = (10000), (1) to (1_000_000), "its connection closes", such as 50;

    /// How many functions of [`Tasks::produce`](crate::tasks::Tasks::produce) may run at once, each on a thread of its own.
    producers: usize = (512), (1) to (100_000), "`503`", such as 64;

    /// How long open requests may take to finish after the server was asked to stop.
    ///
    /// It should be shorter than the time after which whoever asked (systemd, Kubernetes) kills the process.
    drain_time: Duration = (30 s), (1 ms) to (365 days),
        "its connection closes, even in the middle of an answer", such as Duration::from_secs(25);
}
