//! Upgrades: a connection that continues with a protocol other than HTTP.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use http::Extensions;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

/// The bytes of a connection after HTTP, over any transport.
pub(crate) trait UpgradedIo: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> UpgradedIo for T {}

/// The code that runs on a connection after a response with status 101.
pub(crate) type Continuation =
    Box<dyn FnOnce(Box<dyn UpgradedIo>) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// The remaining work on a connection after HTTP.
pub(in crate::serve) type UpgradedFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The possibility to upgrade the connection of a request, in the request's extensions.
#[derive(Clone, Debug)]
pub(crate) enum Upgrade {
    /// The connection's task runs the continuation itself, so that closing the connection drops it.
    Within(SharedSlot<UpgradedFuture>, OnUpgrade),
    /// Another hyper server owns the connection. A separate task runs the continuation.
    ConnectionSupervisor(OnUpgrade),
    /// There is no connection: the creator of the request runs the continuation.
    #[cfg(feature = "websocket")]
    InProcess(SharedSlot<Continuation>),
}

impl Upgrade {
    /// Returns the upgrade of a request.
    #[cfg(feature = "websocket")]
    pub(crate) fn of(extensions: &Extensions) -> Option<Self> {
        let own = extensions.get::<Self>().cloned();
        own.or_else(|| {
            extensions
                .get::<OnUpgrade>()
                .cloned()
                .map(Self::ConnectionSupervisor)
        })
    }

    /// Accepts the upgrade. The response must have the status 101.
    pub(crate) fn go_on(self, continuation: Continuation) {
        match self {
            Self::Within(slot, upgrade) => slot.fill(Box::pin(rest(upgrade, continuation))),
            Self::ConnectionSupervisor(upgrade) => drop(tokio::spawn(rest(upgrade, continuation))),
            #[cfg(feature = "websocket")]
            Self::InProcess(slot) => slot.fill(continuation),
        }
    }
}

async fn rest(upgrade: OnUpgrade, continuation: Continuation) {
    match upgrade.await {
        Ok(upgraded) => continuation(Box::new(TokioIo::new(upgraded))).await,
        Err(error) => tracing::debug!(%error, "the connection ended before it was upgraded"),
    }
}

/// Replaces hyper's upgrade by the connection's own, if there is one. hyper's stays as well, for extractors that use it.
pub(in crate::serve) fn offer(extensions: &mut Extensions, slot: &SharedSlot<UpgradedFuture>) {
    if let Some(upgrade) = extensions.get::<OnUpgrade>().cloned() {
        extensions.insert(Upgrade::Within(slot.clone(), upgrade));
    }
}

/// A slot in which one task leaves a value for another.
pub(crate) struct SharedSlot<T>(Arc<Mutex<Option<T>>>);

impl<T> SharedSlot<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn fill(&self, value: T) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = slot.replace(value);
        // Dropping it can wake tasks.
        drop(slot);
        drop(old);
    }

    pub(crate) fn take(&self) -> Option<T> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.take()
    }
}

impl<T> Clone for SharedSlot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for SharedSlot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedSlot").finish_non_exhaustive()
    }
}
