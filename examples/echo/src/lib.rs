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

/// The application, counting from zero.
pub fn app() -> App {
    App::new("Echo", env!("CARGO_PKG_VERSION"))
        .description("Answers with what it is sent, and says what goes on in it.")
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
