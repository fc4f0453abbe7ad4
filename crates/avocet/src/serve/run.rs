//! Serving a built application: the addresses, the signals, and what is said on the way.

use std::io;

use tokio::net::TcpListener;

use super::listener::Listeners;
use super::proxies::Proxies;
use super::rules::Rules;
#[cfg(feature = "tls")]
use super::tls::CurrentTls;
use super::{Drained, Server, Shutdown, bind, serve};
use crate::app::Service;
use crate::report::say;

/// Serves as `server` says until it is asked to stop.
pub(crate) async fn run(mut server: Server, service: Service) -> io::Result<()> {
    let shutdown = server.take_shutdown()?;
    let rules = rules(&mut server, &service)?;
    let mut listeners = Vec::new();
    for address in &server.addresses {
        listeners.push(bind(address, server.socket_mode).await?);
    }
    for listener in &listeners {
        // Said on standard error even without a log: whoever starts a server by hand looks for it.
        let scheme = listener.scheme(&rules);
        say(&format_args!(
            "{} listens on {scheme}{listener}",
            service.name()
        ));
    }
    let drained = serve(Listeners::new(listeners), service, rules, shutdown).await;
    if drained.cut > 0 {
        say(&format_args!(
            "stopped; {} connections were cut at the drain deadline",
            drained.cut
        ));
    }
    Ok(())
}

/// What connections are held to.
#[cfg_attr(
    not(feature = "tls"),
    expect(clippy::needless_pass_by_ref_mut, reason = "TLS is taken out")
)]
fn rules(server: &mut Server, service: &Service) -> io::Result<Rules> {
    let rules = Rules::new(service.limits().clone())?.proxies(Proxies::read(&server.proxies)?);
    #[cfg(feature = "tls")]
    let rules = match server.tls.take() {
        Some(tls) => rules.tls(CurrentTls::watch(tls)?),
        None => rules,
    };
    Ok(rules)
}

impl Service {
    /// Serves on a listener of one's own until `shutdown` asks to stop; then requests in flight are finished within the
    /// drain deadline.
    ///
    /// # Errors
    /// When a limit makes no sense.
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
    pub async fn serve_on(self, listener: TcpListener, shutdown: Shutdown) -> io::Result<Drained> {
        let rules = Rules::new(self.limits().clone())?;
        Ok(serve(listener, self, rules, shutdown).await)
    }
}
