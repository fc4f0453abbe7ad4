//! Shutdown with connections in every state.

use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Request;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};

use super::harness::{
    self, Client, Guard, Handler, LONG, SHORT, Server, config, free_port, patient, text,
};
use crate::listen::bind::{Terms, bind};
use crate::listen::listener::{Bound, Listener};
use crate::listen::socket::Socket;
use crate::{ClientAddress, ClientBody, Limits, Shutdown, ShutdownReport, ShutdownSignal, serve};

/// A server whose handler waits for the switch; the receiver reports when it has started.
async fn waiting(limits: Limits) -> (Server, watch::Sender<bool>, mpsc::UnboundedReceiver<()>) {
    let (release, released) = watch::channel(false);
    let (start, started) = mpsc::unbounded_channel();
    let server = Server::start(limits, move |request| {
        let (start, mut released) = (start.clone(), released.clone());
        async move {
            if request.uri().path() == "/wait" {
                start.send(()).expect("a test that waits");
                released
                    .wait_for(|released| *released)
                    .await
                    .expect("a release");
            }
            text("done")
        }
    })
    .await;
    (server, release, started)
}

#[tokio::test]
async fn open_requests_finish_idle_connections_end_new_ones_are_rejected() {
    let (server, release, mut started) = waiting(patient()).await;
    let mut idle = server.connect().await;
    idle.get("/").await;
    idle.response().await;
    let mut busy = server.connect().await;
    busy.get("/wait").await;
    started.recv().await.expect("a start");

    server.stop.send(()).expect("a running server");
    assert_eq!(idle.rest().await, "");
    TcpStream::connect(server.address)
        .await
        .expect_err("no listener");
    release.send(true).expect("a handler that waits");
    let response = busy.rest().await;
    assert!(response.contains("connection: close"), "{response}");
    assert!(response.ends_with("done"), "{response}");
    assert_eq!(
        server.stopped().await,
        ShutdownReport {
            finished: 2,
            cut: 0,
            cut_tasks: 0,
        }
    );
}

#[tokio::test]
async fn a_request_that_crosses_the_stop_is_the_last_of_its_connection() {
    let (server, release, mut started) = waiting(patient()).await;
    let mut idle = server.connect().await;
    idle.get("/").await;
    idle.response().await;
    // The waiting connection is notified of the shutdown with the rest of them.
    let mut witness = server.connect().await;
    witness.get("/wait").await;
    started.recv().await.expect("a start");
    server.stop.send(()).expect("a running server");
    while TcpStream::connect(server.address).await.is_ok() {}
    idle.get("/").await;
    let response = idle.rest().await;
    assert!(response.contains("connection: close"), "{response}");
    assert!(response.ends_with("done"), "{response}");
    release.send(true).expect("a handler that waits");
    witness.rest().await;
    assert_eq!(server.stopped().await.cut, 0);
}

#[tokio::test]
async fn the_deadline_cuts_what_does_not_finish() {
    let (server, _release, mut started) = waiting(patient().drain_time(SHORT)).await;
    let mut stuck = server.connect().await;
    stuck.get("/wait").await;
    started.recv().await.expect("a start");
    assert_eq!(
        server.stop().await,
        ShutdownReport {
            finished: 0,
            cut: 1,
            cut_tasks: 0,
        }
    );
    stuck.gone().await;
}

#[tokio::test]
async fn a_second_request_to_stop_cuts_at_once() {
    let (server, _release, mut started) = waiting(patient()).await;
    let mut stuck = server.connect().await;
    stuck.get("/wait").await;
    started.recv().await.expect("a start");
    server.stop.send(()).expect("a running server");
    assert_eq!(
        server.stop().await,
        ShutdownReport {
            finished: 0,
            cut: 1,
            cut_tasks: 0,
        }
    );
    stuck.gone().await;
}

