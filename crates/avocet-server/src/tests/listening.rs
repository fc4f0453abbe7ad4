//! Binding an address, and accepting when accepting fails.

use std::io;
use std::task::{Context, Poll};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::harness::{Client, Handler, SHORT, Server, config, free_port, patient, shutdown, text};
use crate::listen::bind::{Terms, bind};
use crate::listen::listener::{Listener, Listeners};
use crate::listen::socket::Socket;
use crate::listen::sockets::{divided, sockets};
use crate::proxies::Proxies;
use crate::workers::serve_separately;
use crate::{ClientAddress, ConnectionInfo, serve};

fn terms() -> Terms {
    Terms {
        mode: 0o600,
        ..Terms::default()
    }
}

#[tokio::test]
async fn the_error_names_the_address_and_the_reason() {
    let taken = free_port().await;
    let address = taken.local_addr().expect("an address").to_string();
    for (address, reason) in [
        (
            address.as_str(),
            "another program already listens on this address",
        ),
        (
            "192.0.2.1:8000",
            "the address does not belong to this machine",
        ),
    ] {
        let error = bind(address, &terms()).await.expect_err("no listener");
        assert_eq!(
            error.to_string(),
            format!("cannot listen on {address}: {reason}")
        );
    }
}

/// A listener that fails a few times before each connection.
struct Failing {
    listener: TcpListener,
    failures: usize,
}

impl Listener for Failing {
    fn poll_accept(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<(Socket, ClientAddress)>> {
        if self.failures > 0 {
            self.failures -= 1;
            return Poll::Ready(Err(io::Error::other("too many open files")));
        }
        self.failures = 3;
        Listener::poll_accept(&mut self.listener, context)
    }

    fn accept_waiting(&mut self) -> io::Result<(Socket, ClientAddress)> {
        self.listener.accept_waiting()
    }
}

#[tokio::test]
async fn a_failure_to_accept_is_outlived() {
    let listener = free_port().await;
    let address = listener.local_addr().expect("an address");
    let (_stop, shutdown) = shutdown();
    let hello = Handler(|_| async { text("hello") });
    tokio::spawn(serve(
        Failing {
            listener,
            failures: 3,
        },
        hello,
        config(patient()),
        shutdown,
    ));
    for _ in 0..2 {
        let mut client = Client(TcpStream::connect(address).await.expect("a connection"));
        client.get("/").await;
        client.response().await;
    }
}

#[tokio::test]
async fn several_listeners_are_all_heard() {
    let (one, two) = (free_port().await, free_port().await);
    let addresses = [&one, &two].map(|listener| listener.local_addr().expect("an address"));
    let (_stop, shutdown) = shutdown();
    let hello = Handler(|_| async { text("hello") });
    let listeners = Listeners::new(vec![one, two]);
    tokio::spawn(serve(listeners, hello, config(patient()), shutdown));
    for address in [addresses[0], addresses[1], addresses[0]] {
        let mut client = Client(TcpStream::connect(address).await.expect("a connection"));
        client.get("/").await;
        client.response().await;
    }
}

#[tokio::test]
async fn an_address_with_all_its_connections_gets_no_more() {
    let server = Server::hello(patient().connections_per_address(2)).await;
    let mut clients = [server.connect().await, server.connect().await];
    for client in &mut clients {
        client.get("/").await;
        client.response().await;
    }
    server.connect().await.gone().await;
    let [one, mut other] = clients;
    drop(one);
    // Its permit is free as soon as the server has detected the disconnect.
    loop {
        let mut next = server.connect().await;
        let _ = next
            .0
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            .await;
        let mut response = String::new();
        let _ = next.0.read_to_string(&mut response).await;
        if response.ends_with("hello") {
            break;
        }
    }
    other.get("/").await;
    other.response().await;
}

#[tokio::test]
async fn workers_count_the_connections_of_an_address_together() {
    let terms = Terms {
        shared_port: true,
        ..Terms::default()
    };
    let addresses = ["127.0.0.1:0".to_owned()];
    let sockets = sockets(&addresses, &terms, 4).await.expect("a port");
    let address = sockets[0].to_string();
    // More than a worker's share of all connections.
    let limits = patient().connections(200).connections_per_address(60);
    let (_stop, shutdown) = shutdown();
    tokio::spawn(serve_separately(
        divided(sockets, 4),
        Handler(|_| async { text("hello") }),
        config(limits),
        shutdown,
    ));
    let mut open = Vec::new();
    for _ in 0..80 {
        let mut client = Client(TcpStream::connect(&address).await.expect("it listens"));
        // A connection over the limit is closed before it is read.
        let _ = client
            .0
            .write_all(b"GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n")
            .await;
        if client.0.read_u8().await.is_ok() {
            open.push(client);
        }
    }
    assert_eq!(open.len(), 60);
}

#[tokio::test]
async fn workers_count_all_connections_together() {
    let terms = Terms {
        shared_port: true,
        ..Terms::default()
    };
    let addresses = ["127.0.0.1:0".to_owned()];
    let sockets = sockets(&addresses, &terms, 4).await.expect("a port");
    let address = sockets[0].to_string();
    let (_stop, shutdown) = shutdown();
    tokio::spawn(serve_separately(
        divided(sockets, 4),
        Handler(|_| async { text("hello") }),
        config(patient().connections(3)),
        shutdown,
    ));
    let mut waiting = Vec::new();
    for _ in 0..40 {
        let mut client = Client(TcpStream::connect(&address).await.expect("it listens"));
        client.get("/openapi.json").await;
        waiting.push(client);
    }
    // A connection that ends makes room for a waiting one, whichever worker has it.
    let all_are_served = async {
        while !waiting.is_empty() {
            tokio::time::sleep(SHORT).await;
            let before = waiting.len();
            waiting.retain(|client| client.0.try_read(&mut [0]).is_err());
            let served = before - waiting.len();
            assert!(served <= 3, "{served} at once");
        }
    };
    let all_are_served =
        tokio::time::timeout(std::time::Duration::from_secs(60), all_are_served).await;
    assert!(all_are_served.is_ok(), "connections wait for ever");
}

#[tokio::test]
async fn a_trusted_proxy_speaks_for_its_client() {
    for (trusted, expected) in [(&["127.0.0.1"][..], "203.0.113.9"), (&[], "127.0.0.1")] {
        let config = config(patient()).proxies(Proxies::read(trusted).expect("addresses"));
        let server = Server::with(config, |request| async move {
            let address: &ClientAddress = request.extensions().get().expect("an address");
            text(address.ip().expect("an IP address").to_string())
        })
        .await;
        let mut client = server.connect().await;
        client
            .send("GET / HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 1.1.1.1, 203.0.113.9\r\n\r\n")
            .await;
        assert!(
            client
                .response()
                .await
                .ends_with(&format!("\r\n\r\n{expected}"))
        );
    }
}

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use tokio::net::UnixStream;

