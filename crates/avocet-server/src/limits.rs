//! Every limit of the server, in one table.
//!
//! The rows are written once, in `server_limits`. `limit_table` generates the struct, its defaults, setters, checks and documentation,
//! and the entries that a program prints. Another crate adds its own rows to these with the same two macros.

mod entry;
mod error;
pub(crate) mod value;

use std::time::Duration;

pub use entry::LimitEntry;
pub use error::LimitError;

/// What the code that [`limit_table`](crate::limit_table) generates uses.
#[doc(hidden)]
pub mod table {
    pub use super::entry::LimitEntry;
    pub use super::error::LimitError;
    pub use super::value::{LimitValue, in_range};
}

/// An amount as written in a table of limits: `10 s`, `32 KiB`, `100`.
#[doc(hidden)]
#[macro_export]
macro_rules! limit_amount {
    ($count:literal ms) => {
        ::std::time::Duration::from_millis($count)
    };
    ($count:literal s) => {
        ::std::time::Duration::from_secs($count)
    };
    ($count:literal days) => {
        ::std::time::Duration::from_secs($count * 24 * 60 * 60)
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

/// Generates a struct of limits from rows: the name and type of each limit, its default and range, what the client sees, an example.
///
/// With `includes`, the struct contains another one whose rows are given again, and has the setters of both:
/// [`server_limits`](crate::server_limits) passes on the rows of the server.
///
/// ```
/// use std::time::Duration;
///
/// avocet_server::limit_table! {
///     /// Limits on the use of a queue.
///     struct QueueLimits in "queue" {}
///     {
///         "For each queue":
///
///         /// How many entries may wait.
///         entries_waiting: usize = (512), (1) to (100_000), "`503`", such as 64;
///
///         /// How long an entry may wait.
///         wait_time: Duration = (10 s), (1 ms) to (1 days), "`503`", such as Duration::from_secs(1);
///     }
/// }
///
/// let limits = QueueLimits::default().entries_waiting(0);
/// assert_eq!(limits.check().unwrap_err().to_string(), "the limit `entries_waiting` is 0, but must be at least 1");
/// ```
#[macro_export]
macro_rules! limit_table {
    (
        $(#[doc = $before:literal])*
        struct $limits:ident in $crate_name:literal {
            $(#[doc = $after:literal])*
        }
        $(includes $server:ident: $included:ty {
            $(
                $included_title:literal:
                $(
                    $(#[doc = $included_doc:literal])+
                    $included_name:ident: $included_type:ty = ($($included_default:tt)+), ($($included_least:tt)+) to ($($included_most:tt)+), $included_seen:literal, such as $included_example:expr;
                )+
            )+
        })?
        {
            $(
                $title:literal:
                $(
                    $(#[doc = $doc:literal])+
                    $name:ident: $type:ty = ($($default:tt)+), ($($least:tt)+) to ($($most:tt)+), $seen:literal, such as $example:expr;
                )+
            )+
        }
    ) => {
        $(#[doc = $before])*
        $($(
            #[doc = concat!("\n# ", $included_title, "\n\n| limit | default | what the client sees |\n|---|---|---|")]
            $(
                #[doc = concat!(
                    "| [`", stringify!($included_name), "`](Self::", stringify!($included_name), ") | ", stringify!($($included_default)+), " | ", $included_seen, " |"
                )]
            )+
        )+)?
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
        pub struct $limits {
            $(
                /// The limits of the server.
                pub $server: $included,
            )?
            $($(
                #[doc = concat!("See [`", stringify!($limits), "::", stringify!($name), "()`](Self::", stringify!($name), "()).")]
                pub $name: $type,
            )+)+
        }

        impl Default for $limits {
            fn default() -> Self {
                Self {
                    $($server: <$included>::default(),)?
                    $($($name: $crate::limit_amount!($($default)+),)+)+
                }
            }
        }

        impl $limits {
            $($($(
                $(#[doc = $included_doc])+
                #[doc = concat!(
                    "\nDefault ", stringify!($($included_default)+),
                    ", from ", stringify!($($included_least)+), " to ", stringify!($($included_most)+), "."
                )]
                ///
                /// ```
                #[doc = concat!("# use ", $crate_name, "::", stringify!($limits), ";")]
                /// # use std::time::Duration;
                #[doc = concat!("let limits = ", stringify!($limits), "::default().", stringify!($included_name), "(", stringify!($included_example), ");")]
                /// # assert!(limits.check().is_ok());
                /// ```
                pub fn $included_name(mut self, $included_name: $included_type) -> Self {
                    self.$server = self.$server.$included_name($included_name);
                    self
                }
            )+)+)?

            $($(
                $(#[doc = $doc])+
                #[doc = concat!(
                    "\nDefault ", stringify!($($default)+),
                    ", from ", stringify!($($least)+), " to ", stringify!($($most)+), "."
                )]
                ///
                /// ```
                #[doc = concat!("# use ", $crate_name, "::", stringify!($limits), ";")]
                /// # use std::time::Duration;
                #[doc = concat!("let limits = ", stringify!($limits), "::default().", stringify!($name), "(", stringify!($example), ");")]
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
            #[doc = concat!("# use ", $crate_name, "::", stringify!($limits), ";")]
            #[doc = concat!("for entry in ", stringify!($limits), "::default().entries() {")]
            ///     assert_eq!(entry.value(), entry.default());
            /// }
            /// ```
            pub fn entries(&self) -> Vec<$crate::limits::table::LimitEntry> {
                let included: &[Vec<$crate::limits::table::LimitEntry>] = &[$(self.$server.entries())?];
                let mut entries = included.concat();
                entries.extend([$($(
                    $crate::limits::table::LimitEntry::new(
                        stringify!($name),
                        $crate::limits::table::LimitValue::show(&self.$name, stringify!($name)),
                        stringify!($($default)+),
                        (stringify!($($least)+), stringify!($($most)+)),
                        &[$($doc),+],
                    ),
                )+)+]);
                entries
            }

            /// Sets a limit by its name to a value in text form: `30s`, `250 ms`, `64 KiB`, `100`.
            ///
            /// ```
            #[doc = concat!("# use ", $crate_name, "::", stringify!($limits), ";")]
            #[doc = concat!("let mut limits = ", stringify!($limits), "::default();")]
            /// let error = limits.set("speed", "fast").unwrap_err();
            /// assert_eq!(error.to_string(), "there is no limit `speed`");
            /// ```
            ///
            /// # Errors
            ///
            /// If no limit has this name, if the text cannot be parsed, or if the value is out of its range.
            pub fn set(&mut self, name: &str, text: &str) -> Result<(), $crate::limits::table::LimitError> {
                match name {
                    $($(
                        stringify!($name) => {
                            self.$name = $crate::limits::table::LimitValue::read(
                                name,
                                text,
                                &$crate::limit_amount!($($least)+),
                                &$crate::limit_amount!($($most)+),
                            )?;
                            Ok(())
                        }
                    )+)+
                    $(_ if !stringify!($server).is_empty() => self.$server.set(name, text),)?
                    _ => Err($crate::limits::table::LimitError::unknown(name)),
                }
            }

            /// Checks every value, and reports all that are out of range together.
            ///
            /// The server does this when it starts.
            ///
            /// ```
            #[doc = concat!("# use ", $crate_name, "::", stringify!($limits), ";")]
            #[doc = concat!("assert!(", stringify!($limits), "::default().check().is_ok());")]
            /// ```
            ///
            /// # Errors
            ///
            /// If a limit is out of the range that its setter documents.
            pub fn check(&self) -> Result<(), $crate::limits::table::LimitError> {
                $crate::limits::table::LimitError::all([
                    $(self.$server.check(),)?
                    $($(
                        $crate::limits::table::in_range(
                            stringify!($name),
                            &self.$name,
                            &$crate::limit_amount!($($least)+),
                            &$crate::limit_amount!($($most)+),
                        ),
                    )+)+
                ])
            }
        }
    };
}

/// Passes the rows of the server's [`Limits`] to another macro, between the tokens before and after them:
/// [`limit_table`](crate::limit_table) includes them in a larger table.
///
/// ```
/// use std::time::Duration;
///
/// avocet_server::server_limits! {
///     avocet_server::limit_table {
///         /// The limits of a server with a queue.
///         struct AllLimits in "queue" {}
///         includes server: avocet_server::Limits
///     } {
///         {
///             "For each queue":
///
///             /// How many entries may wait.
///             entries_waiting: usize = (512), (1) to (100_000), "`503`", such as 64;
///         }
///     }
/// }
///
/// let limits = AllLimits::default().entries_waiting(64).body_bytes(1024);
/// assert_eq!((limits.server.body_bytes, limits.entries_waiting), (1024, 64));
/// ```
#[macro_export]
macro_rules! server_limits {
    ($($table:ident)::+ { $($before:tt)* } { $($after:tt)* }) => { $($table)::+! { $($before)* {

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

    /// The largest request body in bytes, unless the route sets a limit. Zero rejects every body.
    ///
    /// Avocet applies it to every route. A `tower::Service` reads its bodies itself: there the limit applies only to bodies that the
    /// service does not read. In axum, set `DefaultBodyLimit`.
    body_bytes: usize = (2 MiB), (0) to (1024 GiB), "`413`", such as 16 * 1024 * 1024;

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

    /// How long open requests may take to finish after the server receives a shutdown signal.
    ///
    /// It should be shorter than the time after which the service manager (systemd, Kubernetes) kills the process.
    drain_time: Duration = (30 s), (1 ms) to (365 days),
        "its connection closes, even in the middle of a response", such as Duration::from_secs(25);

    } $($after)* } };
}

server_limits! {
    limit_table {
        /// Limits on the resources that one client, and all clients together, can use.
        ///
        /// Every limit has a finite default and a finite range. The server checks them when it starts: an invalid value is an error
        /// that names the limit.
        ///
        /// ```
        /// use avocet_server::Limits;
        /// use std::time::Duration;
        ///
        /// let limits = Limits::default()
        ///     .body_bytes(16 * 1024 * 1024)
        ///     .connections(500)
        ///     .drain_time(Duration::from_secs(60));
        /// assert!(limits.check().is_ok());
        /// assert_eq!(limits.body_bytes, 16 * 1024 * 1024);
        /// ```
        struct Limits in "avocet_server" {
            ///
            /// # Memory use
            ///
            /// The server uses at most the sum of these, in addition to the application's own memory:
            ///
            /// | what | bytes |
            /// |---|---|
            /// | the program | about 10 MiB |
            /// | each connection, also when idle | 16 KiB |
            /// | each HTTP/1 connection | `2 × buffer_bytes` and a piece of its response; `2 × header_bytes` more for a head in pieces |
            /// | each HTTP/2 connection | `http2_window_bytes` |
            /// | each open HTTP/2 stream | `header_bytes + buffer_bytes` and a piece of its response |
            ///
            /// The system's socket buffers have their own limits.
        }
    } {}
}
