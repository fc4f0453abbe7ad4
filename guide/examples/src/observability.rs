//! Observability.

// ANCHOR: app
use avocet::observe::{AccessLog, Health, Metrics};
use avocet::prelude::*;
use std::time::Duration;

#[get("/items/{id}")]
async fn item(id: u32) -> u32 {
    id
}

async fn ping_database() -> std::io::Result<()> {
    Err(std::io::Error::other("the database does not answer"))
}

pub fn app() -> App {
    App::new("Shop", "1.0.0")
        .routes(routes![item])
        .access_log(AccessLog::json())
        .metrics(Metrics::new().at("/metrics"))
        .health(Health::new().check("database", Duration::from_secs(1), ping_database))
}
// ANCHOR_END: app

// ANCHOR: id
use avocet::observe::{RequestId, outgoing_headers};

/// The headers of a call to a different service on behalf of this request.
#[get("/outgoing")]
async fn outgoing() -> Vec<String> {
    let id = RequestId::current().map(|id| id.to_string());
    let trace = outgoing_headers();
    let names = trace.keys().map(ToString::to_string);
    id.into_iter().chain(names).collect()
}
// ANCHOR_END: id

pub fn ids() -> App {
    App::new("Ids", "1.0.0").routes(routes![outgoing])
}
