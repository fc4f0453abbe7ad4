//! `Memory`: the back-end in the memory of the process.

mod keys;
mod spaces;
mod streams;

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use self::keys::Keys;
use self::spaces::Spaces;
use self::streams::Streams;
use crate::backend::{
    BoxFuture, Change, Condition, Count, KeyValueBackend, LogBackend, Paging, Scan,
};
use crate::clock::Timestamp;
use crate::config::{LogConfig, NamespaceConfig};
use crate::entry::{Counter, Entry, Page, Usage, Version};
use crate::log_entry::{LogPage, LogUsage, Sequence, Trim};
use crate::waiters::Waiters;

/// A store in the memory of the process, which ends with it.
///
/// Each namespace and each log has one lock, which is held for the time of one operation and never across an `await`. Beside the bytes
/// that limits count, an entry uses about 300 bytes.
///
/// ```
/// use avocet_store::{Memory, Store};
///
/// let store = Store::new(Memory::new());
/// ```
#[derive(Debug, Default)]
pub struct Memory {
    versions: AtomicU64,
    namespaces: Spaces<Keys>,
    logs: Spaces<Streams>,
    waiters: Waiters,
}

impl Memory {
    /// Creates an empty store.
    ///
    /// ```
    /// let memory = avocet_store::Memory::new();
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a version that is larger than all before. It is called under the lock of a namespace, so its versions increase.
    fn next_version(&self) -> Version {
        Version::from_u64(self.versions.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

impl KeyValueBackend for Memory {
    fn get<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
    ) -> BoxFuture<'a, Option<Entry>> {
        Box::pin(async move {
            let get = |keys: &mut Keys| keys.get(now, key).cloned();
            Ok(self.namespaces.with(namespace.name(), get))
        })
    }

    fn write<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
        condition: Condition,
        change: Change,
    ) -> BoxFuture<'a, Option<Version>> {
        Box::pin(async move {
            self.namespaces.with(namespace.name(), |keys| {
                keys.remove_expired(now);
                let current = keys.get(now, key).map(|entry| entry.version);
                if !condition.holds(current) {
                    return Ok(None);
                }
                match change {
                    Change::Put { value, expires } => {
                        let next = || self.next_version();
                        keys.put(namespace, key, value, expires, next).map(Some)
                    }
                    Change::Delete => {
                        keys.remove(key);
                        Ok(current)
                    }
                }
            })
        })
    }

    fn count<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
        count: Count,
    ) -> BoxFuture<'a, Counter> {
        Box::pin(async move {
            self.namespaces.with(namespace.name(), |keys| {
                keys.remove_expired(now);
                keys.count(namespace, key, count, || self.next_version())
            })
        })
    }

    fn scan<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        scan: Scan<'a>,
    ) -> BoxFuture<'a, Page> {
        Box::pin(async move {
            Ok(self
                .namespaces
                .with(namespace.name(), |keys| keys.scan(now, scan)))
        })
    }

    fn usage<'a>(&'a self, now: Timestamp, namespace: &'a NamespaceConfig) -> BoxFuture<'a, Usage> {
        Box::pin(async move {
            Ok(self.namespaces.with(namespace.name(), |keys| {
                keys.remove_expired(now);
                keys.usage()
            }))
        })
    }

    fn sweep(&self, now: Timestamp) -> BoxFuture<'_, u64> {
        Box::pin(async move { Ok(self.namespaces.sum(|keys| keys.remove_expired(now))) })
    }
}

impl LogBackend for Memory {
    fn append<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        data: Bytes,
        expires: Option<Timestamp>,
    ) -> BoxFuture<'a, Sequence> {
        Box::pin(async move {
            let sequence = self.logs.with(log.name(), |streams| {
                streams.remove_expired(now);
                streams.append(now, log, stream, data, expires)
            })?;
            self.waiters.notify(log.name(), stream);
            Ok(sequence)
        })
    }

    fn read<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        after: Sequence,
        paging: Paging,
    ) -> BoxFuture<'a, LogPage> {
        Box::pin(async move {
            let read = |streams: &mut Streams| streams.read(now, stream, after, paging);
            Ok(self.logs.with(log.name(), read))
        })
    }

    fn wait<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        after: Sequence,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let is_there = |streams: &mut Streams| streams.has_after(now, stream, after);
            let check = async || Ok(self.logs.with(log.name(), is_there));
            self.waiters.wait(log.name(), stream, check).await
        })
    }

    fn trim<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        trim: Trim,
    ) -> BoxFuture<'a, u64> {
        Box::pin(async move {
            Ok(self.logs.with(log.name(), |streams| {
                streams.remove_expired(now);
                streams.trim(stream, trim)
            }))
        })
    }

    fn remove<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
    ) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            Ok(self.logs.with(log.name(), |streams| {
                streams.remove_expired(now);
                streams.remove(stream)
            }))
        })
    }

    fn log_usage<'a>(&'a self, now: Timestamp, log: &'a LogConfig) -> BoxFuture<'a, LogUsage> {
        Box::pin(async move {
            Ok(self.logs.with(log.name(), |streams| {
                streams.remove_expired(now);
                streams.usage()
            }))
        })
    }

    fn sweep_streams(&self, now: Timestamp) -> BoxFuture<'_, u64> {
        Box::pin(async move { Ok(self.logs.sum(|streams| streams.remove_expired(now))) })
    }
}
