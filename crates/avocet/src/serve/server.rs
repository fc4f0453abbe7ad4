//! `Server`: the addresses, TLS, proxies and workers of a served application.

use std::io;

#[cfg(feature = "tls")]
use super::Tls;
use super::{Shutdown, Workers};

/// The configuration of a server: its addresses, TLS, trusted proxies, workers and shutdown signal.
///
/// An address alone is enough for [`App::serve`](crate::App::serve); this type configures everything else.
///
/// If a service manager such as systemd passes listening sockets to the process (`LISTEN_FDS`), the server uses those instead of
/// the addresses; and if `NOTIFY_SOCKET` is set, the server reports there that it listens. With the feature
/// `restart`, SIGUSR2 starts the program anew with the same sockets, and stops this process once the new one listens.
///
/// SIGHUP reloads the certificate of `Server::tls`. A server without TLS logs the signal and continues.
///
/// On Unix the server raises the process's soft limit of open files to the number that
/// [`Limits::connections`](super::Limits::connections) needs. If the hard limit is lower, it logs at start how many connections
/// are possible.
///
/// ```no_run
/// use avocet::serve::Server;
///
/// # async fn run() -> avocet::Result<()> {
/// let server = Server::new().bind("127.0.0.1:8000").bind("unix:/run/app.sock");
/// avocet::App::new("Nothing", "1.0.0").serve(server).await
/// # }
/// ```
#[derive(Debug)]
pub struct Server {
    /// Empty for the default address.
    pub(super) addresses: Vec<String>,
    pub(super) socket_mode: u32,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Tls>,
    pub(super) proxies: Vec<String>,
    pub(super) workers: Workers,
    pub(super) shutdown: Option<Shutdown>,
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
    /// let server = avocet::serve::Server::new().bind("0.0.0.0:8000");
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
        }
    }

    /// Listens on an address: `host:port`, where port 0 takes any free one, or `unix:/path`. Repeat it for further addresses.
    ///
    /// An address that cannot be used is an error when the server starts.
    ///
    /// ```
    /// let server = avocet::serve::Server::new().bind("127.0.0.1:8000").bind("[::1]:8000");
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
    /// let server = avocet::serve::Server::new().bind("unix:/run/app.sock").socket_mode(0o600);
    /// ```
    pub fn socket_mode(mut self, mode: u32) -> Self {
        self.socket_mode = mode;
        self
    }

    /// Serves TLS on every TCP address. Unix sockets stay unencrypted.
    ///
    /// ```
    /// use avocet::serve::{Server, Tls};
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
    /// [`ClientAddress`](super::ClientAddress) is then the last address in that header that is not a trusted proxy; any text that the
    /// client itself wrote there precedes it and is never used. Default: no proxy is trusted. An invalid network is an
    /// error when the server starts.
    ///
    /// For requests from a trusted proxy, the first host in `X-Forwarded-Host` is the host that pages which open a WebSocket must come
    /// from ([`Origins`](crate::operation::Origins)).
    ///
    /// ```
    /// let server = avocet::serve::Server::new().bind("0.0.0.0:8000").trust_proxies(["10.0.0.0/8", "2001:db8::7"]);
    /// ```
    pub fn trust_proxies<T: Into<String>>(mut self, proxies: impl IntoIterator<Item = T>) -> Self {
        self.proxies.extend(proxies.into_iter().map(Into::into));
        self
    }

    /// Sets the runtimes that serve the connections: the current runtime, or one for each core.
    ///
    /// ```
    /// use avocet::serve::{Server, Workers};
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
    /// use avocet::serve::{Server, Shutdown};
    ///
    /// let server = Server::new().bind("127.0.0.1:8000").until(Shutdown::when(async {}));
    /// ```
    pub fn until(mut self, shutdown: Shutdown) -> Self {
        self.shutdown = Some(shutdown);
        self
    }

    /// Returns the configured shutdown signal, or the default one.
    pub(super) fn take_shutdown(&mut self) -> io::Result<Shutdown> {
        self.shutdown.take().map_or_else(Shutdown::signals, Ok)
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
