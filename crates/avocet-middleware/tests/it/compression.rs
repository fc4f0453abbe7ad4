//! Compression: what is compressed, and what is left alone.

use std::io::Read;
use std::sync::Arc;

use avocet::prelude::*;
use avocet::response::{ResponseBody, full_response};
use avocet::route::Route;
use avocet::testing::{TestClient, TestResponse};
use avocet_middleware::Compression;
use http::HeaderValue;

/// Serves a text of a size with headers.
fn client(
    compression: Compression,
    status: u16,
    headers: &[(&'static str, &'static str)],
    bytes: usize,
) -> TestClient {
    let headers: Arc<[_]> = headers.into();
    let route = Route::opaque(Operation::get("/").id("text").hidden(), move |_| {
        let headers = Arc::clone(&headers);
        async move {
            let status = StatusCode::from_u16(status).expect("a status");
            let mut response = full_response(
                status,
                HeaderValue::from_static("text/plain"),
                "a".repeat(bytes),
            );
            for (name, value) in headers.iter() {
                response
                    .headers_mut()
                    .insert(*name, HeaderValue::from_static(value));
            }
            response
        }
    });
    TestClient::new(
        App::new("Texts", "1.0.0")
            .routes([route])
            .layer(compression)
            .build()
            .expect("it builds"),
    )
}

async fn get(client: &TestClient, accept: &str) -> TestResponse {
    client
        .get("/")
        .header("accept-encoding", accept)
        .send()
        .await
}

fn coding(response: &TestResponse) -> &str {
    response
        .headers()
        .get("content-encoding")
        .map_or("", |coding| coding.to_str().expect("text"))
}

#[tokio::test]
async fn the_client_chooses_the_coding() {
    let client = client(Compression::new(), 200, &[], 10_000);
    for (accept, expected) in [
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, br", "br"),
        ("br;q=0.5, gzip", "gzip"),
        ("gzip;q=0", ""),
        ("identity", ""),
        ("unknown", ""),
        ("", ""),
    ] {
        let response = get(&client, accept).await;
        assert_eq!(coding(&response), expected, "{accept}");
        assert_eq!(response.header("vary"), "accept-encoding", "{accept}");
        assert!(!response.headers().contains_key("content-length"));
    }
}

#[tokio::test]
async fn the_content_is_the_same() {
    let client = client(Compression::new(), 200, &[], 100_000);
    let bytes = get(&client, "gzip").await.bytes().await;
    assert!(bytes.len() < 1000, "{} bytes", bytes.len());
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*bytes)
        .read_to_string(&mut text)
        .expect("gzip");
    assert_eq!(text, "a".repeat(100_000));
}

#[tokio::test]
async fn what_would_not_gain_is_left_alone() {
    for (name, status, headers, bytes, expected) in [
        ("text", 200, &[][..], 1024, "gzip"),
        ("small", 200, &[], 1023, ""),
        (
            "json",
            200,
            &[("content-type", "application/json; charset=utf-8")],
            9999,
            "gzip",
        ),
        (
            "problem",
            404,
            &[("content-type", "application/problem+json")],
            9999,
            "gzip",
        ),
        (
            "svg",
            200,
            &[("content-type", "image/svg+xml")],
            9999,
            "gzip",
        ),
        ("picture", 200, &[("content-type", "image/png")], 9999, ""),
        (
            "archive",
            200,
            &[("content-type", "application/zip")],
            9999,
            "",
        ),
        (
            "events",
            200,
            &[("content-type", "text/event-stream")],
            9999,
            "",
        ),
        (
            "unknown",
            200,
            &[("content-type", "application/octet-stream")],
            9999,
            "",
        ),
        ("coded", 200, &[("content-encoding", "zstd")], 9999, "zstd"),
        (
            "no-transform",
            200,
            &[("cache-control", "public, No-Transform")],
            9999,
            "",
        ),
        (
            "range",
            206,
            &[("content-range", "bytes 0-9998/10000")],
            9999,
            "",
        ),
        (
            "range of a 200",
            200,
            &[("content-range", "bytes 0-9998/10000")],
            9999,
            "",
        ),
    ] {
        let client = client(Compression::new(), status, headers, bytes);
        let response = get(&client, "gzip").await;
        assert_eq!(response.status(), status, "{name}");
        assert_eq!(coding(&response), expected, "{name}");
        let varies = response.headers().contains_key("vary");
        assert_eq!(varies, expected == "gzip", "{name}");
        if expected != "gzip" {
            assert_eq!(response.bytes().await.len(), bytes, "{name}");
        }
    }
}

#[tokio::test]
async fn a_strong_tag_becomes_weak() {
    for (tag, accept, expected) in [
        ("\"a\"", "gzip", "W/\"a\""),
        ("W/\"a\"", "gzip", "W/\"a\""),
        ("\"a\"", "identity", "\"a\""),
    ] {
        let client = client(
            Compression::new(),
            200,
            &[("etag", tag), ("vary", "origin")],
            9999,
        );
        let response = get(&client, accept).await;
        assert_eq!(response.header("etag"), expected);
        let vary: Vec<_> = response.headers().get_all("vary").iter().collect();
        assert_eq!(vary, ["origin", "accept-encoding"]);
    }
}

#[tokio::test]
async fn the_size_is_a_setting() {
    let client = client(Compression::new().min_bytes(10), 200, &[], 10);
    assert_eq!(coding(&get(&client, "gzip").await), "gzip");
}

#[tokio::test]
async fn a_stream_passes_piece_by_piece() {
    #[get("/lines")]
    async fn lines() -> JsonLines<String> {
        JsonLines::new(stream! {
            yield "first ".repeat(1000);
            // The second line never comes: whatever arrives was not held back.
            std::future::pending::<()>().await;
        })
    }
    let app = App::new("Lines", "1.0.0")
        .routes(routes![lines])
        .layer(Compression::new());
    let client = TestClient::new(app.build().expect("it builds"));
    let mut response = client
        .get("/lines")
        .header("accept-encoding", "gzip")
        .send()
        .await;
    assert_eq!(coding(&response), "");
    assert_eq!(
        response.next_item::<String>().await,
        Some("first ".repeat(1000))
    );
}

#[tokio::test]
async fn an_empty_response_stays_empty() {
    let route = Route::opaque(Operation::get("/").id("none").hidden(), |_| async {
        http::Response::new(ResponseBody::empty())
    });
    let app = App::new("None", "1.0.0")
        .routes([route])
        .layer(Compression::new().min_bytes(0));
    let client = TestClient::new(app.build().expect("it builds"));
    let response = get(&client, "gzip").await;
    assert_eq!(coding(&response), "");
    assert_eq!(response.bytes().await.len(), 0);
}
