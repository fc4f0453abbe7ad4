//! Clients that disconnect, handlers that panic, upgraded sockets.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

use super::harness::{Client, Guard, SHORT, Server, patient, text};

/// Only a defect makes a test wait this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a client disconnects.
#[derive(Clone, Copy, Debug)]
enum Leaving {
    /// It closes its socket: all bytes that it sent are delivered first.
    Close,
    /// It resets its socket: undelivered bytes are discarded.
    Reset,
    /// It closes its sending side, and still reads.
    HalfClose,
}

const WAYS: [Leaving; 3] = [Leaving::Close, Leaving::Reset, Leaving::HalfClose];

impl Leaving {
    /// Returns the value that must live until the server has detected the disconnect.
    async fn leave(self, mut client: Client) -> Option<Client> {
        match self {
            Self::Close => None,
            Self::Reset => {
                client.0.set_zero_linger().expect("an option of sockets");
                None
            }
            Self::HalfClose => {
                client.0.shutdown().await.expect("an open connection");
                Some(client)
            }
        }
    }
}

/// A server whose handlers wait forever; it reports each handler that starts and each that is dropped.
async fn waiting(
    keep_body: bool,
) -> (
    Server,
    mpsc::UnboundedReceiver<()>,
    mpsc::UnboundedReceiver<()>,
) {
    let (guard, dropped) = Guard::channel();
    let (start, started) = mpsc::unbounded_channel();
    let server = Server::start(patient(), move |request| {
        let (guard, start) = (guard(), start.clone());
        async move {
            let body = keep_body.then_some(request);
            start.send(()).expect("a test that waits");
            std::future::pending::<()>().await;
            drop((guard, body));
            text("never")
        }
    })
    .await;
    (server, started, dropped)
}

#[tokio::test]
async fn a_client_that_leaves_drops_the_handler() {
    const GET: &str = "GET / HTTP/1.1\r\nhost: test\r\n\r\n";
    let post = |length: usize, sent: usize| {
        let body = "x".repeat(sent);
        format!("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: {length}\r\n\r\n{body}")
    };
    for (what, request) in [
        ("nothing more", GET.to_owned()),
        ("a stray line break", format!("{GET}\r\n")),
        ("a second request", GET.repeat(2)),
        ("the beginning of one", format!("{GET}GET /")),
        ("many requests", GET.repeat(4000)),
        ("a body", post(5, 5)),
        ("half of a body", post(5, 2)),
        ("none of a body", post(5, 0)),
        ("a body and a second request", post(5, 5) + GET),
    ] {
        for leaving in WAYS {
            for keep_body in [false, true] {
                let (server, mut started, mut dropped) = waiting(keep_body).await;
                let mut client = server.connect().await;
                client.send(&request).await;
                started.recv().await.expect("a start");
                let _still_here = leaving.leave(client).await;
                let noticed = timeout(PATIENCE, dropped.recv()).await;
                noticed.unwrap_or_else(|_| panic!("{what}, {leaving:?}"));
            }
        }
    }
}

#[tokio::test]
async fn a_client_that_leaves_in_a_body_larger_than_the_system_holds_is_noticed() {
    let (server, mut started, mut dropped) = waiting(false).await;
    let mut client = server.connect().await;
    let large = 64 << 20;
    client
        .send(format!(
            "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: {large}\r\n\r\n"
        ))
        .await;
    started.recv().await.expect("a start");
    let piece = vec![b'x'; 64 * 1024];
    for _ in 0..24 {
        client.send(&piece).await;
    }
    drop(client);
    let noticed = timeout(PATIENCE, dropped.recv()).await;
    noticed.expect("a drop");
}

#[tokio::test]
async fn a_body_over_the_limit_that_nobody_reads_ends_the_connection() {
    let (guard, mut dropped) = Guard::channel();
    let server = Server::start(patient().body_bytes(100_000), move |_| {
        let guard = guard();
        async move {
            std::future::pending::<()>().await;
            drop(guard);
            text("never")
        }
    })
    .await;
    let mut client = server.connect().await;
    let body = "x".repeat(100_001);
    client
        .send(format!(
            "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 200000\r\n\r\n{body}"
        ))
        .await;
    let noticed = timeout(PATIENCE, dropped.recv()).await;
    noticed.expect("a drop");
}

#[tokio::test]
async fn a_body_that_is_given_up_in_another_task_is_seen_to_be() {
    let (guard, mut dropped) = Guard::channel();
    let (start, mut started) = mpsc::unbounded_channel();
    let give_up = Arc::new(Notify::new());
    let giving_up = Arc::clone(&give_up);
    let server = Server::start(patient().body_bytes(1000), move |request| {
        let (guard, start, give_up) = (guard(), start.clone(), Arc::clone(&giving_up));
        async move {
            tokio::spawn(async move {
                give_up.notified().await;
                drop(request);
            });
            start.send(()).expect("a test that waits");
            std::future::pending::<()>().await;
            drop(guard);
            text("never")
        }
    })
    .await;
    let mut client = server.connect().await;
    let head = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n";
    client.send(head).await;
    client.send(vec![b'x'; 50_000]).await;
    started.recv().await.expect("a start");
    give_up.notify_one();
    // Over the limit it ends the connection, which no other event does.
    let gone = timeout(PATIENCE, client.gone()).await;
    gone.expect("the rest is read");
    dropped.recv().await.expect("a drop");
}

#[tokio::test]
async fn a_body_that_nobody_reads_does_not_cost_the_connection() {
    let server = Server::start(patient(), |_| async {
        // Time for the body to arrive.
        tokio::time::sleep(SHORT).await;
        text("hello")
    })
    .await;
    let mut client = server.connect().await;
    let body = "x".repeat(1 << 20);
    for _ in 0..2 {
        client
            .send(format!(
                "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            ))
            .await;
        assert!(client.response().await.ends_with("hello"));
    }
}

#[tokio::test]
async fn what_was_asked_for_before_the_client_closed_its_side_is_answered() {
    let server = Server::hello(patient()).await;
    let mut client = server.connect().await;
    client.get("/").await;
    client.get("/").await;
    client.0.shutdown().await.expect("an open connection");
    assert_eq!(client.rest().await.matches("hello").count(), 2);
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
    // The unread bytes are discarded too: otherwise the client would not be notified of the end behind them.
    let end = client.0.read_to_end(&mut Vec::new()).await;
    assert_eq!(
        end.map_err(|error| error.kind()),
        Err(ErrorKind::ConnectionReset)
    );
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
    witness.response().await;
    let mut victim = server.connect().await;
    victim.get("/panic").await;
    assert_eq!(victim.rest().await, "");
    witness.get("/").await;
    witness.response().await;
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

/// A stream of an iterator's items.
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
