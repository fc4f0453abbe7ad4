//! Handlers that panic among good ones: each panic affects only its own request.
//!
//! The default is a short run; `AVOCET_PANICS=100000 cargo test --release -p avocet --test it panics` is the long run.

use std::net::SocketAddr;
use std::time::Duration;

use avocet::observe::Metrics;
use avocet::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::time::sleep;

use crate::served::Served;

#[model(output)]
struct Token {
    text: &'static str,
}

#[get("/good")]
async fn good() -> &'static str {
    "good"
}

/// Panics immediately, or after a wait.
#[get("/panic")]
async fn panics(#[query] later: bool) -> &'static str {
    if later {
        tokio::task::yield_now().await;
    }
    panic!("on purpose")
}

/// Panics after its first event.
#[get("/broken")]
async fn broken() -> Sse<Token> {
    Sse::new(stream! {
        yield Token { text: "a" };
        tokio::task::yield_now().await;
        panic!("on purpose");
    })
}

/// Uses a keep-alive connection: a panic is only a 500 on it, and the requests around it get their responses.
async fn conversation(address: SocketAddr, turns: usize) {
    let mut socket = TcpStream::connect(address).await.expect("it listens");
    for turn in 0..turns {
        let panics = format!("/panic?later={}", turn % 2 == 0);
        for (path, status) in [("/good", "200"), (&panics, "500"), ("/good", "200")] {
            let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
            let request = request.as_bytes();
            socket.write_all(request).await.expect("it reads");
            let head = response(&mut socket).await;
            assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        }
    }
}

/// Reads a response, and returns its head.
async fn response(socket: &mut TcpStream) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(socket.read_u8().await.expect("an answer").into());
    }
    let (_, length) = head.split_once("content-length: ").expect("a length");
    let length = length.lines().next().and_then(|length| length.parse().ok());
    let mut body = vec![0; length.expect("a number")];
    socket.read_exact(&mut body).await.expect("a body");
    head
}

/// A response whose stream panics has no end.
async fn broken_stream(address: SocketAddr) {
    let mut socket = TcpStream::connect(address).await.expect("it listens");
    let request = b"GET /broken HTTP/1.1\r\nhost: x\r\n\r\n";
    socket.write_all(request).await.expect("it reads");
    let mut response = Vec::new();
    let _ = socket.read_to_end(&mut response).await;
    let response = String::from_utf8(response).expect("text");
    assert!(
        response.contains(r#"{"text":"a"}"#) && !response.ends_with("0\r\n\r\n"),
        "{response}"
    );
}

#[tokio::test]
async fn a_panic_costs_its_own_request_and_nothing_else() {
    let total: usize =
        std::env::var("AVOCET_PANICS").map_or(200, |count| count.parse().expect("a number"));
    // A subscriber is installed, so that standard error stays quiet.
    let _listening = tracing::subscriber::set_default(tracing_subscriber::registry());
    let metrics = Metrics::new();
    let app = App::new("Panics", "1.0.0").metrics(metrics.clone());
    let served = Served::start(app.routes(routes![good, panics, broken])).await;
    let tasks = Handle::current().metrics().num_alive_tasks();

    // A tenth of them panic in the middle of a stream.
    let streams = total / 10;
    let each = (total - streams) / 4;
    let conversations = (0..4).map(|_| tokio::spawn(conversation(served.address, each)));
    let conversations: Vec<_> = conversations.collect();
    for _ in 0..streams {
        broken_stream(served.address).await;
    }
    for conversation in conversations {
        conversation.await.expect("only handlers panic");
    }

    let panicked = 4 * each;
    let line = |name: &str, route: &str, more: &str| {
        format!("{name}{{method=\"GET\",route=\"{route}\"{more}}}")
    };
    for (series, count) in [
        (line("http_panics_total", "/panic", ""), panicked),
        (
            line("http_requests_total", "/panic", ",status=\"500\""),
            panicked,
        ),
        (line("http_panics_total", "/broken", ""), streams),
        (line("http_panics_total", "/good", ""), 0),
        (
            line("http_requests_total", "/good", ",status=\"200\""),
            2 * panicked,
        ),
        (line("http_disconnects_total", "/good", ""), 0),
        (line("http_disconnects_total", "/panic", ""), 0),
        ("http_connections_open".to_owned(), 0),
        ("http_connections_total".to_owned(), 4 + streams),
    ] {
        // The last connections are closing.
        while !metrics.render().contains(&format!("{series} {count}\n")) {
            sleep(Duration::from_millis(1)).await;
        }
    }
    let page = metrics.render();
    assert_eq!(page.matches("http_requests_total{").count(), 3, "{page}");
    for quiet in ["http_rejections_total{", "http_limits_hit_total{"] {
        assert!(!page.contains(quiet), "{page}");
    }
    assert_eq!(Handle::current().metrics().num_alive_tasks(), tasks);
    let drained = served.drained().await;
    assert_eq!((drained.cut, drained.cut_tasks), (0, 0));
}
