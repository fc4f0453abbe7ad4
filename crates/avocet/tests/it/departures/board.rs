//! The board on which handlers report their progress to the test.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Instant;

use tokio::sync::{Semaphore, oneshot};

pub(super) static BOARD: LazyLock<Board> = LazyLock::new(Board::default);
/// The permits that handlers hold; more than there are concurrent visitors.
pub(super) static SLOTS: Semaphore = Semaphore::const_new(SLOT_COUNT);
pub(super) const SLOT_COUNT: usize = 64;
/// The permit that handlers wait for in vain: the test holds the only one.
pub(super) static QUEUE: Semaphore = Semaphore::const_new(1);

#[derive(Default)]
pub(super) struct Board {
    visits: Mutex<HashMap<u64, Expected>>,
    /// The number of live guards.
    pub(super) live: AtomicUsize,
    /// The number of detached handlers that completed.
    pub(super) finished: AtomicUsize,
}

struct Expected {
    reached: oneshot::Sender<()>,
    gone: oneshot::Sender<Instant>,
}

/// The notifications that a visitor waits for.
pub(super) struct Visit {
    pub(super) id: u64,
    /// The handler reached the point where the visitor disconnects.
    pub(super) reached: oneshot::Receiver<()>,
    /// All state of the handler was dropped, at this time.
    pub(super) gone: oneshot::Receiver<Instant>,
}

/// Lives as long as any state of a handler.
pub(super) struct Guard(Option<oneshot::Sender<Instant>>);

impl Board {
    pub(super) fn visit(&self, id: u64) -> Visit {
        let (reached, handler_reached) = oneshot::channel();
        let (gone, handler_gone) = oneshot::channel();
        let mut visits = self.visits.lock().expect("no panic");
        visits.insert(id, Expected { reached, gone });
        Visit {
            id,
            reached: handler_reached,
            gone: handler_gone,
        }
    }

    /// Reports that a handler reached the point where its visitor disconnects.
    pub(super) fn reached(&self, id: u64) -> Guard {
        self.live.fetch_add(1, Ordering::SeqCst);
        let expected = self.visits.lock().expect("no panic").remove(&id);
        Guard(expected.map(|expected| {
            // The visitor may have disconnected already.
            let _ = expected.reached.send(());
            expected.gone
        }))
    }

    /// Removes a visit that did not reach a handler.
    pub(super) fn forget(&self, id: u64) {
        self.visits.lock().expect("no panic").remove(&id);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        BOARD.live.fetch_sub(1, Ordering::SeqCst);
        if let Some(gone) = self.0.take() {
            let _ = gone.send(Instant::now());
        }
    }
}
