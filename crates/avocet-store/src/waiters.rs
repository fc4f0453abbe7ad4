//! `Waiters`: those who wait for entries of a stream, within this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

type Names = (String, String);

/// Those who wait, by log and stream. A stream without waiters uses nothing.
#[derive(Debug, Default)]
pub(crate) struct Waiters(Mutex<HashMap<Names, Arc<Notify>>>);

impl Waiters {
    /// Waits for an append to the stream, unless `is_there` finds an entry after the registration: no append is lost between the two.
    pub(crate) async fn wait<E>(
        &self,
        log: &str,
        stream: &str,
        is_there: impl AsyncFnOnce() -> Result<bool, E>,
    ) -> Result<(), E> {
        let waiter = self.register(log, stream);
        let mut appended = std::pin::pin!(waiter.notify.notified());
        appended.as_mut().enable();
        if !is_there().await? {
            appended.await;
        }
        Ok(())
    }

    /// Wakes those who wait for the stream.
    pub(crate) fn notify(&self, log: &str, stream: &str) {
        let waiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiters.is_empty() {
            return;
        }
        if let Some(notify) = waiters.get(&(log.to_owned(), stream.to_owned())) {
            notify.notify_waiters();
        }
    }

    /// Wakes all.
    #[cfg(feature = "sqlite")]
    pub(crate) fn notify_all(&self) {
        let waiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiters.values().for_each(|it| it.notify_waiters());
    }

    #[cfg(any(test, feature = "sqlite"))]
    pub(crate) fn is_empty(&self) -> bool {
        let waiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiters.is_empty()
    }

    fn register(&self, log: &str, stream: &str) -> Waiter<'_> {
        let names = (log.to_owned(), stream.to_owned());
        let mut waiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let notify = waiters.entry(names.clone()).or_default().clone();
        Waiter {
            waiters: self,
            names,
            notify,
        }
    }
}

/// One who waits. The last one of a stream removes it from the map.
struct Waiter<'a> {
    waiters: &'a Waiters,
    names: Names,
    notify: Arc<Notify>,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut waiters = self
            .waiters
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // The map and this one.
        if Arc::strong_count(&self.notify) == 2 {
            waiters.remove(&self.names);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::Waiters;

    #[test]
    fn a_dropped_waiter_leaves_nothing_behind() {
        let waiters = Waiters::default();
        let mut context = Context::from_waker(Waker::noop());
        {
            let mut first = pin!(waiters.wait("l", "s", async || Ok::<_, ()>(false)));
            let mut second = pin!(waiters.wait("l", "s", async || Ok::<_, ()>(false)));
            assert!(first.as_mut().poll(&mut context).is_pending());
            assert!(second.as_mut().poll(&mut context).is_pending());
            waiters.notify("l", "other");
            assert!(first.as_mut().poll(&mut context).is_pending());
            waiters.notify("l", "s");
            assert_eq!(first.poll(&mut context), Poll::Ready(Ok(())));
            assert!(!waiters.is_empty());
        }
        assert!(waiters.is_empty());
    }
}
