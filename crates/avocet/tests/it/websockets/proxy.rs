//! Pages that open a WebSocket through a proxy that rewrites `Host`.

use std::path::PathBuf;

use avocet::prelude::*;
use avocet::serve::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::task::JoinHandle;

#[websocket("/echo")]
async fn echo(mut socket: WebSocket<String>) {
    socket.recv().await;
}

/// Extracts the head of the request before the socket.
#[websocket("/late")]
async fn late(#[extract] _head: http::request::Parts, mut socket: WebSocket<String>) {
    socket.recv().await;
}

/// A server whose clients all are the proxy `unix`, which is trusted or not.
struct Behind {
    path: PathBuf,
    task: JoinHandle<avocet::Result<()>>,
}

impl Behind {
    async fn start(name: &str, proxies: &[&str]) -> Self {
        let file = format!("avocet-proxy-{name}-{}.sock", std::process::id());
        let path = std::env::temp_dir().join(file);
        let address = format!("unix:{}", path.display());
        let server = Server::new()
            .bind(address)
            .trust_proxies(proxies.iter().copied());
        let app = App::new("Behind", "1.0.0").routes(routes![echo, late]);
        let task = tokio::spawn(app.serve(server));
        Self { path, task }
    }

    /// Returns the status of the response to a handshake with these headers.
    async fn status(&self, path: &str, headers: &str) -> String {
        let mut stream = loop {
            match UnixStream::connect(&self.path).await {
                Ok(stream) => break stream,
                Err(_) => tokio::task::yield_now().await,
            }
        };
        let request = format!(
            "GET {path} HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nhost: internal:8000\r\n{headers}\r\n"
        );
        stream
            .write_all(request.as_bytes())
            .await
            .expect("it reads");
        let mut status = [0; 12];
        stream.read_exact(&mut status).await.expect("an answer");
        String::from_utf8_lossy(&status[9..]).into_owned()
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        self.task.abort();
        let _ = std::fs::remove_file(&self.path);
    }
}

const PAGE: &str = "origin: https://shop.example.com\r\n";

#[tokio::test]
async fn a_trusted_proxy_names_the_host_that_pages_come_from() {
    let behind = Behind::start("trusted", &["unix"]).await;
    for path in ["/echo", "/late"] {
        for (host, status) in [
            ("", "403"),
            ("x-forwarded-host: shop.example.com\r\n", "101"),
            ("x-forwarded-host: Shop.Example.com:443\r\n", "101"),
            ("x-forwarded-host: shop.example.com, inner\r\n", "101"),
            (
                "x-forwarded-host: shop.example.com\r\nx-forwarded-host: inner\r\n",
                "101",
            ),
            ("x-forwarded-host: inner, shop.example.com\r\n", "403"),
            ("x-forwarded-host: example.com\r\n", "403"),
            ("x-forwarded-host: shop.example.com:8443\r\n", "403"),
        ] {
            let found = behind.status(path, &format!("{host}{PAGE}")).await;
            assert_eq!(found, status, "{path} {host}");
        }
        // The proxy's internal name for the server is not the public one.
        let own = "x-forwarded-host: shop.example.com\r\norigin: http://internal:8000\r\n";
        assert_eq!(behind.status(path, own).await, "403");
    }
}

#[tokio::test]
async fn nothing_else_names_it() {
    let behind = Behind::start("stranger", &["10.0.0.0/8"]).await;
    let headers = format!("x-forwarded-host: shop.example.com\r\n{PAGE}");
    assert_eq!(behind.status("/echo", &headers).await, "403");
    let own = "x-forwarded-host: shop.example.com\r\norigin: http://internal:8000\r\n";
    assert_eq!(behind.status("/echo", own).await, "101");
}
