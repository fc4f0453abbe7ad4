//! Where handlers tell the test how far they have come.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Instant;

use tokio::sync::{Semaphore, oneshot};

pub(super) static BOARD: LazyLock<Board> = LazyLock::new(Board::default);
/// What handlers work under; more than there are visitors at once.
pub(super) static SLOTS: Semaphore = Semaphore::const_new(SLOT_COUNT);
pub(super) const SLOT_COUNT: usize = 64;
/// What handlers wait for in vain: the test keeps the only permit.
pub(super) static QUEUE: Semaphore = Semaphore::const_new(1);

#[derive(Default)]
pub(super) struct Board {
    visits: Mutex<HashMap<u64, Expected>>,
    /// Guards that live.
    pub(super) live: AtomicUsize,
    /// Detached handlers that ran to their end.
    pub(super) finished: AtomicUsize,
}

struct Expected {
    reached: oneshot::Sender<()>,
    gone: oneshot::Sender<Instant>,
}

/// What a visitor waits for.
pub(super) struct Visit {
    pub(super) id: u64,
    /// The handler has come where the visitor wants to leave.
    pub(super) reached: oneshot::Receiver<()>,
    /// Everything of the handler was dropped, and when.
    pub(super) gone: oneshot::Receiver<Instant>,
}

/// Lives as long as anything of a handler does.
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

    /// A handler has come where its visitor wants to leave.
    pub(super) fn reached(&self, id: u64) -> Guard {
        self.live.fetch_add(1, Ordering::SeqCst);
        let expected = self.visits.lock().expect("no panic").remove(&id);
        Guard(expected.map(|expected| {
            // The visitor may have left already.
            let _ = expected.reached.send(());
            expected.gone
        }))
    }

    /// Forgets visits that no handler heard of.
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
