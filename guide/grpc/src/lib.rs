//! A gRPC service beside typed routes, on one port.

use avocet::prelude::*;
use tonic_health::pb::health_server::{Health, HealthServer};

#[get("/hello/{name}")]
async fn hello(name: String) -> String {
    format!("Hello, {name}!")
}

/// Creates the application with the service. It is mounted at `/`, because a service of tonic matches the whole path, such as
/// `/grpc.health.v1.Health/Check`. The routes come first.
pub fn app(health: HealthServer<impl Health>) -> App {
    App::new("Hello", "1.0.0")
        .routes(routes![hello])
        .mount("/", health)
}
