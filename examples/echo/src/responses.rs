//! The routes that answer at once.

use avocet::prelude::*;
use serde_json::Value;

use crate::Stats;

/// Answer with the JSON that was sent.
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
#[get("/health", tag = "server")]
pub(crate) async fn health() -> Health {
    Health { status: "ok" }
}
