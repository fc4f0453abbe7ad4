//! Serves an application: binds the addresses, handles the signals and logs the start.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::mem;
use std::num::NonZeroUsize;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tokio::net::TcpListener;
use tower_service::Service;

use crate::accept::accept_loop::{ShutdownReport, serve};
use crate::connection::connection_config::ConnectionConfig;
use crate::exchange::body::ClientBody;
use crate::exchange::http_app::HttpApp;
use crate::exchange::tower_app::TowerApp;
#[cfg(feature = "tls")]
use crate::io::tls::CurrentTls;
use crate::listen::bind::Terms;
use crate::listen::listener::{Bound, Listeners};
#[cfg(all(unix, feature = "restart"))]
use crate::listen::restart;
use crate::listen::sockets::{check_all, divided, sockets};
use crate::proxies::Proxies;
use crate::report::say;
use crate::server::Server;
use crate::workers::serve_separately;

/// The address of a server that names none: only this machine reaches it.
const DEFAULT_ADDRESS: &str = "127.0.0.1:8000";

impl Server {
    /// Serves a `tower::Service` until shutdown, and then until the open connections have ended or the drain deadline has passed.
    ///
    /// The service is cloned for each request. Its future is dropped when the client disconnects. An axum `Router<()>` is such a
    /// service.
    ///
    /// # Errors
    /// If an address cannot be used, a limit is out of range, a certificate cannot be read, or the system refuses a
    /// resource.
    ///
    /// ```no_run
    /// use std::convert::Infallible;
    /// use std::future::{Ready, ready};
    /// use std::task::{Context, Poll};
    ///
    /// use avocet_server::{ClientBody, Server};
    /// use http::{Request, Response};
    ///
    /// #[derive(Clone)]
    /// struct Hello;
    ///
    /// impl tower_service::Service<Request<ClientBody>> for Hello {
    ///     type Response = Response<String>;
    ///     type Error = Infallible;
    ///     type Future = Ready<Result<Response<String>, Infallible>>;
    ///
    ///     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
    ///         Poll::Ready(Ok(()))
    ///     }
    ///
    ///     fn call(&mut self, _: Request<ClientBody>) -> Self::Future {
    ///         ready(Ok(Response::new("hello".to_owned())))
    ///     }
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> std::io::Result<()> {
    /// Server::new().bind("127.0.0.1:8000").serve(Hello).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn serve<S, B>(self, service: S) -> io::Result<ShutdownReport>
    where
        S: Service<Request<ClientBody>, Response = Response<B>> + Clone + Send + 'static,
        S::Error: fmt::Display,
        S::Future: Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        self.serve_app(TowerApp::new(service)).await
    }