#[tokio::test]
async fn the_handler_of_a_cut_connection_is_dropped_before_the_end() {
    let (guard, mut dropped) = Guard::channel();
    let (start, mut started) = mpsc::unbounded_channel();
    let server = Server::start(patient().drain_time(SHORT), move |_| {
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
    server.stop().await;
    dropped.try_recv().expect("a drop");
}

#[tokio::test]
async fn a_handler_can_hear_of_the_stop() {
    let (start, mut started) = mpsc::unbounded_channel();
    let server = Server::start(patient(), move |request| {
        let start = start.clone();
        async move {
            let mut draining: ShutdownSignal =
                request.extensions().get().cloned().expect("a handle");
            assert!(!draining.is_draining());
            start.send(()).expect("a test that waits");
            draining.started().await;
            text("good-bye")
        }
    })
    .await;
    let mut client = server.connect().await;
    client.get("/").await;
    started.recv().await.expect("a start");
    server.stop.send(()).expect("a running server");
    assert!(client.rest().await.ends_with("good-bye"));
    assert_eq!(
        server.stopped().await,
        ShutdownReport {
            finished: 1,
            cut: 0,
            cut_tasks: 0,
        }
    );
}

#[tokio::test]
async fn a_request_sent_before_the_stop_is_served_though_nobody_accepted_it_yet() {
    let listener = free_port().await;
    let address = listener.local_addr().expect("an address");
    let mut client = Client(TcpStream::connect(address).await.expect("a connection"));
    client.get("/").await;
    // The runtime has to be notified of the connection; there is no other event to wait for.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let stopped = Shutdown::when(std::future::ready(()));
    let hello = Handler(|_| async { text("hello") });
    let drained = serve(listener, hello, config(patient()), stopped).await;
    assert!(client.rest().await.ends_with("hello"));
    assert_eq!(
        drained,
        ShutdownReport {
            finished: 1,
            cut: 0,
            cut_tasks: 0,
        }
    );
}

#[tokio::test]
async fn a_stop_takes_in_all_that_wait() {
    let listener = bind("127.0.0.1:0", &Terms::default()).await;
    let listener = listener.expect("a port");
    let address = listener.to_string();
    let mut clients = Vec::new();
    for _ in 0..300 {
        let mut client = Client(TcpStream::connect(&address).await.expect("a connection"));
        client.get("/").await;
        clients.push(client);
    }
    let stopped = Shutdown::when(std::future::ready(()));
    let hello = Handler(|_| async { text("hello") });
    let listener = listener.open().expect("a runtime");
    let server = tokio::spawn(serve(listener, hello, config(patient()), stopped));
    for client in &mut clients {
        assert!(client.rest().await.ends_with("hello"));
    }
    assert_eq!(server.await.expect("no panic").finished, 300);
}

/// A connection that has disconnected before it is accepted, then those of the listener.
struct Aborted(TcpListener, bool);

impl Listener for Aborted {
    fn poll_accept(&mut self, _: &mut Context<'_>) -> Poll<io::Result<(Socket, ClientAddress)>> {
        Poll::Pending
    }

    fn accept_waiting(&mut self) -> io::Result<(Socket, ClientAddress)> {
        if std::mem::take(&mut self.1) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        self.0.accept_waiting()
    }
}

#[tokio::test]
async fn one_that_has_left_does_not_cost_the_others_the_last_call() {
    let listener = free_port().await;
    let address = listener.local_addr().expect("an address");
    let mut client = Client(TcpStream::connect(address).await.expect("a connection"));
    client.get("/").await;
    let stopped = Shutdown::when(std::future::ready(()));
    let hello = Handler(|_| async { text("hello") });
    let listener = Aborted(listener, true);
    let server = tokio::spawn(serve(listener, hello, config(patient()), stopped));
    assert!(client.rest().await.ends_with("hello"));
    assert_eq!(server.await.expect("no panic").finished, 1);
}

#[tokio::test]
async fn a_server_that_hands_over_leaves_what_waits_to_its_successor() {
    let shared = bind("127.0.0.1:0", &Terms::default()).await;
    let shared = shared.expect("a port");
    let address = shared.to_string();
    let first = shared.share().and_then(Bound::open).expect("a runtime");
    let (hand_over, handed_over) = oneshot::channel();
    let ready = Handler(|request: Request<ClientBody>| async move {
        let draining = request.extensions().get::<ShutdownSignal>();
        let is_alone = draining.is_some_and(ShutdownSignal::is_without_successor);
        text(if is_alone { "stopping" } else { "ready" })
    });
    // It would stop slowly after a shutdown signal.
    let rules_of_first = config(patient()).pre_stop_delay(LONG);
    let shutdown = Shutdown::handed_over(async { drop(handed_over.await) });
    let old = tokio::spawn(serve(first, ready.clone(), rules_of_first, shutdown));
    let mut open = Client(TcpStream::connect(&address).await.expect("a connection"));
    open.get("/").await;
    assert!(open.response().await.ends_with("ready"));
    hand_over.send(()).expect("a running server");
    // The old process responds to requests that cross the hand-over, and its readiness check never fails.
    open.get("/").await;
    assert!(open.rest().await.ends_with("ready"));
    assert_eq!(old.await.expect("no panic").cut, 0);

    let mut new = Client(TcpStream::connect(&address).await.expect("it listens"));
    new.get("/").await;
    let (stop, shutdown) = harness::shutdown();
    let shared = shared.open().expect("a runtime");
    tokio::spawn(serve(shared, ready, config(patient()), shutdown));
    assert!(new.response().await.ends_with("ready"));
    stop.send(()).expect("a running server");
}

#[tokio::test]
async fn a_connection_without_a_byte_does_not_keep_the_server() {
    let server = Server::hello(patient()).await;
    let mut silent = server.connect().await;
    let mut witness = server.connect().await;
    witness.get("/").await;
    witness.response().await;
    assert_eq!(
        server.stop().await,
        ShutdownReport {
            finished: 2,
            cut: 0,
            cut_tasks: 0,
        }
    );
    assert_eq!(silent.rest().await, "");
}

/// In a separate process: a process that listens for signals can no longer be stopped with them.
#[cfg(unix)]
#[tokio::test]
async fn signals_ask_to_stop_each_time() {
    const CHILD: &str = "AVOCET_TEST_SIGNALS";
    if std::env::var_os(CHILD).is_none() {
        let (_, module) = module_path!().split_once("::").expect("a crate");
        let test = format!("{module}::signals_ask_to_stop_each_time");
        let itself = std::env::current_exe().expect("a test binary");
        let output = std::process::Command::new(itself)
            .args(["--exact", &test])
            .env(CHILD, "1")
            .output();
        let output = output.expect("a child");
        assert!(
            output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed")
        );
        return;
    }
    let mut shutdown = Shutdown::signals().expect("signals");
    for signal in ["TERM", "INT"] {
        let process = std::process::id().to_string();
        let status = std::process::Command::new("kill")
            .args(["-s", signal, &process])
            .status();
        assert!(status.expect("kill").success());
        shutdown.requested().await;
    }
}

#[tokio::test]
async fn it_says_that_it_leaves_before_it_closes_the_door() {
    let config = config(patient()).pre_stop_delay(LONG);
    let server = Server::with(config, |request| async move {
        let draining = request.extensions().get::<ShutdownSignal>();
        let is_leaving = draining.is_some_and(ShutdownSignal::is_leaving);
        text(if is_leaving { "leaving" } else { "here" })
    })
    .await;
    let mut open = server.connect().await;
    open.get("/").await;
    assert!(open.response().await.ends_with("here"));
    server.stop.send(()).expect("a running server");
    // The server may handle some requests on the open connection before it processes the shutdown signal.
    loop {
        open.get("/").await;
        if open.response().await.ends_with("leaving") {
            break;
        }
    }
    let mut new = server.connect().await;
    new.get("/").await;
    assert!(new.response().await.ends_with("leaving"));
    // A second shutdown signal ends the pre-stop delay, and the drain with it.
    server.stop.send(()).expect("a running server");
    let drained = server.stopped().await;
    assert_eq!(drained.finished + drained.cut, 2);
    open.gone().await;
}

#[tokio::test]
async fn a_connection_that_ends_before_the_drain_is_counted_as_finished() {
    let config = config(patient()).pre_stop_delay(LONG);
    let server = Server::with(config, |request| async move {
        let draining = request.extensions().get::<ShutdownSignal>();
        let is_leaving = draining.is_some_and(ShutdownSignal::is_leaving);
        text(if is_leaving { "leaving" } else { "here" })
    })
    .await;
    let mut witness = server.connect().await;
    let mut ends = server.connect().await;
    ends.get("/").await;
    assert!(ends.response().await.ends_with("here"));
    server.stop.send(()).expect("a running server");
    loop {
        witness.get("/").await;
        if witness.response().await.ends_with("leaving") {
            break;
        }
    }
    ends.send("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await;
    ends.rest().await;
    // The accept loop has run between these requests, and has seen the connection end.
    for _ in 0..2 {
        witness.get("/").await;
        witness.response().await;
    }
    server.stop.send(()).expect("a running server");
    let drained = server.stopped().await;
    assert!(drained.finished >= 1, "{drained:?}");
    assert_eq!(drained.finished + drained.cut, 2);
}
