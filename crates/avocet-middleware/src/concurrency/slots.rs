//! `Slots`: the places of each key.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::client_key::ClientKey;

/// The places of the keys that have running or waiting requests; others take no memory.
#[derive(Default)]
pub(super) struct Slots(Mutex<HashMap<ClientKey, Slot>>);

struct Slot {
    places: Arc<Semaphore>,
    /// Its requests, running and waiting.
    requests: usize,
    waiting: usize,
}

/// A place of a running request, free again when this is dropped.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    // After the permit, so that a slot without requests has all its places.
    _request: Counted,
}

/// A request in the count of its key.
struct Counted {
    slots: Arc<Slots>,
    key: ClientKey,
    is_waiting: bool,
}

impl Slots {
    /// Returns a place, now or within the time that a request may wait for one; `None` if there is none.
    pub(super) async fn place(
        self: &Arc<Self>,
        key: ClientKey,
        limit: usize,
        queue: usize,
        max_wait: Duration,
    ) -> Option<Place> {
        let (mut request, places, permit) = self.enter(key, limit, queue)?;
        let permit = match permit {
            Some(permit) => permit,
            None => {
                let acquired = tokio::time::timeout(max_wait, places.acquire_owned()).await;
                // The semaphore is never closed.
                acquired.ok()?.ok()?
            }
        };
        request.runs();
        Some(Place {
            _permit: permit,
            _request: request,
        })
    }

    /// Counts a request if it can run or wait, with its permit if it can run.
    fn enter(
        self: &Arc<Self>,
        key: ClientKey,
        limit: usize,
        queue: usize,
    ) -> Option<(Counted, Arc<Semaphore>, Option<OwnedSemaphorePermit>)> {
        let mut slots = self.lock();
        let slot = slots.entry(key.clone()).or_insert_with(|| Slot {
            places: Arc::new(Semaphore::new(limit)),
            requests: 0,
            waiting: 0,
        });
        let permit = Arc::clone(&slot.places).try_acquire_owned().ok();
        if permit.is_none() && slot.waiting >= queue {
            // All places are taken, so the slot has requests and stays.
            return None;
        }
        slot.requests += 1;
        slot.waiting += usize::from(permit.is_none());
        let request = Counted {
            slots: Arc::clone(self),
            key,
            is_waiting: permit.is_none(),
        };
        Some((request, Arc::clone(&slot.places), permit))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ClientKey, Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    fn runs(&mut self) {
        if std::mem::take(&mut self.is_waiting)
            && let Some(slot) = self.slots.lock().get_mut(&self.key)
        {
            slot.waiting -= 1;
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.runs();
        if let Entry::Occupied(mut slot) = self.slots.lock().entry(self.key.clone()) {
            slot.get_mut().requests -= 1;
            if slot.get().requests == 0 {
                slot.remove();
            }
        }
    }
}

impl fmt::Debug for Slots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} keys", self.lock().len())
    }
}
