//! The program, from outside.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A running program, which is killed with the test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn it_serves_the_router_and_stops_on_sigterm() {
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let address = port.expect("a port");
    let program = Command::new(env!("CARGO_BIN_EXE_axum-server"))
        .arg(address.to_string())
        .stderr(Stdio::null())
        .spawn();
    let mut program = Program(program.expect("it starts"));
    let mut client = loop {
        match TcpStream::connect(address).await {
            Ok(client) => break client,
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    };
    let request = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    client.write_all(request).await.expect("an open socket");
    let mut response = String::new();
    client.read_to_string(&mut response).await.expect("text");
    assert!(response.contains("127.0.0.1:"), "{response}");

    for (length, status) in [(64 * 1024, "200"), (64 * 1024 + 1, "413")] {
        let mut client = TcpStream::connect(address).await.expect("a listener");
        let head = format!(
            "POST /length HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
        );
        client.write_all(head.as_bytes()).await.expect("a socket");
        client
            .write_all(&vec![b'a'; length])
            .await
            .expect("a socket");
        let mut response = String::new();
        client.read_to_string(&mut response).await.expect("text");
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status}")),
            "{response}"
        );
    }

    let killed = Command::new("kill")
        .arg(program.0.id().to_string())
        .status();
    assert!(killed.expect("kill").success());
    assert!(program.0.wait().expect("an end").success());
}
