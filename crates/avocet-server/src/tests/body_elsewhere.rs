//! A request's body that is held by another task and dropped when the response is sent.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::harness::{Server, patient, text};

/// Only a defect makes the test wait this long.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_request_behind_it_is_read_when_the_body_is_dropped() {
    let release = Arc::new(Notify::new());
    let released = Arc::clone(&release);
    let server = Server::start(patient(), move |request| {
        let release = Arc::clone(&released);
        async move {
            let mut body = request.into_body();
            // Its bytes are read; only the drop marks its end.
            if body.frame().await.is_some() {
                tokio::spawn(async move {
                    release.notified().await;
                    drop(body);
                });
            }
            text("answered")
        }
    })
    .await;
    let mut client = server.connect().await;
    // Whether the bytes behind the first request are a request is undecided until that request is over.
    client
        .send("POST / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: x\r\ncontent-length: 5\r\n\r\nhello")
        .await;
    client.get("/").await;
    assert!(client.response().await.ends_with("answered"));
    release.notify_one();
    let response = timeout(PATIENCE, client.response()).await;
    assert!(response.expect("a wake-up was lost").ends_with("answered"));
}
