//! Upgrades: a connection that continues with a protocol other than HTTP.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use http::Extensions;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::exchange::shared_slot::SharedSlot;

/// The bytes of a connection after HTTP, over any transport.
///
/// ```
/// fn is_upgraded_io(io: tokio::net::TcpStream) -> Box<dyn avocet_server::UpgradedIo> {
///     Box::new(io)
/// }
/// ```
pub trait UpgradedIo: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> UpgradedIo for T {}

/// The code that runs on a connection after a response with status 101.
///
/// ```
/// let close: avocet_server::Continuation = Box::new(|io| Box::pin(async move { drop(io) }));
/// ```
pub type Continuation =
    Box<dyn FnOnce(Box<dyn UpgradedIo>) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// The remaining work on a connection after HTTP.
pub(crate) type UpgradedFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The possibility to upgrade the connection of a request.
///
/// What runs after the upgrade stays in the task of the connection, with its limits, its drain and the notice of its client's
/// end. On another hyper server it runs in a task of its own.
///
/// ```
/// use avocet_server::{ClientBody, Upgrade};
/// use http::{Request, Response, StatusCode};
/// use tokio::io::AsyncWriteExt;
///
/// fn greet(request: &Request<ClientBody>) -> Response<String> {
///     let mut response = Response::new(String::new());
///     match Upgrade::of(request.extensions()) {
///         Some(upgrade) => {
///             upgrade.accept(Box::new(|mut io| Box::pin(async move { drop(io.write_all(b"hello").await) })));
///             *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
///         }
///         None => *response.status_mut() = StatusCode::UPGRADE_REQUIRED,
///     }
///     response
/// }
/// ```
#[derive(Clone)]
pub struct Upgrade(Offer);

#[derive(Clone)]
enum Offer {
    /// The connection's task runs the continuation itself, so that closing the connection drops it.
    Within(SharedSlot<UpgradedFuture>, OnUpgrade),
    /// Another hyper server owns the connection. A separate task runs the continuation.
    Elsewhere(OnUpgrade),
    /// There is no connection: the creator of the request runs the continuation.
    InProcess(SharedSlot<Continuation>),
}

impl Upgrade {
    /// Returns the upgrade of a request, from the request's extensions.
    ///
    /// ```
    /// let request = http::Request::new(());
    /// assert!(avocet_server::Upgrade::of(request.extensions()).is_none());
    /// ```
    pub fn of(extensions: &Extensions) -> Option<Self> {
        let own = extensions.get::<Self>().cloned();
        own.or_else(|| {
            let other = extensions.get::<OnUpgrade>().cloned();
            other.map(|upgrade| Self(Offer::Elsewhere(upgrade)))
        })
    }

    /// Creates the upgrade of a request without a connection, as a test makes it. The slot receives the code that would run on
    /// the connection.
    ///
    /// ```
    /// use avocet_server::{SharedSlot, Upgrade};
    ///
    /// let slot = SharedSlot::new();
    /// Upgrade::in_process(slot.clone()).accept(Box::new(|_| Box::pin(async {})));
    /// assert!(slot.take().is_some());
    /// ```
    pub fn in_process(slot: SharedSlot<Continuation>) -> Self {
        Self(Offer::InProcess(slot))
    }

    /// Accepts the upgrade. The response must have the status 101.
    ///
    /// ```
    /// # fn accept(upgrade: avocet_server::Upgrade) {
    /// upgrade.accept(Box::new(|io| Box::pin(async move { drop(io) })));
    /// # }
    /// ```
    pub fn accept(self, continuation: Continuation) {
        match self.0 {
            Offer::Within(slot, upgrade) => slot.fill(Box::pin(rest(upgrade, continuation))),
            Offer::Elsewhere(upgrade) => drop(tokio::spawn(rest(upgrade, continuation))),
            Offer::InProcess(slot) => slot.fill(continuation),
        }
    }
}

impl fmt::Debug for Upgrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upgrade").finish_non_exhaustive()
    }
}

async fn rest(upgrade: OnUpgrade, continuation: Continuation) {
    match upgrade.await {
        Ok(upgraded) => continuation(Box::new(TokioIo::new(upgraded))).await,
        Err(error) => tracing::debug!(%error, "the connection ended before it was upgraded"),
    }
}

/// Offers the connection's own upgrade beside hyper's, which stays for code that uses hyper's.
pub(crate) fn offer(extensions: &mut Extensions, slot: &SharedSlot<UpgradedFuture>) {
    if let Some(upgrade) = extensions.get::<OnUpgrade>().cloned() {
        extensions.insert(Upgrade(Offer::Within(slot.clone(), upgrade)));
    }
}
