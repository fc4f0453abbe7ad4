//! An application on a separate socket, for tests of the transport.

use std::io;
use std::net::SocketAddr;

use avocet::App;
use avocet::serve::{Shutdown, ShutdownReport};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running server, which stops when it is dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<ShutdownReport>>,
}

impl Served {
    pub(crate) async fn start(app: App) -> Self {
        let service = app.build().expect("it builds");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = Shutdown::when(async { drop(stopped.await) });
        Self {
            address,
            stop: Some(stop),
            task: tokio::spawn(service.serve_on(listener, shutdown)),
        }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("it listens")
    }

    pub(crate) fn ask_to_stop(&mut self) {
        self.stop = None;
    }

    pub(crate) fn is_over(&self) -> bool {
        self.task.is_finished()
    }

    /// Starts a graceful shutdown, and waits for the end.
    pub(crate) async fn drained(mut self) -> ShutdownReport {
        self.ask_to_stop();
        self.task.await.expect("no panic").expect("good limits")
    }

    /// Serves until the end of the test.
    pub(crate) fn for_good(self) -> SocketAddr {
        let address = self.address;
        tokio::spawn(async move { self.task.await.map(|_| self.stop) });
        address
    }
}
