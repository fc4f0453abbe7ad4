//! Each limit of the server, on both sides: requests just within it are served, requests just beyond it are not.
//!
//! Time limits are tested with very short and very long values; these tests measure no durations.

mod http1;
mod http2;
mod server;
#[cfg(feature = "tls")]
mod tls;

use avocet::serve::Limits;

use crate::served::Target;

#[tokio::test]
async fn a4_every_limit_holds() {
    every_limit_of(Target::App).await;
}

#[tokio::test]
async fn every_limit_holds_behind_a_layer() {
    every_limit_of(Target::Layered).await;
}

#[tokio::test]
async fn every_limit_of_the_server_holds_with_a_router_of_axum() {
    every_limit_of(Target::Axum).await;
}

/// Returns whether a limit is one of what Avocet's own routes read and produce.
fn is_of_the_application(name: &str) -> bool {
    let server = avocet_server::Limits::default();
    !server.entries().iter().any(|entry| entry.name() == name)
}

/// Fails if a limit has no test.
async fn every_limit_of(target: Target) {
    for entry in Limits::default().entries() {
        match entry.name() {
            name if target == Target::Axum && is_of_the_application(name) => {}
            "header_time" => http1::header_time(target).await,
            "header_bytes" => http1::header_bytes(target).await,
            "header_count" => http1::header_count(target).await,
            "body_bytes" => http1::body_bytes(target).await,
            #[cfg(feature = "compression")]
            "decoded_body_bytes" => http1::decoded_body_bytes(target).await,
            // Without the feature the limit has no effect.
            #[cfg(not(feature = "compression"))]
            "decoded_body_bytes" => {}
            "json_depth" => http1::json_depth(target).await,
            "form_fields" => http1::form_fields(target).await,
            "form_files" => http1::form_files(target).await,
            "form_text_bytes" => http1::form_text_bytes(target).await,
            "form_head_bytes" => http1::form_head_bytes(target).await,
            "body_rate" => http1::body_rate(target).await,
            "body_grace" => http1::body_grace(target).await,
            #[cfg(feature = "tls")]
            // Before the first request, so that it does not depend on what is served.
            "tls_time" => tls::tls_time().await,
            // Without TLS the limit has no effect.
            #[cfg(not(feature = "tls"))]
            "tls_time" => {}
            // Its test uses a paused clock: `lifecycle`.
            "start_time" => {}
            // Their tests use a paused clock: `websockets::limits`, and `websockets::frames` for those on bytes.
            "websocket_message_bytes"
            | "websocket_frame_bytes"
            | "websocket_ping_interval"
            | "websocket_ping_timeout"
            | "websocket_idle_time"
            | "websocket_close_time" => {}
            "idle_time" => http1::idle_time(target).await,
            "write_stall" => http1::write_stall(target).await,
            "half_close_grace" => http1::half_close_grace(target).await,
            "buffer_bytes" => http1::buffer_bytes(target).await,
            "http2_streams" => http2::streams(target).await,
            "http2_window_bytes" => http2::window_bytes(target).await,
            "http2_local_resets" => http2::local_resets(target).await,
            "http2_pending_resets" => http2::pending_resets(target).await,
            "http2_ping_interval" => http2::ping_interval(target).await,
            "http2_ping_timeout" => http2::ping_timeout(target).await,
            "connections" => http1::connections(target).await,
            "connections_per_address" => http1::connections_per_address(target).await,
            "producers" => http1::producers(target).await,
            "drain_time" => http1::drain_time(target).await,
            name => panic!("the limit `{name}` has no test"),
        }
    }
}