    use super::*;

    fn path(name: &str) -> (PathBuf, String) {
        let path = std::env::temp_dir().join(format!("avocet-{name}-{}", std::process::id()));
        let _ = fs::remove_file(&path);
        let address = format!("unix:{}", path.display());
        (path, address)
    }

    #[tokio::test]
    async fn a_unix_socket_serves_and_leaves_nothing_behind() {
        let (path, address) = path("serves");
        let listener = bind(&address, &terms()).await.expect("a free path");
        assert_eq!(listener.to_string(), address);
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let (stop, shutdown) = shutdown();
        let peer = Handler(|request: http::Request<crate::ClientBody>| async move {
            let address: &ClientAddress = request.extensions().get().expect("an address");
            text(address.to_string())
        });
        let server = tokio::spawn(serve(
            listener.open().expect("a runtime"),
            peer,
            config(patient()),
            shutdown,
        ));
        let mut client = UnixStream::connect(&path).await.expect("a connection");
        let request = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        client.write_all(request).await.expect("an open socket");
        let mut response = String::new();
        client
            .read_to_string(&mut response)
            .await
            .expect("an answer");
        assert!(response.ends_with("\r\n\r\nunix"), "{response}");
        stop.send(()).expect("a running server");
        server.await.expect("no panic");
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_stale_socket_is_replaced_and_nothing_else_is() {
        let (path, address) = path("stale");
        // std's listener leaves its file behind.
        drop(std::os::unix::net::UnixListener::bind(&path).expect("a free path"));
        let listener = bind(&address, &terms()).await.expect("a stale path");
        let error = bind(&address, &terms()).await.expect_err("in use");
        assert!(
            error
                .to_string()
                .ends_with("another program already listens on this address"),
            "{error}"
        );
        // The server must not remove the file of its successor.
        fs::remove_file(&path).expect("a file");
        fs::write(&path, "precious").expect("a file");
        drop(listener);
        let error = bind(&address, &terms()).await.expect_err("a file");
        assert!(
            error
                .to_string()
                .ends_with("a file that is not a socket exists there"),
            "{error}"
        );
        assert_eq!(fs::read(&path).expect("a file"), b"precious");
        fs::remove_file(&path).expect("a file");
    }
}

#[tokio::test]
async fn a_trusted_proxy_reports_the_scheme() {
    for (trusted, expected) in [(&["127.0.0.1"][..], "true"), (&[], "false")] {
        let config = config(patient()).proxies(Proxies::read(trusted).expect("addresses"));
        let server = Server::with(config, |request| async move {
            let connection: &ConnectionInfo = request.extensions().get().expect("a connection");
            text(connection.is_secure(request.headers()).to_string())
        })
        .await;
        let mut client = server.connect().await;
        client
            .send("GET / HTTP/1.1\r\nhost: a\r\nx-forwarded-proto: https\r\n\r\n")
            .await;
        let response = client.response().await;
        assert!(
            response.ends_with(&format!("\r\n\r\n{expected}")),
            "{response}"
        );
    }
}
