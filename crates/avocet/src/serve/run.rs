//! Serving a built application: the address, the signals, and what is said on the way.

use std::io;

use tokio::net::TcpListener;

use super::{Drained, Shutdown, bind, serve};
use crate::app::Service;

/// Listens on `address` and serves until Ctrl-C or SIGTERM.
pub(crate) async fn run(address: &str, service: Service) -> io::Result<()> {
    let shutdown = Shutdown::signals()?;
    let listener = bind(address).await?;
    // Said on standard error even without a log: whoever starts a server by hand looks for it.
    eprintln!(
        "{} listens on http://{}",
        service.name(),
        listener.local_addr()?
    );
    let drained = service.serve_on(listener, shutdown).await?;
    if drained.cut > 0 {
        eprintln!(
            "stopped; {} connections were cut at the drain deadline",
            drained.cut
        );
    }
    Ok(())
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
        let limits = self.limits().clone();
        serve(listener, self, limits, shutdown).await
    }
}
