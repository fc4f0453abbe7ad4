//! The routes that respond immediately.

use avocet::prelude::*;
use serde_json::Value;

use crate::Stats;

/// Answer with the JSON that was sent.
///
/// The response is the same value, not the same text: white space is not kept.
#[post("/echo", tag = "echo")]
pub(crate) async fn echo(#[state] stats: Stats, #[body] json: Value) -> Value {
    let work = stats.work();
    work.done();
    json
}

#[model(output)]
pub(crate) struct Health {
    status: &'static str,
}

/// Say that the server is alive.
///
/// It looks at nothing else, so it answers as long as requests are taken.
#[get("/health", tag = "server")]
pub(crate) async fn health() -> Health {
    Health { status: "ok" }
}
