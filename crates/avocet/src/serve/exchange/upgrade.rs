//! A connection that goes on as something else than HTTP.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use http::Extensions;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

/// A connection whose HTTP is over, whatever lies beneath it.
pub(crate) trait UpgradedIo: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> UpgradedIo for T {}

/// What a connection goes on with after an answer with status 101.
pub(crate) type Continuation =
    Box<dyn FnOnce(Box<dyn UpgradedIo>) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// What is left to do with a connection whose HTTP is over.
pub(in crate::serve) type UpgradedFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The offer to go on with the connection of a request, in the request's extensions.
#[derive(Clone, Debug)]
pub(crate) enum Upgrade {
    /// The connection's task runs the continuation itself, so that cutting the connection drops it.
    Within(SharedSlot<UpgradedFuture>, OnUpgrade),
    /// Another hyper server has the connection. A task of its own runs the continuation.
    ConnectionSupervisor(OnUpgrade),
    /// There is no connection: whoever made the request runs the continuation.
    #[cfg(feature = "websocket")]
    InProcess(SharedSlot<Continuation>),
}

impl Upgrade {
    /// The offer that came with a request.
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

    /// Accepts it. The answer must have the status 101.
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

/// Makes hyper's offer the connection's own, where there is one. hyper's stays as well, for extractors that know it.
pub(in crate::serve) fn offer(extensions: &mut Extensions, slot: &SharedSlot<UpgradedFuture>) {
    if let Some(upgrade) = extensions.get::<OnUpgrade>().cloned() {
        extensions.insert(Upgrade::Within(slot.clone(), upgrade));
    }
}

/// Where somebody leaves something for somebody else.
pub(crate) struct SharedSlot<T>(Arc<Mutex<Option<T>>>);

impl<T> SharedSlot<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn fill(&self, value: T) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = slot.replace(value);
        // To drop it can wake tasks.
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
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}
