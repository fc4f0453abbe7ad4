//! An application on a separate socket, for tests of the transport.

use std::io;
use std::net::SocketAddr;

use avocet::App;
use avocet::serve::{Limits, Server, Shutdown, ShutdownReport};
use avocet_server::TowerApp;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_layer::Identity;

/// What a test of the transport runs against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    App,
    /// The application behind a layer that changes nothing.
    Layered,
    /// A router of axum on the same server, with the same routes as far as axum has them.
    Axum,
}

/// A running server, which stops when it is dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<ShutdownReport>>,
}

impl Served {
    pub(crate) async fn start(app: App) -> Self {
        let service = app.build().expect("it builds");
        Self::with(|listener, shutdown| tokio::spawn(service.serve_on(listener, shutdown))).await
    }

    /// Serves the application or the router in its place, with the same limits.
    pub(crate) async fn start_target(
        target: Target,
        limits: Limits,
        app: App,
        router: axum::Router,
    ) -> Self {
        let app = app.limits(limits.clone());
        match target {
            Target::App => Self::start(app).await,
            Target::Layered => Self::start(app.layer(Identity::new())).await,
            Target::Axum => {
                let server = Server::new().limits(limits.server);
                Self::with(|listener, shutdown| {
                    let server = server.until(shutdown);
                    tokio::spawn(server.serve_app_on(listener, TowerApp::new(router)))
                })
                .await
            }
        }
    }

    async fn with(
        serve: impl FnOnce(TcpListener, Shutdown) -> JoinHandle<io::Result<ShutdownReport>>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = Shutdown::when(async { drop(stopped.await) });
        Self {
            address,
            stop: Some(stop),
            task: serve(listener, shutdown),
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
