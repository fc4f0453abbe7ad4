//! `Sqlite`: the back-end on a file.

mod config;
mod connection;
mod fault;
mod keys;
mod number;
mod streams;
mod threads;
mod watcher;

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use rusqlite::Connection;

pub use self::config::SqliteConfig;
use self::fault::Fault;
use self::threads::{Queue, Read, Write};
use self::watcher::Watcher;
use crate::backend::{
    BoxFuture, Change, Condition, Count, KeyValueBackend, LogBackend, Paging, Scan,
};
use crate::clock::Timestamp;
use crate::config::{LogConfig, NamespaceConfig};
use crate::entry::{Counter, Entry, Page, Usage, Version};
use crate::error::Error;
use crate::log_entry::{LogPage, LogUsage, Sequence, Trim};
use crate::waiters::Waiters;

/// A store in a `SQLite` file, which outlives the process and which several processes of one machine can share.
///
/// One thread writes, and groups the writes that wait into one transaction. Other threads read. The queues to them are bounded: a full one
/// rejects the operation with [`Error::Busy`]. [`guarantees`](crate::guarantees) has what survives a crash.
///
/// A new file is readable and writable for its owner alone (0600). The permissions of an existing file stay.
///
/// ```
/// use avocet_store::{Sqlite, Store, Ttl};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("store.db");
/// let store = Store::new(Sqlite::open(&path)?);
/// store.namespace("notes")?.put("a", "text", Ttl::NEVER).await?;
/// drop(store);
///
/// let store = Store::new(Sqlite::open(&path)?);
/// assert!(store.namespace("notes")?.get("a").await?.is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Sqlite {
    writer: Queue<Write>,
    readers: Queue<Read>,
    waiters: Arc<Waiters>,
    watcher: Watcher,
}

impl Sqlite {
    /// Opens a file with the default settings, and creates it if it does not exist. It blocks the thread, so call it at startup.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("store.db");
    /// let store = avocet_store::Store::new(avocet_store::Sqlite::open(&path)?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Backend`] if the file cannot be opened, [`Error::Schema`] if it is not a store or is of a newer version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        SqliteConfig::new(path).open()
    }
}

impl SqliteConfig {
    /// Opens the file, and creates it if it does not exist. It blocks the thread, so call it at startup.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("store.db");
    /// let sqlite = avocet_store::SqliteConfig::new(&path).open()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Backend`] if the file cannot be opened, [`Error::Schema`] if it is not a store or is of a newer version.
    pub fn open(self) -> Result<Sqlite, Error> {
        // An absolute path has no special meaning for SQLite, as `:memory:` has.
        let path = std::path::absolute(&self.path)
            .map_err(|error| Error::backend("open the SQLite file", error))?;
        connection::create(&path)?;
        let open = || connection::open(&path, self.connection).map_err(Error::from);
        let mut writer = open()?;
        connection::migrate(&mut writer)?;
        let readers: Result<Vec<_>, _> = (0..self.readers).map(|_| open()).collect();
        let waiters = Arc::new(Waiters::default());
        Ok(Sqlite {
            watcher: Watcher::start(open()?, waiters.clone(), self.poll_interval)?,
            readers: Queue::readers(self.queue, readers?)?,
            writer: Queue::writer(self.queue, writer)?,
            waiters,
        })
    }
}

impl Sqlite {
    /// Runs a write, which wakes no waiters.
    async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Error> {
        self.writer.run(write, || ()).await
    }
}

impl KeyValueBackend for Sqlite {
    fn get<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
    ) -> BoxFuture<'a, Option<Entry>> {
        let (name, key) = (namespace.name().to_owned(), key.to_owned());
        Box::pin(
            self.readers
                .run(move |connection| keys::get(connection, now, &name, &key)),
        )
    }

    fn write<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
        condition: Condition,
        change: Change,
    ) -> BoxFuture<'a, Option<Version>> {
        let (config, key) = (namespace.clone(), key.to_owned());
        Box::pin(self.write(move |connection| {
            keys::write(connection, now, &config, &key, condition, change)
        }))
    }

    fn count<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
        count: Count,
    ) -> BoxFuture<'a, Counter> {
        let (config, key) = (namespace.clone(), key.to_owned());
        Box::pin(self.write(move |connection| keys::count(connection, now, &config, &key, count)))
    }

    fn scan<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        scan: Scan<'a>,
    ) -> BoxFuture<'a, Page> {
        let (name, prefix) = (namespace.name().to_owned(), scan.prefix.to_owned());
        let after = scan.after.map(str::to_owned);
        Box::pin(self.readers.run(move |connection| {
            let range = (&*prefix, after.as_deref());
            keys::scan(connection, now, &name, range, scan.paging)
        }))
    }

    fn usage<'a>(&'a self, now: Timestamp, namespace: &'a NamespaceConfig) -> BoxFuture<'a, Usage> {
        let name = namespace.name().to_owned();
        Box::pin(self.write(move |connection| keys::usage(connection, now, &name)))
    }

    fn sweep(&self, now: Timestamp) -> BoxFuture<'_, u64> {
        Box::pin(self.write(move |connection| keys::sweep(connection, now)))
    }
}

impl LogBackend for Sqlite {
    fn append<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        data: Bytes,
        expires: Option<Timestamp>,
    ) -> BoxFuture<'a, Sequence> {
        let (config, name) = (log.clone(), stream.to_owned());
        let (waiters, names) = (self.waiters.clone(), (log.name().to_owned(), name.clone()));
        Box::pin(self.writer.run(
            move |connection| streams::append(connection, now, &config, &name, &data, expires),
            move || waiters.notify(&names.0, &names.1),
        ))
    }

    fn read<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        after: Sequence,
        paging: Paging,
    ) -> BoxFuture<'a, LogPage> {
        let (log, stream) = (log.name().to_owned(), stream.to_owned());
        Box::pin(
            self.readers.run(move |connection| {
                streams::read(connection, now, &log, &stream, after, paging)
            }),
        )
    }

    fn wait<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        after: Sequence,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let is_there = async || {
                self.watcher.wake();
                let (log, stream) = (log.name().to_owned(), stream.to_owned());
                let found = self.readers.run(move |connection| {
                    streams::has_after(connection, now, &log, &stream, after)
                });
                found.await
            };
            self.waiters.wait(log.name(), stream, is_there).await
        })
    }

    fn trim<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        trim: Trim,
    ) -> BoxFuture<'a, u64> {
        let (log, stream) = (log.name().to_owned(), stream.to_owned());
        Box::pin(self.write(move |connection| streams::trim(connection, now, &log, &stream, trim)))
    }

    fn remove<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
    ) -> BoxFuture<'a, bool> {
        let (log, stream) = (log.name().to_owned(), stream.to_owned());
        Box::pin(self.write(move |connection| streams::remove(connection, now, &log, &stream)))
    }

    fn log_usage<'a>(&'a self, now: Timestamp, log: &'a LogConfig) -> BoxFuture<'a, LogUsage> {
        let log = log.name().to_owned();
        Box::pin(self.write(move |connection| streams::usage(connection, now, &log)))
    }

    fn sweep_streams(&self, now: Timestamp) -> BoxFuture<'_, u64> {
        Box::pin(self.write(move |connection| streams::sweep(connection, now)))
    }
}
