//! Serves a built application: binds the addresses, handles the signals and logs the start.

use std::io;
use std::num::NonZeroUsize;

use tokio::net::TcpListener;

use super::connection::connection_config::ConnectionConfig;
#[cfg(feature = "tls")]
use super::io::tls::CurrentTls;
use super::listen::bind::Terms;
use super::listen::listener::{Bound, Listeners};
#[cfg(all(unix, feature = "restart"))]
use super::listen::restart;
use super::listen::sockets::{divided, sockets};
use super::proxies::Proxies;
use super::workers::serve_separately;
use super::{Server, Shutdown, ShutdownReport, serve};
use crate::app::Service;
use crate::report::say;

/// The address of a server that names none: only this machine reaches it.
const DEFAULT_ADDRESS: &str = "127.0.0.1:8000";

/// Serves with the configuration of `server` until shutdown.
pub(crate) async fn run(mut server: Server, service: Service) -> io::Result<()> {
    let shutdown = server.take_shutdown()?;
    let workers = server.workers.separate();
    let count = workers.map_or(1, NonZeroUsize::get);
    let config = config(&mut server, &service)?;
    #[cfg(unix)]
    let shutdown = {
        super::listen::open_files::make_room_for(config.limits.connections);
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
    let terms = Terms {
        mode: server.socket_mode,
        shared_port: workers.is_some(),
        ..Terms::default()
    };
    let default = [DEFAULT_ADDRESS.to_owned()];
    let addresses = match &*server.addresses {
        [] => &default,
        addresses => addresses,
    };
    let sockets = sockets(addresses, &terms, count).await?;
    #[cfg(all(unix, feature = "restart"))]
    let shutdown = shutdown.or(restart::on_signal(&sockets, terms.keep.clone())?);
    // Announce only now: a reader may send a signal at once, and a signal without a handler ends the process.
    announce(&sockets, &config, &service);
    ready();
    let access_log = service.access_log();
    let drained = if workers.is_some() {
        serve_separately(divided(sockets, count), service, config, shutdown).await?
    } else {
        let open = sockets.into_iter().map(Bound::open);
        let open = open.collect::<io::Result<_>>()?;
        serve(Listeners::new(open), service, config, shutdown).await
    };
    access_log.finish().await;
    if drained.cut > 0 || drained.cut_tasks > 0 {
        say(&format_args!(
            "stopped; {} connections and {} tasks were cancelled at the drain deadline",
            drained.cut, drained.cut_tasks
        ));
    }
    Ok(())
}

/// Logs the addresses, on standard error if there is no log: a user who starts a server by hand looks for them.
fn announce(sockets: &[Bound], config: &ConnectionConfig, service: &Service) {
    let mut said: Vec<String> = Vec::new();
    for socket in sockets {
        let address = format!("{}{socket}", socket.scheme(config));
        // Print each address once, however many workers listen on it.
        if !said.contains(&address) {
            say(&format_args!("{} listens on {address}", service.name()));
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

/// The limits and settings of connections.
#[cfg_attr(
    not(feature = "tls"),
    expect(clippy::needless_pass_by_ref_mut, reason = "TLS is taken out")
)]
fn config(server: &mut Server, service: &Service) -> io::Result<ConnectionConfig> {
    let config = rules_of(service)?.proxies(Proxies::read(&server.proxies)?);
    #[cfg(feature = "tls")]
    let config = match server.tls.take() {
        Some(tls) => config.tls(CurrentTls::watch(tls)?),
        None => config,
    };
    Ok(config)
}

fn rules_of(service: &Service) -> io::Result<ConnectionConfig> {
    let config = ConnectionConfig::new(service.limits().clone())?;
    Ok(config.reported_to(service.metrics(), service.pre_stop_delay()))
}

impl Service {
    /// Serves on an existing listener until `shutdown`; then requests in flight finish within the
    /// drain deadline.
    ///
    /// # Errors
    /// If a limit is out of range.
    ///
    /// ```
    /// use avocet::serve::Shutdown;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> avocet::Result<()> {
    /// let service = avocet::App::new("Nothing", "1.0.0").build()?;
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// service.serve_on(listener, Shutdown::when(async {})).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn serve_on(
        self,
        listener: TcpListener,
        shutdown: Shutdown,
    ) -> io::Result<ShutdownReport> {
        let config = rules_of(&self)?;
        let access_log = self.access_log();
        let drained = serve(listener, self, config, shutdown).await;
        access_log.finish().await;
        Ok(drained)
    }
}
