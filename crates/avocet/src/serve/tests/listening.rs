//! Taking an address, and accepting when accepting fails.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use tokio::net::{TcpListener, TcpStream};

use super::harness::{Client, Handler, patient, shutdown, text};
use crate::serve::accept::Listener;
use crate::serve::{bind, serve};

#[tokio::test]
async fn the_error_names_the_address_and_the_reason() {
    let taken = bind("127.0.0.1:0").await.expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    for (address, reason) in [
        (address.as_str(), "another program already listens there"),
        ("192.0.2.1:8000", "this machine has no such address"),
        (
            "8000",
            "that is no address; write `host:port`, such as `127.0.0.1:8000`",
        ),
    ] {
        let error = bind(address).await.expect_err("no listener");
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
    ) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        if self.failures > 0 {
            self.failures -= 1;
            return Poll::Ready(Err(io::Error::other("too many open files")));
        }
        self.failures = 3;
        Listener::poll_accept(&mut self.listener, context)
    }
}

#[tokio::test]
async fn a_failure_to_accept_is_outlived() {
    let listener = bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (_stop, shutdown) = shutdown();
    let hello = Handler(|_| async { text("hello") });
    tokio::spawn(serve(
        Failing {
            listener,
            failures: 3,
        },
        hello,
        patient(),
        shutdown,
    ));
    for _ in 0..2 {
        let mut client = Client(TcpStream::connect(address).await.expect("a connection"));
        client.get("/").await;
        client.answer().await;
    }
}
