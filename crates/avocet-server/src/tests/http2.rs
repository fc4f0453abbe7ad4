//! HTTP/2 by prior knowledge.

use bytes::Bytes;
use http::{Request, StatusCode, Version};
use http_body_util::{BodyExt, Empty, Full};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::harness::{Client, Guard, LONG, SHORT, Server, config, patient, text};

type Sender = SendRequest<Empty<Bytes>>;

async fn connect(server: &Server) -> (Sender, JoinHandle<hyper::Result<()>>) {
    handshake(server.connect().await.0).await
}

async fn handshake(socket: TcpStream) -> (Sender, JoinHandle<hyper::Result<()>>) {
    let io = TokioIo::new(socket);
    let (sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
        .await
        .expect("a handshake");
    (sender, tokio::spawn(connection))
}

fn get(path: &str) -> Request<Empty<Bytes>> {
    Request::get(format!("http://test{path}"))
        .body(Empty::new())
        .expect("a request")
}

async fn body(sender: &mut Sender, path: &str) -> Bytes {
    let response = sender.send_request(get(path)).await.expect("an answer");
    assert_eq!(response.version(), Version::HTTP_2);
    response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes()
}

#[tokio::test]
async fn responses() {
    let server = Server::hello(patient()).await;
    let (mut sender, _connection) = connect(&server).await;
    assert_eq!(body(&mut sender, "/").await, "hello");
    assert_eq!(body(&mut sender, "/").await, "hello");
}

#[tokio::test]
async fn a_head_of_too_many_headers_is_rejected() {
    let server = Server::hello(patient().header_count(5)).await;
    let (mut sender, _connection) = connect(&server).await;
    for (count, expected) in [
        (5, StatusCode::OK),
        (6, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        (0, StatusCode::OK),
    ] {
        let mut request = get("/");
        for _ in 0..count {
            request
                .headers_mut()
                .append("x", "y".parse().expect("a value"));
        }
        let response = sender.send_request(request).await.expect("an answer");
        assert_eq!(response.status(), expected);
    }
}

#[tokio::test]
async fn a_head_of_too_many_bytes_is_rejected() {
    let server = Server::hello(patient().header_bytes(1024)).await;
    let (mut sender, _connection) = connect(&server).await;
    // The client receives the limit with the first response; h2's own client would not send more.
    let mut request = get("/");
    request
        .headers_mut()
        .insert("x", "y".repeat(2000).parse().expect("a value"));
    let response = sender.send_request(request).await;
    match response {
        Ok(response) => {
            assert_eq!(
                response.status(),
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
            );
        }
        Err(error) => assert!(error.is_user(), "{error:?}"),
    }
}

#[tokio::test]
async fn an_idle_connection_ends() {
    let server = Server::hello(patient().idle_time(SHORT)).await;
    let (mut sender, connection) = connect(&server).await;
    body(&mut sender, "/").await;
    connection.await.expect("no panic").expect("an orderly end");
}

#[tokio::test]
async fn pings_do_not_make_a_connection_busy() {
    let limits = patient().idle_time(SHORT * 4).http2_ping_interval(SHORT);
    let server = Server::hello(limits).await;
    let (_sender, connection) = connect(&server).await;
    connection.await.expect("no panic").expect("an orderly end");
}

#[tokio::test]
async fn a_panic_costs_one_stream() {
    let server = Server::start(patient(), |request| {
        let path = request.uri().path().to_owned();
        assert!(path != "/at-once", "as the test wants it");
        async move {
            assert!(path != "/later", "as the test wants it");
            text("hello")
        }
    })
    .await;
    let (mut sender, _connection) = connect(&server).await;
    for path in ["/at-once", "/later"] {
        let failed = sender.send_request(get(path)).await;
        failed.expect_err("no answer");
        assert_eq!(body(&mut sender, "/").await, "hello");
    }
}

/// A server whose handler never responds; the receivers report its start and its drop.
async fn stuck() -> (
    Server,
    mpsc::UnboundedReceiver<()>,
    mpsc::UnboundedReceiver<()>,
) {
    let (guard, dropped) = Guard::channel();
    let (start, started) = mpsc::unbounded_channel();
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
    (server, started, dropped)
}

#[tokio::test]
async fn a_stream_taken_back_drops_its_handler() {
    let (server, mut started, mut dropped) = stuck().await;
    let (mut sender, _connection) = connect(&server).await;
    let request = tokio::spawn(sender.send_request(get("/")));
    started.recv().await.expect("a start");
    request.abort();
    dropped.recv().await.expect("a drop");
}

#[tokio::test]
async fn a_connection_that_is_gone_drops_its_handlers() {
    let (server, mut started, mut dropped) = stuck().await;
    let socket = server.connect().await.0.into_std().expect("a socket");
    let cable = socket.try_clone().expect("a second handle");
    let socket = TcpStream::from_std(socket).expect("a socket");
    let (mut sender, _connection) = handshake(socket).await;
    let _requests = [0, 1].map(|_| tokio::spawn(sender.send_request(get("/"))));
    for _ in 0..2 {
        started.recv().await.expect("a start");
    }
    cable
        .shutdown(std::net::Shutdown::Both)
        .expect("an open socket");
    for _ in 0..2 {
        dropped.recv().await.expect("a drop");
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_drops_its_handlers() {
    let (server, mut started, mut dropped) = stuck().await;
    let (mut sender, _connection) = connect(&server).await;
    let _request = tokio::spawn(sender.send_request(get("/")));
    started.recv().await.expect("a start");
    server.stop.send(()).expect("a running server");
    server.stop.send(()).expect("a running server");
    assert_eq!(server.stopped().await.cut, 1);
    dropped.recv().await.expect("a drop");
}

#[tokio::test]
async fn a_stop_lets_open_streams_finish() {
    let (release, released) = tokio::sync::watch::channel(false);
    let (start, mut started) = mpsc::unbounded_channel();
    let server = Server::start(patient().idle_time(LONG), move |_| {
        let (start, mut released) = (start.clone(), released.clone());
        async move {
            start.send(()).expect("a test that waits");
            released
                .wait_for(|released| *released)
                .await
                .expect("a release");
            text("done")
        }
    })
    .await;
    let (mut sender, connection) = connect(&server).await;
    let request = tokio::spawn(async move { body(&mut sender, "/").await });
    started.recv().await.expect("a start");
    server.stop.send(()).expect("a running server");
    release.send(true).expect("a handler that waits");
    assert_eq!(request.await.expect("no panic"), "done");
    connection.await.expect("no panic").expect("an orderly end");
    let drained = server.stopped().await;
    assert_eq!((drained.finished, drained.cut), (1, 0));
}

/// The bytes of a client that never widens its window of zero bytes, and of its request.
fn zero_window() -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    // SETTINGS with INITIAL_WINDOW_SIZE = 0.
    bytes.extend([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
    // HEADERS of stream 1, the end of both: `:method GET`, `:scheme http`, `:path /`, `:authority a`.
    bytes.extend([0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x41, 1, b'a']);
    bytes
}

#[tokio::test]
async fn a_client_that_never_widens_its_window_is_cut() {
    let (guard, mut dropped) = Guard::channel();
    let server = Server::start(patient().write_stall(SHORT), move |_| {
        let guard = guard();
        async move {
            let forever = Full::new(Bytes::from_static(b"one")).with_trailers(async move {
                drop(guard);
                None
            });
            http::Response::new(forever)
        }
    })
    .await;
    let mut client = server.connect().await;
    client.send(zero_window()).await;
    client.gone().await;
    dropped.recv().await.expect("a drop");
}

#[tokio::test]
async fn a_quiet_stream_is_not_a_client_that_takes_nothing() {
    let server = Server::start(patient().write_stall(SHORT), |_| async {
        let quiet = Full::new(Bytes::from_static(b"one")).with_trailers(async {
            tokio::time::sleep(4 * SHORT).await;
            None
        });
        http::Response::new(quiet)
    })
    .await;
    let (mut sender, _connection) = connect(&server).await;
    assert_eq!(body(&mut sender, "/").await, "one");
}

/// Reads the next frame of stream 1: its type and its payload.
async fn frame(client: &mut Client) -> (u8, Vec<u8>) {
    loop {
        let mut head = [0; 9];
        client.0.read_exact(&mut head).await.expect("a frame");
        let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
        client.0.read_exact(&mut payload).await.expect("a frame");
        if head[8] == 1 {
            return (head[3], payload);
        }
    }
}

#[tokio::test]
async fn an_response_waits_a_temporal_for_the_rest_of_its_request() {
    const HEADERS: u8 = 1;
    const RST_STREAM: u8 = 3;
    for (patience, expected) in [(SHORT, HEADERS), (LONG, RST_STREAM)] {
        let (start, mut started) = mpsc::unbounded_channel();
        let mut config = config(patient());
        config.remainder_time = patience;
        let server = Server::with(config, move |_| {
            start.send(()).expect("a test that waits");
            async { text("early") }
        })
        .await;
        let mut client = server.connect().await;
        let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec();
        // HEADERS of stream 1, and not its end: `:method POST`, `:scheme http`, `:path /`, `:authority a`.
        bytes.extend([0, 0, 6, 1, 4, 0, 0, 0, 1, 0x83, 0x86, 0x84, 0x41, 1, b'a']);
        client.send(bytes).await;
        started.recv().await.expect("a start");
        if expected == RST_STREAM {
            // HEADERS again, which are trailers only with END_STREAM: PROTOCOL_ERROR.
            client
                .send([0, 0, 5, 1, 4, 0, 0, 0, 1, 0, 1, b'x', 1, b'y'])
                .await;
        }
        assert_eq!(frame(&mut client).await.0, expected);
    }
}
