//! Clients that leave, handlers that panic, sockets that are taken over.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use super::harness::{Guard, SHORT, Server, patient, text};

#[tokio::test]
async fn a_client_that_leaves_drops_the_handler() {
    let (guard, mut dropped) = Guard::channel();
    let (start, mut started) = mpsc::unbounded_channel();
    let server = Server::start(patient(), move |_| {
        let (guard, start) = (guard(), start.clone());
        async move {
            start.send(()).expect("a test that waits");
            std::future::pending::<()>().await;
            drop(guard);
            text("never")
        }
    })
    .await;
    let mut client = server.connect().await;
    client.get("/").await;
    started.recv().await.expect("a start");
    drop(client);
    dropped.recv().await.expect("a drop");
}

#[tokio::test]
async fn a_client_that_leaves_drops_the_stream_it_was_reading() {
    let (guard, mut dropped) = Guard::channel();
    let server = Server::start(patient(), move |_| {
        let guard = guard();
        async move {
            let forever = Full::new(Bytes::from_static(b"one")).with_trailers(async move {
                std::future::pending::<()>().await;
                drop(guard);
                None
            });
            Response::new(forever)
        }
    })
    .await;
    let mut client = server.connect().await;
    client.get("/").await;
    let mut beginning = [0; 12];
    client
        .0
        .read_exact(&mut beginning)
        .await
        .expect("the beginning of an answer");
    drop(client);
    dropped.recv().await.expect("a drop");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut() {
    let (guard, mut dropped) = Guard::channel();
    let server = Server::start(patient().write_stall(SHORT), move |_| {
        let guard = guard();
        async move {
            let endless = std::iter::repeat_with(move || {
                let _held = &guard;
                Ok::<_, std::io::Error>(http_body::Frame::data(Bytes::from(vec![b'x'; 65_536])))
            });
            Response::new(StreamBody::new(Ready(endless)))
        }
    })
    .await;
    let mut client = server.connect().await;
    client.get("/").await;
    dropped.recv().await.expect("a drop");
    client.gone().await;
}

#[tokio::test]
async fn a_panic_costs_one_connection() {
    let server = Server::start(patient(), |request| async move {
        assert!(request.uri().path() != "/panic", "as the test wants it");
        text("hello")
    })
    .await;
    let mut witness = server.connect().await;
    witness.get("/").await;
    witness.answer().await;
    let mut victim = server.connect().await;
    victim.get("/panic").await;
    assert_eq!(victim.rest().await, "");
    witness.get("/").await;
    witness.answer().await;
    server.connect().await.get("/").await;
}

#[tokio::test]
async fn an_upgraded_socket_is_still_a_connection() {
    let server = Server::start(patient(), |mut request| async move {
        tokio::spawn(async move {
            let upgraded = hyper::upgrade::on(&mut request).await.expect("an upgrade");
            let mut io = TokioIo::new(upgraded);
            let mut word = [0; 4];
            io.read_exact(&mut word).await.expect("a word");
            io.write_all(&word).await.expect("an open socket");
        });
        Response::builder()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header(header::CONNECTION, "upgrade")
            .header(header::UPGRADE, "echo")
            .body(Full::<Bytes>::default())
            .expect("a response")
    })
    .await;
    let mut client = server.connect().await;
    client
        .send("GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n")
        .await;
    let mut head = [0; 12];
    client.0.read_exact(&mut head).await.expect("an answer");
    assert_eq!(&head, b"HTTP/1.1 101");
    server.stop.send(()).expect("a running server");
    client.send("echo").await;
    assert!(client.rest().await.ends_with("\r\n\r\necho"));
    let drained = server.stopped().await;
    assert_eq!((drained.finished, drained.cut), (1, 0));
}

/// A stream of what an iterator gives.
struct Ready<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Ready<I> {
    type Item = I::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<I::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}
