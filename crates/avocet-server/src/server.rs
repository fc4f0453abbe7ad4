//! `Server`: the addresses, TLS, proxies, limits and workers of a server.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "tls")]
use crate::io::tls::Tls;
use crate::limits::Limits;
use crate::observer::Observer;
use crate::shutdown::Shutdown;
use crate::workers::Workers;

/// The configuration of a server: its addresses, TLS, trusted proxies, limits, workers and shutdown signal.
///
/// [`serve`](Self::serve) serves a `tower::Service` with it.
///
/// If a service manager such as systemd passes listening sockets to the process (`LISTEN_FDS`), the server uses those instead of
/// the addresses; and if `NOTIFY_SOCKET` is set, the server reports there that it listens. With the feature
/// `restart`, SIGUSR2 starts the program anew with the same sockets, and stops this process once the new one listens.
///
/// SIGHUP reloads the certificate of `Server::tls`. A server without TLS logs the signal and continues.
///
/// On Unix the server raises the process's soft limit of open files to the number that
/// [`Limits::connections`](crate::Limits::connections()) needs. If the hard limit is lower, it logs at start how many connections
/// are possible.
///
/// ```no_run
/// use avocet_server::Server;
///
/// # async fn run<S>(service: S) -> std::io::Result<()>
/// # where
/// #     S: tower_service::Service<http::Request<avocet_server::ClientBody>, Response = http::Response<String>, Error = std::io::Error>
/// #         + Clone + Send + 'static,
/// #     S::Future: Send + 'static,
/// # {
/// let server = Server::new().bind("127.0.0.1:8000").bind("unix:/run/app.sock");
/// server.serve(service).await?;
/// # Ok(())
/// # }
/// ```
pub struct Server {
    /// Empty for the default address.
    pub(crate) addresses: Vec<String>,
    pub(crate) socket_mode: u32,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<Tls>,
    pub(crate) proxies: Vec<String>,
    pub(crate) workers: Workers,
    pub(crate) shutdown: Option<Shutdown>,
    pub(crate) limits: Option<Limits>,
    pub(crate) observers: Vec<Arc<dyn Observer>>,
    pub(crate) pre_stop_delay: Duration,
    /// The name of the application in the log.
    pub(crate) name: String,
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl Server {
    /// A server without an address yet: [`bind`](Self::bind) adds them. Without one it listens on `127.0.0.1:8000`.
    ///
    /// ```
    /// let server = avocet_server::Server::new().bind("0.0.0.0:8000");
    /// ```
    pub fn new() -> Self {
        Self {
            addresses: Vec::new(),
            socket_mode: 0o660,
            #[cfg(feature = "tls")]
            tls: None,
            proxies: Vec::new(),
            workers: Workers::Shared,
            shutdown: None,
            limits: None,
            observers: Vec::new(),
            pre_stop_delay: Duration::ZERO,
            name: "the server".to_owned(),
        }
    }

    /// Listens on an address: `host:port`, where port 0 takes any free one, or `unix:/path`. Repeat it for further addresses.
    ///
    /// An address that cannot be used is an error when the server starts.
    ///
    /// ```
    /// let server = avocet_server::Server::new().bind("127.0.0.1:8000").bind("[::1]:8000");
    /// ```
    pub fn bind(mut self, address: impl Into<String>) -> Self {
        self.addresses.push(address.into());
        self
    }

    /// Sets the permissions of a Unix socket's file: write permission allows connecting.
    ///
    /// Default `0o660`: its owner and its group. The file is removed at the end; a file left behind by a killed server is
    /// replaced.
    ///
    /// ```
    /// let server = avocet_server::Server::new().bind("unix:/run/app.sock").socket_mode(0o600);
    /// ```
    pub fn socket_mode(mut self, mode: u32) -> Self {
        self.socket_mode = mode;
        self
    }

    /// Serves TLS on every TCP address. Unix sockets stay unencrypted.
    ///
    /// ```
    /// use avocet_server::{Server, Tls};
    ///
    /// let server = Server::new().bind("0.0.0.0:8443").tls(Tls::files("certificate.pem", "key.pem"));
    /// ```
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Trusts `X-Forwarded-For` from these proxies: addresses, networks, or `unix` for
    /// every client of a Unix socket.
    ///
    /// [`ClientAddress`](crate::ClientAddress) is then the last address in that header that is not a trusted proxy; any text that the
    /// client itself wrote there precedes it and is never used. Default: no proxy is trusted. An invalid network is an
    /// error when the server starts.
    ///
    /// For requests from a trusted proxy, the first host in `X-Forwarded-Host` is the host that the client requested
    /// ([`ConnectionInfo::forwarded_host`](crate::ConnectionInfo::forwarded_host)), and the first scheme in `X-Forwarded-Proto` is the one
    /// that it used ([`ConnectionInfo::is_secure`](crate::ConnectionInfo::is_secure)).
    ///
    /// ```
    /// let server = avocet_server::Server::new().bind("0.0.0.0:8000").trust_proxies(["10.0.0.0/8", "2001:db8::7"]);
    /// ```
    pub fn trust_proxies<T: Into<String>>(mut self, proxies: impl IntoIterator<Item = T>) -> Self {
        self.proxies.extend(proxies.into_iter().map(Into::into));
        self
    }

    /// Sets the runtimes that serve the connections: the current runtime, or one for each core.
    ///
    /// ```
    /// use avocet_server::{Server, Workers};
    ///
    /// let server = Server::new().bind("0.0.0.0:8000").workers(Workers::PerCore);
    /// ```
    pub fn workers(mut self, workers: Workers) -> Self {
        self.workers = workers;
        self
    }

    /// Stops on `shutdown`, instead of on Ctrl-C and SIGTERM.
    ///
    /// ```
    /// use avocet_server::{Server, Shutdown};
    ///
    /// let server = Server::new().bind("127.0.0.1:8000").until(Shutdown::when(async {}));
    /// ```
    pub fn until(mut self, shutdown: Shutdown) -> Self {
        self.shutdown = Some(shutdown);
        self
    }

    /// Sets the limits. For an `avocet::App`, set them with `App::limits` instead.
    ///
    /// A limit out of its range is an error when the server starts.
    ///
    /// ```
    /// use avocet_server::{Limits, Server};
    ///
    /// let server = Server::new().limits(Limits::default().connections(500));
    /// ```
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Returns the limits that were set.
    ///
    /// ```
    /// assert_eq!(avocet_server::Server::new().configured_limits(), None);
    /// ```
    pub fn configured_limits(&self) -> Option<&Limits> {
        self.limits.as_ref()
    }

    /// Reports what happens on the connections to an observer, for metrics. Repeat it for further observers.
    ///
    /// ```
    /// use avocet_server::{Observer, Server};
    ///
    /// struct Log;
    ///
    /// impl Observer for Log {
    ///     fn limit_reached(&self, limit: &'static str) {
    ///         eprintln!("a client reached the limit {limit}");
    ///     }
    /// }
    ///
    /// let server = Server::new().observer(Log);
    /// ```
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// Sets how long the server still accepts connections after the shutdown signal, so that a load balancer can stop sending requests
    /// first ([`ShutdownSignal::is_leaving`](crate::ShutdownSignal::is_leaving)). Default: zero.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let server = avocet_server::Server::new().pre_stop_delay(Duration::from_secs(5));
    /// ```
    pub fn pre_stop_delay(mut self, delay: Duration) -> Self {
        self.pre_stop_delay = delay;
        self
    }

    /// Sets the name of the application in the line that is logged at start: `Shop 1.0.0 listens on http://127.0.0.1:8000`.
    ///
    /// ```
    /// let server = avocet_server::Server::new().name("Shop 1.0.0");
    /// ```
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Returns the configured shutdown signal, or the default one.
    pub(crate) fn take_shutdown(&mut self) -> io::Result<Shutdown> {
        self.shutdown.take().map_or_else(Shutdown::signals, Ok)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("addresses", &self.addresses)
            .field("workers", &self.workers)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Converts an address into a server with the default configuration.
impl From<&str> for Server {
    fn from(address: &str) -> Self {
        Self::new().bind(address)
    }
}

impl From<String> for Server {
    fn from(address: String) -> Self {
        Self::new().bind(address)
    }
}

impl From<&String> for Server {
    fn from(address: &String) -> Self {
        Self::new().bind(address)
    }
}

impl From<std::net::SocketAddr> for Server {
    fn from(address: std::net::SocketAddr) -> Self {
        Self::new().bind(address.to_string())
    }
}
