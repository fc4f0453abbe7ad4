//! The conformance suite finds back-ends that break a guarantee.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};

use avocet_store::backend::{
    BoxFuture, Change, Condition, Count, KeyValueBackend, LogBackend, Paging, Scan,
};
use avocet_store::{
    Counter, Entry, Error, LogConfig, LogPage, LogUsage, Memory, NamespaceConfig, Page, Sequence,
    Store, Timestamp, Trim, Ttl, Usage, Version, conformance,
};
use bytes::Bytes;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// Expired entries are found.
    Expired,
    /// A version is not compared.
    Version,
    /// A limit is not held.
    Limit,
    /// A counter is read and written in two steps.
    Count,
    /// The last entry of a scan is left out.
    Scan,
    /// Entries that were removed are not reported.
    Missed,
    /// A trim leaves one entry.
    Trim,
    /// A stream never expires.
    Stream,
    /// Some reads and waits find the queue full; this is no fault.
    Busy,
    /// The usage counts one entry too many.
    Usage,
}

#[test]
fn the_suite_finds_faults() {
    use Fault as F;
    for fault in [
        F::Expired,
        F::Version,
        F::Limit,
        F::Count,
        F::Scan,
        F::Missed,
        F::Trim,
        F::Stream,
        F::Usage,
    ] {
        assert!(!conforms(fault), "{fault:?} was not found");
    }
    assert!(conforms(F::None));
}

fn conforms(fault: Fault) -> bool {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let create = async || Store::new(Faulty::new(fault));
    let run = || runtime.unwrap().block_on(conformance::check(create));
    catch_unwind(AssertUnwindSafe(run)).is_ok()
}

#[tokio::test]
async fn a_follower_waits_while_the_back_end_is_busy() {
    let log = Store::new(Faulty::new(Fault::Busy)).log("log").unwrap();
    let mut follower = log.follow("a", Sequence::START);
    let append = async {
        tokio::task::yield_now().await;
        log.append("a", "1", Ttl::NEVER).await.unwrap();
    };
    let (entry, ()) = tokio::join!(follower.next(), append);
    assert_eq!(entry.unwrap().data, "1");
}

#[derive(Debug)]
struct Faulty {
    memory: Memory,
    fault: Fault,
    calls: AtomicU32,
}

const EPOCH: Timestamp = Timestamp::from_millis(0);

impl Faulty {
    fn new(fault: Fault) -> Self {
        Self {
            memory: Memory::new(),
            fault,
            calls: AtomicU32::new(0),
        }
    }

    /// Fails each second call.
    fn busy(&self) -> Result<(), Error> {
        let is_busy =
            self.has(Fault::Busy) && self.calls.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
        let (queue, limit) = ("read", 1);
        if is_busy {
            Err(Error::Busy { queue, limit })
        } else {
            Ok(())
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }
}

impl KeyValueBackend for Faulty {
    fn get<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
    ) -> BoxFuture<'a, Option<Entry>> {
        let now = if self.has(Fault::Expired) { EPOCH } else { now };
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
        Box::pin(async move {
            let condition = match condition {
                Condition::Version(_) if self.has(Fault::Version) => Condition::Any,
                condition => condition,
            };
            let mut config = namespace.clone();
            if self.has(Fault::Limit) {
                config = config.entries(u64::MAX);
            }
            self.memory
                .write(now, &config, key, condition, change)
                .await
        })
    }

    fn count<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        key: &'a str,
        count: Count,
    ) -> BoxFuture<'a, Counter> {
        if !self.has(Fault::Count) {
            return self.memory.count(now, namespace, key, count);
        }
        Box::pin(async move {
            let entry = self.memory.get(now, namespace, key).await?;
            tokio::task::yield_now().await;
            let current = match entry {
                Some(entry) => {
                    let bytes = entry.value.len() as u64;
                    let value = entry.count();
                    let value =
                        value.ok_or_else(|| Error::not_a_counter(namespace.name(), key, bytes))?;
                    Some((value, entry.expires))
                }
                None => None,
            };
            let counter = count.apply(current);
            let value = Bytes::copy_from_slice(&counter.value.to_be_bytes());
            let change = Change::Put {
                value,
                expires: counter.resets,
            };
            if counter.changed {
                self.memory
                    .write(now, namespace, key, Condition::Any, change)
                    .await?;
            }
            Ok(counter)
        })
    }

    fn scan<'a>(
        &'a self,
        now: Timestamp,
        namespace: &'a NamespaceConfig,
        scan: Scan<'a>,
    ) -> BoxFuture<'a, Page> {
        Box::pin(async move {
            let mut page = self.memory.scan(now, namespace, scan).await?;
            if self.has(Fault::Scan) && page.next.is_none() {
                page.entries.pop();
            }
            Ok(page)
        })
    }

    fn usage<'a>(&'a self, now: Timestamp, namespace: &'a NamespaceConfig) -> BoxFuture<'a, Usage> {
        Box::pin(async move {
            let mut usage = self.memory.usage(now, namespace).await?;
            usage.entries += u64::from(self.has(Fault::Usage));
            Ok(usage)
        })
    }

    fn sweep(&self, now: Timestamp) -> BoxFuture<'_, u64> {
        self.memory.sweep(now)
    }
}

impl LogBackend for Faulty {
    fn append<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        data: Bytes,
        expires: Option<Timestamp>,
    ) -> BoxFuture<'a, Sequence> {
        let expires = expires.filter(|_| !self.has(Fault::Stream));
        self.memory.append(now, log, stream, data, expires)
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
            self.busy()?;
            let mut page = self.memory.read(now, log, stream, after, paging).await?;
            page.missed &= !self.has(Fault::Missed);
            Ok(page)
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
            self.busy()?;
            self.memory.wait(now, log, stream, after).await
        })
    }

    fn trim<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
        trim: Trim,
    ) -> BoxFuture<'a, u64> {
        let trim = match trim {
            Trim::KeepLast(0) if self.has(Fault::Trim) => Trim::KeepLast(1),
            trim => trim,
        };
        self.memory.trim(now, log, stream, trim)
    }

    fn remove<'a>(
        &'a self,
        now: Timestamp,
        log: &'a LogConfig,
        stream: &'a str,
    ) -> BoxFuture<'a, bool> {
        self.memory.remove(now, log, stream)
    }

    fn log_usage<'a>(&'a self, now: Timestamp, log: &'a LogConfig) -> BoxFuture<'a, LogUsage> {
        self.memory.log_usage(now, log)
    }

    fn sweep_streams(&self, now: Timestamp) -> BoxFuture<'_, u64> {
        self.memory.sweep_streams(now)
    }
}
