//! Counters of the server's activity.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use avocet::prelude::*;

/// The counters, shared by all routes.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    counters: Arc<Counters>,
}

#[derive(Debug, Default)]
struct Counters {
    running: AtomicUsize,
    cancelled: AtomicUsize,
    open_streams: AtomicUsize,
    open_sockets: AtomicUsize,
}

/// The counters at one moment.
#[model(output)]
#[derive(Debug)]
pub struct Snapshot {
    /// Handlers that are at work.
    pub running: usize,
    /// Handlers, streams and sockets that were dropped before their end.
    pub cancelled: usize,
    /// Streams that are being sent, or wait for their first item.
    pub open_streams: usize,
    /// Sockets that an upgrade made of a connection.
    pub open_sockets: usize,
}

/// Say what goes on in the other routes.
///
/// The counters begin at zero when the server starts.
#[get("/stats", tag = "server")]
pub(crate) async fn stats(#[state] stats: Stats) -> Snapshot {
    stats.snapshot()
}

impl Stats {
    /// Returns the current counters.
    pub fn snapshot(&self) -> Snapshot {
        let read = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
        Snapshot {
            running: read(&self.counters.running),
            cancelled: read(&self.counters.cancelled),
            open_streams: read(&self.counters.open_streams),
            open_sockets: read(&self.counters.open_sockets),
        }
    }

    /// Counts a handler as running until the value is dropped.
    pub fn work(&self) -> Counted {
        self.counted(|counters| &counters.running)
    }

    /// Counts a stream as open until the value is dropped.
    pub fn stream(&self) -> Counted {
        self.counted(|counters| &counters.open_streams)
    }

    /// Counts a socket as open until the value is dropped.
    pub(crate) fn socket(&self) -> Counted {
        self.counted(|counters| &counters.open_sockets)
    }

    fn counted(&self, which: fn(&Counters) -> &AtomicUsize) -> Counted {
        which(&self.counters).fetch_add(1, Ordering::SeqCst);
        Counted {
            counters: Arc::clone(&self.counters),
            which,
            done: false,
        }
    }
}

/// Counts itself until it is dropped, and as cancelled if it is dropped before it is [done](Self::done).
#[derive(Debug)]
pub struct Counted {
    counters: Arc<Counters>,
    which: fn(&Counters) -> &AtomicUsize,
    done: bool,
}

impl Counted {
    /// Marks it as complete.
    pub fn done(mut self) {
        self.done = true;
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        // This counter first, so that a reader who sees the second decrease sees the first as well.
        if !self.done {
            self.counters.cancelled.fetch_add(1, Ordering::SeqCst);
        }
        (self.which)(&self.counters).fetch_sub(1, Ordering::SeqCst);
    }
}
