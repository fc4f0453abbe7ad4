//! Bodies that are not read as JSON: whole, and piece by piece.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use avocet::extract::{BodyStream, RawBody};
use avocet::prelude::*;
use avocet::serve::Limits;
use avocet::testing::TestClient;
use avocet::{Service, ServiceFuture};
use bytes::Bytes;
use http::Request;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tower_service::Service as _;

use crate::served::Served;

#[post("/any")]
async fn any(#[body] bytes: Bytes) -> usize {
    bytes.len()
}

/// An image.
#[post("/image")]
async fn image(
    #[query] name: String,
    /// The image itself.
    #[body(media_type = "image/png", media_type = "image/jpeg")]
    image: Bytes,
) -> String {
    format!("{name} {}", image.len())
}

#[post("/stream")]
async fn stream_of_pieces(#[body] mut body: BodyStream) -> Result<Vec<usize>, HttpError> {
    let mut sizes = Vec::new();
    while let Some(piece) = body.next().await {
        sizes.push(piece?.len());
    }
    Ok(sizes)
}

#[post("/first")]
async fn first(#[body] mut body: BodyStream) -> Result<usize, HttpError> {
    let piece = body.next().await.transpose()?;
    Ok(piece.map_or(0, |piece| piece.len()))
}

fn service() -> Service {
    App::new("Raw", "1.0.0")
        .limits(Limits::default().body_bytes(10))
        .routes(routes![any, image, stream_of_pieces, first])
        .build()
        .expect("it builds")
}

/// Sends a body of several pieces, and counts those that were taken.
fn send_pieces(path: &str, pieces: &'static [&'static str]) -> (ServiceFuture, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let frames = futures_util::stream::iter(pieces.iter().map(move |piece| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok::<_, Infallible>(Frame::data(Bytes::from_static(piece.as_bytes())))
    }));
    let body = StreamBody::new(frames);
    let request = Request::post(path).body(body).expect("a request");
    (service().call(request), taken)
}

async fn text(response: ServiceFuture) -> (u16, String) {
    let Ok(response) = response.await;
    let status = response.status().as_u16();
    let body = response
        .into_body()
        .collect()
        .await
        .expect("a whole body")
        .to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn any_media_type_or_none_is_taken() {
    let client = TestClient::new(service());
    let send = async |media_type: Option<&str>, body: &'static str| {
        let request = client.post("/any").body(body);
        let request = match media_type {
            Some(media_type) => request.header("content-type", media_type),
            None => request,
        };
        request.send().await.text().await
    };
    assert_eq!(send(None, "\u{0}\u{1}").await, "2");
    assert_eq!(send(Some("application/json"), "{").await, "1");
    assert_eq!(send(None, "").await, "0");
}

#[tokio::test]
async fn only_the_media_types_of_the_argument_are_taken() {
    let client = TestClient::new(service());
    let send = async |media_type: &str| {
        let request = client
            .post("/image?name=a")
            .header("content-type", media_type);
        request.body("four").send().await
    };
    assert_eq!(send("image/png").await.text().await, "\"a 4\"");
    assert_eq!(send("Image/JPEG; q=1").await.text().await, "\"a 4\"");
    let rejected = send("image/gif").await;
    assert_eq!(rejected.status(), 415);
    let detail = "The content type should be `image/png` or `image/jpeg`, not `image/gif`";
    assert_eq!(rejected.json::<Value>().await, json!({"detail": detail}));
    let without = client.post("/image?name=a").body("four").send().await;
    assert_eq!(without.status(), 415);
}

#[tokio::test]
async fn the_limit_applies_to_both() {
    let client = TestClient::new(service());
    for path in ["/any", "/stream"] {
        assert_eq!(
            client.post(path).body("eleven byte").send().await.status(),
            413,
            "{path}"
        );
    }
    let (response, _) = send_pieces("/stream", &["seven b", "seven b"]);
    assert_eq!(text(response).await.0, 413);
}

#[tokio::test]
async fn a_stream_gives_the_pieces_as_they_arrive() {
    let (response, _) = send_pieces("/stream", &["one", "three"]);
    assert_eq!(text(response).await, (200, "[3,5]".to_owned()));
}

#[tokio::test]
async fn a_stream_takes_no_piece_before_it_is_asked() {
    let (response, taken) = send_pieces("/first", &["one", "two", "three"]);
    assert_eq!(text(response).await, (200, "3".to_owned()));
    assert_eq!(taken.load(Ordering::Relaxed), 1);
}

/// Reports the size of each piece, and 0 when the handler ends.
#[post("/reported")]
async fn reported(
    #[state] report: mpsc::UnboundedSender<usize>,
    #[body] mut body: BodyStream,
) -> Result<usize, HttpError> {
    struct End(mpsc::UnboundedSender<usize>);
    impl Drop for End {
        fn drop(&mut self) {
            let _ = self.0.send(0);
        }
    }
    let end = End(report);
    let mut size = 0;
    while let Some(piece) = body.next().await {
        size += piece?.len();
        let _ = end.0.send(size);
    }
    Ok(size)
}

/// Begins a body of six bytes on a socket, and returns when the handler has the first half.
async fn half_sent() -> (Served, TcpStream, mpsc::UnboundedReceiver<usize>) {
    let (report, mut reports) = mpsc::unbounded_channel();
    let app = App::new("Raw", "1.0.0")
        .state(report)
        .routes(routes![reported]);
    let server = Served::start(app).await;
    let mut client = server.connect().await;
    let head =
        "POST /reported HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\nconnection: close\r\n\r\none";
    client.write_all(head.as_bytes()).await.expect("it reads");
    assert_eq!(reports.recv().await, Some(3));
    (server, client, reports)
}

#[tokio::test]
async fn the_handler_runs_while_the_body_arrives() {
    let (_server, mut client, mut reports) = half_sent().await;
    client.write_all(b"two").await.expect("it reads");
    assert_eq!(reports.recv().await, Some(6));
    let mut response = String::new();
    client
        .read_to_string(&mut response)
        .await
        .expect("a response");
    assert!(
        response.starts_with("HTTP/1.1 200 OK") && response.ends_with("\r\n\r\n6"),
        "{response}"
    );
}

#[tokio::test]
async fn a_client_that_leaves_in_its_body_ends_the_handler() {
    let (_server, client, mut reports) = half_sent().await;
    drop(client);
    assert_eq!(reports.recv().await, Some(0));
}

#[test]
fn the_document_has_the_media_types() {
    let service = service();
    let body = |path: &str| service.openapi()["paths"][path]["post"]["requestBody"].clone();
    let image = body("/image");
    assert_eq!(image["description"], "The image itself.");
    for media_type in ["image/png", "image/jpeg"] {
        let schema = &image["content"][media_type]["schema"];
        assert_eq!(schema["contentMediaType"], media_type);
    }
    for path in ["/any", "/stream"] {
        let body = body(path);
        assert!(
            body["content"].get("application/octet-stream").is_some(),
            "{path}"
        );
        assert_eq!(body["required"], false, "an empty body is taken");
    }
}

#[test]
fn a_raw_body_beside_another_is_a_mistake() {
    let raw = RawBody::<Bytes>::new();
    let route = Operation::post("/").handle((raw, RawBody::<Bytes>::new()), |_| async { 1 });
    let error = App::new("Bad", "1.0.0")
        .routes([route])
        .build()
        .expect_err("two bodies");
    assert!(
        error.mistakes()[0]
            .what()
            .contains("two arguments take the whole body")
    );
}
