//! An application on a socket.

use std::net::SocketAddr;

use avocet::App;
use avocet::serve::{Server, Shutdown};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Serves an application on a free port, with trusted proxies.
pub(crate) async fn start(app: App, proxies: &[&str]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address");
    let service = app.build().expect("it builds");
    let server = Server::new()
        .trust_proxies(proxies.iter().copied())
        .until(Shutdown::when(std::future::pending()));
    tokio::spawn(server.serve_app_on(listener, service));
    address
}

/// Sends a request with further headers, and returns the whole response.
pub(crate) async fn send(address: SocketAddr, line: &str, headers: &[(&str, &str)]) -> String {
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    let mut request = format!("{line} HTTP/1.1\r\nconnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        request.push_str("host: localhost\r\n");
    }
    for (name, value) in headers {
        request.extend([*name, ": ", *value, "\r\n"]);
    }
    request.push_str("\r\n");
    socket
        .write_all(request.as_bytes())
        .await
        .expect("it is sent");
    let mut response = String::new();
    socket
        .read_to_string(&mut response)
        .await
        .expect("a response");
    response
}

/// Returns the status of a response.
pub(crate) fn status(response: &str) -> u16 {
    let status = response.split(' ').nth(1).expect("a status");
    status.parse().expect("a number")
}

/// Returns the value of a header of a response.
pub(crate) fn header<'r>(response: &'r str, name: &str) -> Option<&'r str> {
    let (head, _) = response.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    let found = lines.find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}
