//! The head of a request, with the limits that an application has if it sets none.

use std::iter::repeat_n;

use http::{Request, StatusCode};
use http_body_util::Empty;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::served::Served;

/// The default of `header_count`.
const HEADERS: usize = 100;
/// The default of `header_bytes`.
const BYTES: usize = 32 * 1024;
/// What HTTP/2 adds for each header (RFC 9113, section 6.5.2).
const HTTP2_OVERHEAD: usize = 32;

/// Returns the status line of a response over HTTP/1.
async fn http1(server: &Served, head: &str) -> String {
    let mut socket = server.connect().await;
    socket.write_all(head.as_bytes()).await.expect("it reads");
    let mut response = Vec::new();
    // The server may close before it has read everything, which is a reset.
    let _ = socket.read_to_end(&mut response).await;
    let response = String::from_utf8(response).expect("text");
    response.lines().next().unwrap_or_default().to_owned()
}

async fn http2(server: &Served, headers: &[(&str, String)]) -> StatusCode {
    let io = TokioIo::new(server.connect().await);
    let (mut client, connection) = http2::handshake(TokioExecutor::new(), io)
        .await
        .expect("HTTP/2");
    tokio::spawn(connection);
    let mut request = Request::get("http://x/news");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let request = request.body(Empty::<bytes::Bytes>::new());
    let response = client.send_request(request.expect("a request")).await;
    response.expect("a response").status()
}

#[tokio::test]
async fn v24_a_head_has_100_headers_at_most() {
    let server = Served::start(super::app()).await;
    let own = "host: x\r\nconnection: close\r\n";
    for (count, expected) in [(HEADERS, "HTTP/1.1 200"), (HEADERS + 1, "HTTP/1.1 431")] {
        let more = "x: y\r\n".repeat(count - 2);
        let head = format!("GET /news HTTP/1.1\r\n{own}{more}\r\n");
        let status = http1(&server, &head).await;
        assert!(status.starts_with(expected), "{count}: {status}");
    }
    for (count, expected) in [(HEADERS, 200), (HEADERS + 1, 431)] {
        let headers: Vec<_> = repeat_n(("x", "y".to_owned()), count).collect();
        assert_eq!(http2(&server, &headers).await, expected, "{count}");
    }
}

#[tokio::test]
async fn v24_a_head_has_32_kib_at_most() {
    let server = Served::start(super::app()).await;
    for (bytes, expected) in [(BYTES, "HTTP/1.1 200"), (BYTES + 1, "HTTP/1.1 431")] {
        let head = "GET /news HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx: ";
        let filler = "y".repeat(bytes - head.len() - 4);
        let status = http1(&server, &format!("{head}{filler}\r\n\r\n")).await;
        assert!(status.starts_with(expected), "{bytes}: {status}");
    }
    let pseudo = [
        (":method", "GET"),
        (":scheme", "http"),
        (":authority", "x"),
        (":path", "/news"),
    ];
    let size = |name: &str, value: &str| name.len() + value.len() + HTTP2_OVERHEAD;
    let others: usize = pseudo.iter().map(|(name, value)| size(name, value)).sum();
    let room = BYTES - others - size("x", "");
    // The library accepts what is below the limit, and its client sends at most the limit.
    for (length, expected) in [(room - 1, 200), (room, 431)] {
        let headers = [("x", "y".repeat(length))];
        assert_eq!(http2(&server, &headers).await, expected, "{length}");
    }
}
