//! A back-end that fails when a test wants it to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use avocet_store::backend::{BoxFuture, Change, Condition, Count, KeyValueBackend, Scan};
use avocet_store::{
    Counter, Entry, Error, Memory, NamespaceConfig, Page, Store, Timestamp, Usage, Version,
};

#[derive(Clone, Debug, Default)]
pub(crate) struct Failing {
    memory: Arc<Memory>,
    reads: Arc<AtomicBool>,
    writes: Arc<AtomicBool>,
}

impl Failing {
    pub(crate) fn store(&self) -> Store {
        Store::from_parts(Arc::new(self.clone()), Arc::new(Memory::new()))
    }

    pub(crate) fn fail_reads(&self, fails: bool) {
        self.reads.store(fails, Ordering::SeqCst);
    }

    pub(crate) fn fail_writes(&self, fails: bool) {
        self.writes.store(fails, Ordering::SeqCst);
    }
}

fn failed<'a, T>(action: &'static str) -> BoxFuture<'a, T> {
    Box::pin(async move { Err(Error::backend(action, "the disk is full")) })
}

impl KeyValueBackend for Failing {
    fn get<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
    ) -> BoxFuture<'a, Option<Entry>> {
        if self.reads.load(Ordering::SeqCst) {
            return failed("get");
        }
        self.memory.get(now, namespace, key)
    }

    fn write<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
        condition: Condition,
        change: Change,
    ) -> BoxFuture<'a, Option<Version>> {
        if self.writes.load(Ordering::SeqCst) {
            return failed("write");
        }
        self.memory.write(now, namespace, key, condition, change)
    }

    fn count<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
        count: Count,
    ) -> BoxFuture<'a, Counter> {
        self.memory.count(now, namespace, key, count)
    }

    fn scan<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        scan: Scan<'a>,
    ) -> BoxFuture<'a, Page> {
        self.memory.scan(now, namespace, scan)
    }

    fn usage<'a>(&'a self, now: Timestamp, namespace: &'a NamespaceConfig) -> BoxFuture<'a, Usage> {
        self.memory.usage(now, namespace)
    }

    fn sweep(&self, now: Timestamp) -> BoxFuture<'_, u64> {
        self.memory.sweep(now)
    }
}
