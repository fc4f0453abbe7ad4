//! `Watcher`: wakes those who wait for entries that other processes append.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;

use super::streams;
use crate::error::Error;
use crate::waiters::Waiters;

/// A thread that reads the last sequence number at an interval while this process has waiters. Dropping the watcher ends the thread.
#[derive(Debug)]
pub(crate) struct Watcher {
    thread: JoinHandle<()>,
    stopped: Arc<AtomicBool>,
}

impl Watcher {
    pub(crate) fn start(
        connection: Connection,
        waiters: Arc<Waiters>,
        interval: Duration,
    ) -> Result<Self, Error> {
        let stopped = Arc::new(AtomicBool::new(false));
        let is_stopped = {
            let stopped = stopped.clone();
            move || stopped.load(Ordering::Acquire)
        };
        let thread = thread::Builder::new().name("avocet-store-watch".to_owned());
        let thread = thread
            .spawn(move || watch(&connection, &waiters, interval, is_stopped))
            .map_err(|error| Error::backend("start a thread", error))?;
        Ok(Self { thread, stopped })
    }

    /// Starts to look for entries. The caller has registered itself as a waiter before.
    pub(crate) fn wake(&self) {
        self.thread.thread().unpark();
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        self.wake();
    }
}

fn watch(
    connection: &Connection,
    waiters: &Waiters,
    interval: Duration,
    is_stopped: impl Fn() -> bool,
) {
    let mut seen = None;
    while !is_stopped() {
        if waiters.is_empty() {
            seen = None;
            thread::park();
            continue;
        }
        // An error, such as a file that is locked for long, leaves `seen`, so the next round finds the same entries.
        if let Ok(last) = streams::last(connection) {
            match seen {
                // Entries before `last` may have been appended after the first waiter looked: all look again.
                None => {
                    waiters.notify_all();
                    seen = Some(last);
                }
                Some(before) if before != last => {
                    if let Ok(grown) = streams::grown(connection, before) {
                        for (log, stream) in grown {
                            waiters.notify(&log, &String::from_utf8_lossy(&stream));
                        }
                        seen = Some(last);
                    }
                }
                Some(_) => {}
            }
        }
        thread::sleep(interval);
    }
}
