//! An application that echoes requests, waits for a requested time, and counts its own activity.
//!
//! External suites run against it: for HTTP, for `WebSocket`, for clients that disconnect. Everything that a client can request is bounded,
//! so that it can run in public.

mod figures;
mod responses;
mod sockets;
mod stats;
mod streams;
mod uploads;
mod waits;

pub use stats::{Counted, Snapshot, Stats};

use avocet::prelude::*;
use avocet::{Contact, License};

/// Builds the application, with counters at zero.
pub fn app() -> App {
    App::new("Echo", env!("CARGO_PKG_VERSION"))
        .description("Returns what it receives, and reports its state.")
        .contact(Contact::new("The authors of Avocet"))
        .license(License::spdx("MIT OR Apache-2.0"))
        .describe_tag("echo", "Responses that repeat the request.")
        .describe_tag("streams", "Event streams, lines of JSON and WebSockets.")
        .describe_tag("waits", "Responses that take a while.")
        .describe_tag("uploads", "Files.")
        .describe_tag("server", "The state of the server.")
        .state(Stats::default())
        .metrics(figures::metrics())
        .routes(routes![
            responses::echo,
            streams::sse,
            streams::jsonl,
            sockets::ws,
            waits::sleep,
            waits::block,
            uploads::upload,
            stats::stats,
            responses::health
        ])
}
