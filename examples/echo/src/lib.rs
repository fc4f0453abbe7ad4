//! An application that answers with what it is sent, waits as long as it is told to, and counts what goes on in it.
//!
//! Outside suites are pointed at it: of HTTP, of `WebSocket`, of clients that leave. Whatever a client can ask for is
//! bounded, so that it can be left running among strangers.

mod figures;
mod responses;
mod sockets;
mod stats;
mod streams;
mod uploads;
mod waits;

pub use stats::{Snapshot, Stats};

use avocet::prelude::*;
use avocet::{Contact, License};

/// The application, counting from zero.
pub fn app() -> App {
    App::new("Echo", env!("CARGO_PKG_VERSION"))
        .description("Answers with what it is sent, and says what goes on in it.")
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