    /// Serves an [`HttpApp`], as [`serve`](Self::serve) does a service.
    ///
    /// # Errors
    /// As for [`serve`](Self::serve).
    ///
    /// ```no_run
    /// # async fn run<A: avocet_server::HttpApp>(app: A) -> std::io::Result<()> {
    /// avocet_server::Server::new().bind("127.0.0.1:8000").serve_app(app).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn serve_app<A: HttpApp>(mut self, app: A) -> io::Result<ShutdownReport> {
        let shutdown = self.take_shutdown()?;
        let workers = self.workers.separate();
        let count = workers.map_or(1, NonZeroUsize::get);
        let config = self.config()?;
        #[cfg(unix)]
        let shutdown = {
            crate::listen::open_files::make_room_for(config.limits.connections);
            #[cfg(feature = "tls")]
            let has_certificate = config.tls.is_some();
            #[cfg(not(feature = "tls"))]
            let has_certificate = false;
            if has_certificate {
                shutdown
            } else {
                shutdown.ignoring_hangup()?
            }
        };
        let terms = self.terms();
        let sockets = sockets(&self.all_addresses(), &terms, count).await?;
        #[cfg(all(unix, feature = "restart"))]
        let shutdown = shutdown.or(restart::on_signal(&sockets, terms.keep.clone())?);
        // Announce only now: a reader may send a signal at once, and a signal without a handler ends the process.
        announce(&sockets, &config, &self.name);
        ready();
        let report = if workers.is_some() {
            serve_separately(divided(sockets, count), app, config, shutdown).await?
        } else {
            let open = sockets.into_iter().map(Bound::open);
            let open = open.collect::<io::Result<_>>()?;
            serve(Listeners::new(open), app, config, shutdown).await
        };
        if report.cut > 0 || report.cut_tasks > 0 {
            say(&format_args!(
                "stopped; {} connections and {} tasks were cancelled at the drain deadline",
                report.cut, report.cut_tasks
            ));
        }
        Ok(report)
    }

    /// Checks the addresses, the trusted proxies and the files of TLS before [`serve`](Self::serve), without listening.
    ///
    /// A program that takes long to start calls it first, so that it reports an address in use at once. `App::serve` calls it before its
    /// components start.
    ///
    /// # Errors
    /// The error that `serve` would return.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let other = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let server = avocet_server::Server::new().bind(other.local_addr()?.to_string());
    /// assert_eq!(server.check().await.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    /// # Ok(())
    /// # }
    /// ```
    pub fn check(&self) -> impl Future<Output = io::Result<()>> + Send + use<> {
        let files = self.check_files();
        let (addresses, terms) = (self.all_addresses().into_owned(), self.terms());
        async move {
            files?;
            check_all(&addresses, &terms).await
        }
    }

    fn check_files(&self) -> io::Result<()> {
        Proxies::read(&self.proxies)?;
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            tls.check()?;
        }
        Ok(())
    }

    fn all_addresses(&self) -> Cow<'_, [String]> {
        match &*self.addresses {
            [] => Cow::Owned(vec![DEFAULT_ADDRESS.to_owned()]),
            addresses => Cow::Borrowed(addresses),
        }
    }

    fn terms(&self) -> Terms {
        Terms {
            mode: self.socket_mode,
            shared_port: self.workers.separate().is_some(),
            ..Terms::default()
        }
    }

    /// Serves an [`HttpApp`] on a listener that exists, in place of the addresses; nothing is announced.
    ///
    /// # Errors
    /// If a limit is out of range, or a certificate cannot be read.
    ///
    /// ```no_run
    /// # async fn run<A: avocet_server::HttpApp>(app: A) -> std::io::Result<()> {
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// avocet_server::Server::new().serve_app_on(listener, app).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn serve_app_on<A: HttpApp>(
        mut self,
        listener: TcpListener,
        app: A,
    ) -> io::Result<ShutdownReport> {
        let shutdown = self.take_shutdown()?;
        let config = self.config()?;
        Ok(serve(listener, app, config, shutdown).await)
    }

    /// Takes the configuration of the connections.
    fn config(&mut self) -> io::Result<ConnectionConfig> {
        let config = ConnectionConfig::new(self.limits.take().unwrap_or_default())?
            .proxies(Proxies::read(&self.proxies)?)
            .observers(mem::take(&mut self.observers))
            .pre_stop_delay(self.pre_stop_delay);
        #[cfg(feature = "tls")]
        let config = match self.tls.take() {
            Some(tls) => config.tls(CurrentTls::watch(tls)?),
            None => config,
        };
        Ok(config)
    }
}

/// Logs the addresses, on standard error if there is no log: a user who starts a server by hand looks for them.
fn announce(sockets: &[Bound], config: &ConnectionConfig, name: &str) {
    let mut said: Vec<String> = Vec::new();
    for socket in sockets {
        let address = format!("{}{socket}", socket.scheme(config));
        // Print each address once, however many workers listen on it.
        if !said.contains(&address) {
            say(&format_args!("{name} listens on {address}"));
            said.push(address);
        }
    }
}

/// Notifies the service manager that the process listens, if `NOTIFY_SOCKET` is set.
fn ready() {
    #[cfg(unix)]
    if let Err(error) = sd_notify::notify(&[sd_notify::NotifyState::Ready]) {
        tracing::warn!(%error, "cannot notify the service manager that the server is ready");
    }
}
