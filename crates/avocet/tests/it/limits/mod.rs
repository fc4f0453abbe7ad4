//! Each limit of the server, on both sides: requests just within it are served, requests just beyond it are not.
//!
//! Time limits are tested with very short and very long values; these tests measure no durations.

mod http1;
mod http2;
mod server;
#[cfg(feature = "tls")]
mod tls;

use avocet::serve::Limits;

/// Fails if a limit has no test.
#[tokio::test]
async fn every_limit_holds() {
    for entry in Limits::default().entries() {
        match entry.name() {
            "header_time" => http1::header_time().await,
            "header_bytes" => http1::header_bytes().await,
            "header_count" => http1::header_count().await,
            "body_bytes" => http1::body_bytes().await,
            #[cfg(feature = "compression")]
            "decoded_body_bytes" => http1::decoded_body_bytes().await,
            // Without the feature the limit has no effect.
            #[cfg(not(feature = "compression"))]
            "decoded_body_bytes" => {}
            "json_depth" => http1::json_depth().await,
            "form_fields" => http1::form_fields().await,
            "form_files" => http1::form_files().await,
            "form_text_bytes" => http1::form_text_bytes().await,
            "form_head_bytes" => http1::form_head_bytes().await,
            "body_rate" => http1::body_rate().await,
            "body_grace" => http1::body_grace().await,
            #[cfg(feature = "tls")]
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
            "idle_time" => http1::idle_time().await,
            "write_stall" => http1::write_stall().await,
            "half_close_grace" => http1::half_close_grace().await,
            "buffer_bytes" => http1::buffer_bytes().await,
            "http2_streams" => http2::streams().await,
            "http2_window_bytes" => http2::window_bytes().await,
            "http2_local_resets" => http2::local_resets().await,
            "http2_pending_resets" => http2::pending_resets().await,
            "http2_ping_interval" => http2::ping_interval().await,
            "http2_ping_timeout" => http2::ping_timeout().await,
            "connections" => http1::connections().await,
            "connections_per_address" => http1::connections_per_address().await,
            "producers" => http1::producers().await,
            "drain_time" => http1::drain_time().await,
            name => panic!("the limit `{name}` has no test"),
        }
    }
}
