//! Every limit of a served application: those of the server, and those of what the application reads, in one table.

use std::time::Duration;

avocet_server::server_limits! {
    avocet_server::limit_table {
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
        struct Limits in "avocet::serve" {
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
        includes server: avocet_server::Limits
    } {
        {
            "For each body":

            /// How many bytes a compressed body may have after decoding, if that is more than the limit on its body.
            ///
            /// Beyond 128 KiB it may also be at most 100 times as large as the received body.
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

            "For each application":

            /// How long the start may take: all states that are made, hooks and components together.
            start_time: Duration = (600 s), (1 ms) to (365 days), "nothing: the program ends with the reason", such as Duration::from_secs(60);

            /// How many functions of [`Tasks::produce`](crate::tasks::Tasks::produce) may run at the same time, each on its own thread.
            producers: usize = (512), (1) to (100_000), "`503`", such as 64;
        }
    }
}
