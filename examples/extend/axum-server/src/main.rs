//! An axum router on Avocet's server.

use std::time::Duration;

use avocet_server::{ConnectionInfo, Limits, Server, Tls};
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Extension, Router};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let limits = Limits::default()
        .connections(500)
        .drain_time(Duration::from_secs(25));
    let mut server = Server::new().limits(limits).trust_proxies(["10.0.0.0/8"]);
    for address in std::env::args().skip(1) {
        server = server.bind(address);
    }
    if let (Ok(certificate), Ok(key)) = (std::env::var("CERTIFICATE"), std::env::var("KEY")) {
        server = server.tls(Tls::files(certificate, key));
    }
    let router = Router::new()
        .route("/", get(client))
        .route("/length", post(length))
        // axum reads the bodies, so axum limits them.
        .layer(DefaultBodyLimit::max(64 * 1024));
    server.serve(router).await?;
    Ok(())
}

/// Returns the address of the client, also behind a trusted proxy.
async fn client(connection: Extension<ConnectionInfo>, headers: HeaderMap) -> String {
    connection.client(&headers).to_string()
}

/// Returns the length of the body. A body over 64 KiB is rejected with 413.
async fn length(body: String) -> String {
    body.len().to_string()
}
