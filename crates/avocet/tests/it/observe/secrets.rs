//! What must never be logged, at any level: secrets, and errors for a client's mistake.

use avocet::observe::AccessLog;
use avocet::prelude::*;
use avocet::serve::Limits;
use avocet::types::Secret;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::capture;
use crate::served::Served;

#[model(input)]
struct Login {
    #[field(max_length = 200)]
    name: String,
    password: Secret<String>,
}

#[post("/login/{token}")]
async fn login(
    token: Secret<String>,
    #[query] key: String,
    #[header] authorization: String,
    #[cookie] session: String,
    #[body] login: Login,
) -> String {
    let all = [
        token.into_exposed(),
        key,
        authorization,
        session,
        login.name,
        login.password.into_exposed(),
    ];
    all.len().to_string()
}

#[post("/form")]
async fn form(#[form] name: String, #[form] password: Secret<String>) -> usize {
    name.len() + password.expose().len()
}

/// Starts a server on the current thread's runtime, so that everything is logged on the thread of the test.
async fn start() -> SocketAddr {
    let limits = Limits::default()
        .body_bytes(4096)
        .header_time(Duration::from_millis(200));
    let app = App::new("Secrets", "1.0.0")
        .limits(limits)
        .access_log(AccessLog::tracing());
    Served::start(app.routes(routes![login, form]))
        .await
        .for_good()
}

/// Sends bytes and returns everything received, until the server closes the connection or has no more to send.
async fn send(address: SocketAddr, request: &[u8]) -> String {
    let mut socket = TcpStream::connect(address).await.expect("it listens");
    // The server may close the connection before it has read everything.
    let _ = socket.write_all(request).await;
    let _ = socket.shutdown().await;
    let mut response = Vec::new();
    let _ = socket.read_to_end(&mut response).await;
    String::from_utf8_lossy(&response).into_owned()
}

fn login_request(body: &str, headers: &str) -> String {
    format!(
        "POST /login/CANARY-path?key=CANARY-query HTTP/1.1\r\nhost: x\r\nauthorization: Bearer CANARY-bearer\r\n\
         cookie: session=CANARY-cookie\r\nx-api-key: CANARY-key\r\nproxy-authorization: Basic CANARY-proxy\r\n\
         content-type: application/json\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a21_no_secret_is_logged_at_any_level() {
    let (log, _guard) = capture::logs();
    let address = start().await;
    let good = r#"{"name": "CANARY-name", "password": "CANARY-password"}"#;
    let form = "name=CANARY-name&password=CANARY-password";
    let head = "POST /form HTTP/1.1\r\nhost: x\r\ncookie: CANARY-cookie\r\nconnection: close\r\n";
    let typed = "content-type: application/x-www-form-urlencoded";
    for (request, status) in [
        (login_request(good, ""), "200"),
        (
            login_request(r#"{"name": 7, "password": ["CANARY-password"]}"#, ""),
            "422",
        ),
        (login_request("CANARY-no-json", ""), "422"),
        (login_request(good, "x-request-id: CANARY id\r\n"), "200"),
        (
            login_request(good, "traceparent: CANARY\r\ntracestate: CANARY=1\r\n"),
            "200",
        ),
        (login_request(&"CANARY".repeat(1000), ""), "413"),
        (
            login_request(good, "").replace("CANARY-path", "CANARY/path"),
            "404",
        ),
        (login_request(good, "").replace("POST", "PUT"), "405"),
        (login_request(good, "content-length: CANARY\r\n"), "400"),
        (
            login_request(good, "").replace("HTTP/1.1", "CANARY/1.1"),
            "400",
        ),
        (
            format!(
                "{head}{typed}\r\ncontent-length: {}\r\n\r\n{form}",
                form.len()
            ),
            "200",
        ),
        (
            format!("{head}{typed}\r\ncontent-length: 900\r\n\r\n{form}"),
            "400",
        ),
    ] {
        let response = send(address, request.as_bytes()).await;
        assert!(
            response.is_empty() || response.contains(status),
            "{status} for {request}: {response}"
        );
    }
    let text = log.text();
    assert!(text.matches("avocet::access").count() >= 9, "{text}");
    // A path without a route is logged as sent, which helps to find the broken link.
    let told: Vec<_> = text
        .lines()
        .filter(|line| line.contains("CANARY") && !line.contains("path=/login/CANARY/path "))
        .collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[tokio::test]
async fn a21_nothing_that_a_client_sends_is_logged_as_an_error() {
    let (log, _guard) = capture::logs();
    let address = start().await;
    let much = "a".repeat(40_000);
    let many = "x: y\r\n".repeat(200);
    let deep = format!("{}1{}", "[".repeat(2000), "]".repeat(2000));
    let requests = [
        String::new(),
        "\r\n\r\n".into(),
        "GET".into(),
        "GET / HTTP/1.1".into(),
        "GET / HTTP/9.9\r\n\r\n".into(),
        "GET  / HTTP/1.1\r\nhost: x\r\n\r\n".into(),
        "\0\0\0\0\0\0\0\0\r\n\r\n".into(),
        "\u{16}\u{3}\u{1}\0\u{1}".into(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nno frames at all, or are there".into(),
        format!("GET /{much} HTTP/1.1\r\nhost: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: x\r\nlong: {much}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n"),
        "GET / HTTP/1.1\r\nhost: x\r\nbad header: y\r\n\r\n".into(),
        "GET /%ff%00/../..%2f HTTP/1.1\r\nhost: x\r\n\r\n".into(),
        "OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n".into(),
        "CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n".into(),
        "POST /form HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n".into(),
        "POST /form HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".into(),
        "POST /form HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\nzz\r\n".into(),
        "POST /form HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 30\r\n\r\n--b\r\nno headers".into(),
        login_request(&deep, ""),
        login_request("{\"name\": \"\\ud800\", \"password\": 1e999}", ""),
        login_request("{", "expect: 100-continue\r\nupgrade: websocket\r\n"),
    ];
    for request in &requests {
        let response = send(address, request.as_bytes()).await;
        assert!(
            !response.starts_with("HTTP/1.1 5"),
            "{request:?}: {response}"
        );
    }
    let text = log.text();
    for level in ["ERROR", "WARN", "panicked"] {
        let told: Vec<_> = text
            .lines()
            .filter(|line| line.trim_start().starts_with(level))
            .collect();
        assert!(told.is_empty(), "{told:#?}");
    }
    let good = send(
        address,
        login_request(r#"{"name": "a", "password": "b"}"#, "").as_bytes(),
    )
    .await;
    assert!(good.starts_with("HTTP/1.1 200"), "{good}");
}
