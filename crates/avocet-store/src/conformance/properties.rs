//! Random operations on a store and on the model: both return the same.

use std::fmt::Debug;
use std::time::Duration;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::model::{ModelKeys, ModelStreams, Refused};
use super::operations::{Key, Operation, Stream, operations};
use crate::backend::{Condition, Count};
use crate::clock::{Clock, Ttl};
use crate::config::{LogConfig, NamespaceConfig};
use crate::entry::{Counter, Version};
use crate::error::Error;
use crate::log::Log;
use crate::log_entry::{Sequence, Trim};
use crate::namespace::Namespace;
use crate::store::Store;

/// The number of sequences, unless `AVOCET_STORE_CASES` has another one.
const CASES: usize = 100;

pub(crate) async fn check(fresh: &impl AsyncFn() -> (Store, Clock)) {
    let cases = std::env::var("AVOCET_STORE_CASES").ok();
    let cases = cases.and_then(|it| it.parse().ok()).unwrap_or(CASES);
    let mut runner = TestRunner::default();
    for _ in 0..cases {
        let mut tree = operations().new_tree(&mut runner).expect("operations");
        let Err(mut difference) = run(fresh, tree.current()).await else {
            continue;
        };
        let mut shortest = tree.current();
        let mut simpler = tree.simplify();
        while simpler {
            simpler = match run(fresh, tree.current()).await {
                Err(found) => {
                    (difference, shortest) = (found, tree.current());
                    tree.simplify()
                }
                Ok(()) => tree.complicate(),
            };
        }
        panic!("{difference}\nafter the last of these operations: {shortest:#?}");
    }
}

async fn run(
    fresh: &impl AsyncFn() -> (Store, Clock),
    operations: Vec<Operation>,
) -> Result<(), String> {
    let (store, clock) = fresh().await;
    let mut pair = Pair::new(&store, clock).map_err(|error| error.to_string())?;
    for operation in operations {
        pair.run(operation).await?;
    }
    Ok(())
}

/// The store beside the model.
struct Pair {
    store: Store,
    clock: Clock,
    namespaces: [(Namespace, ModelKeys); 2],
    logs: [(Log, ModelStreams); 2],
    last_version: Version,
    /// All sequence numbers that the store gave.
    sequences: Vec<Sequence>,
    writes: u8,
}

impl Pair {
    fn new(store: &Store, clock: Clock) -> Result<Self, Error> {
        let keys = |name| NamespaceConfig::new(name).entries(3).total_bytes(30);
        let log = |name| LogConfig::new(name).entries(3).streams(2).total_bytes(40);
        let namespaces = [keys("kept"), keys("cache").cache()];
        let logs = [log("kept"), log("ring").discard_oldest()];
        let [kept, cache] = namespaces.map(|it| store.namespace(it));
        let [all, ring] = logs.map(|it| store.log(it));
        Ok(Self {
            store: store.clone(),
            clock,
            namespaces: [
                (kept?, ModelKeys::default()),
                (cache?, ModelKeys::default()),
            ],
            logs: [
                (all?, ModelStreams::default()),
                (ring?, ModelStreams::default()),
            ],
            last_version: Version::from_u64(0),
            sequences: vec![Sequence::START],
            writes: 0,
        })
    }

    async fn run(&mut self, operation: Operation) -> Result<(), String> {
        let now = self.clock.now();
        self.namespaces.iter_mut().for_each(|it| it.1.expire(now));
        self.logs.iter_mut().for_each(|it| it.1.expire(now));
        match operation {
            Operation::Put(key, length, ttl) => self.put(key, Condition::Any, length, ttl).await,
            Operation::PutIfAbsent(key, length, ttl) => {
                self.put(key, Condition::Absent, length, ttl).await
            }
            Operation::PutIfVersion(key, current, length, ttl) => {
                let condition = Condition::Version(self.version(key, current));
                self.put(key, condition, length, ttl).await
            }
            Operation::Delete(key) => self.delete(key, Condition::Any).await,
            Operation::DeleteIfVersion(key, current) => {
                let condition = Condition::Version(self.version(key, current));
                self.delete(key, condition).await
            }
            Operation::Add(key, amount, limit, window) => {
                let found = self.namespaces[key.0]
                    .0
                    .add(key.1, amount, limit, window)
                    .await;
                let expires = window.expires(now);
                let count = Count::Add {
                    amount,
                    limit,
                    expires,
                };
                self.counted(key, found, count).await
            }
            Operation::Subtract(key, current, amount) => {
                let entry = self.namespaces[key.0].1.get(key.1);
                let expires = if current {
                    entry.and_then(|it| it.expires)
                } else {
                    Some(now.after(Duration::from_secs(9)))
                };
                let found = self.namespaces[key.0]
                    .0
                    .subtract(key.1, amount, expires)
                    .await;
                self.counted(key, found, Count::Subtract { amount, expires })
                    .await
            }
            Operation::Get(key) => self.get(key).await,
            Operation::Scan(namespace, prefix, after, limit) => {
                self.scan(namespace, prefix, after, limit).await
            }
            Operation::Usage(namespace) => {
                let (keys, model) = &self.namespaces[namespace];
                let found = done(keys.usage().await)?;
                same(
                    "usage",
                    (found.entries, found.bytes),
                    (model.len(), model.bytes()),
                )
            }
            Operation::Append(stream, length, ttl) => self.append(stream, length, ttl).await,
            Operation::Read(stream, position, limit) => self.read(stream, position, limit).await,
            Operation::KeepLast(stream, kept) => self.trim(stream, Trim::KeepLast(kept)).await,
            Operation::UpTo(stream, position) => {
                let last = self.sequences[position % self.sequences.len()];
                self.trim(stream, Trim::UpTo(last)).await
            }
            Operation::Before(stream, age) => {
                let time = now.before(Duration::from_millis(age));
                self.trim(stream, Trim::Before(time)).await
            }
            Operation::Remove((log, name)) => {
                let (streams, model) = &mut self.logs[log];
                let found = done(streams.remove(name).await)?;
                same("removed", found, model.remove(name))
            }
            Operation::LogUsage(log) => {
                let (streams, model) = &self.logs[log];
                let found = done(streams.usage().await)?;
                let found = (found.streams, found.entries, found.bytes);
                same("usage of the log", found, model.usage())
            }
            Operation::Advance(step) => {
                self.clock.advance(step);
                Ok(())
            }
            Operation::Sweep => {
                done(self.store.sweep().await)?;
                same("a second sweep", done(self.store.sweep().await)?, 0)
            }
        }
    }

    /// Returns the version of an entry, or one that it does not have.
    fn version(&self, (namespace, key): Key, current: bool) -> Version {
        let entry = self.namespaces[namespace].1.get(key);
        match entry.filter(|_| current) {
            Some(entry) => entry.version,
            None => Version::from_u64(self.last_version.as_u64() + 1000),
        }
    }

    async fn put(
        &mut self,
        (namespace, key): Key,
        condition: Condition,
        length: usize,
        ttl: Ttl,
    ) -> Result<(), String> {
        self.writes = self.writes.wrapping_add(1);
        let value = vec![self.writes; length];
        let expires = ttl.expires(self.clock.now());
        let (keys, model) = &mut self.namespaces[namespace];
        let found = match condition {
            Condition::Any => keys.put(key, value.clone(), ttl).await.map(Some),
            Condition::Absent => keys.put_if_absent(key, value.clone(), ttl).await,
            Condition::Version(it) => keys.put_if_version(key, it, value.clone(), ttl).await,
        };
        let expected = if model.holds(key, condition) {
            let put = model.put(keys.config(), key, value, expires);
            put.map(|()| true)
        } else {
            Ok(false)
        };
        let version = found.as_ref().ok().copied().flatten();
        same("put", refused(found.map(|it| it.is_some())), expected)?;
        match version {
            Some(version) => self.written((namespace, key), version),
            None => Ok(()),
        }
    }

    /// Notes the version of a write, which is larger than all before.
    fn written(&mut self, (namespace, key): Key, version: Version) -> Result<(), String> {
        if version <= self.last_version {
            return Err(format!("{version:?} comes after {:?}", self.last_version));
        }
        self.last_version = version;
        self.namespaces[namespace].1.set_version(key, version);
        Ok(())
    }

    async fn delete(&mut self, (namespace, key): Key, condition: Condition) -> Result<(), String> {
        let (keys, model) = &mut self.namespaces[namespace];
        let found = match condition {
            Condition::Version(version) => keys.delete_if_version(key, version).await,
            _ => keys.delete(key).await,
        };
        let expected = model.get(key).is_some() && model.holds(key, condition);
        if expected {
            model.delete(key);
        }
        same("deleted", done(found)?, expected)
    }

    async fn counted(
        &mut self,
        (namespace, key): Key,
        found: Result<Counter, Error>,
        count: Count,
    ) -> Result<(), String> {
        let (keys, model) = &mut self.namespaces[namespace];
        let expected = model.count(keys.config(), key, count);
        let changed = found.as_ref().is_ok_and(|it| it.changed);
        same("counter", refused(found), expected)?;
        if changed && let Some(entry) = done(keys.get(key).await)? {
            self.written((namespace, key), entry.version)?;
        }
        Ok(())
    }

    async fn get(&self, (namespace, key): Key) -> Result<(), String> {
        let (keys, model) = &self.namespaces[namespace];
        let found = done(keys.get(key).await)?;
        let found = found.map(|it| (it.value.to_vec(), it.expires, it.version));
        let expected = model.get(key);
        let expected = expected.map(|it| (it.value.clone(), it.expires, it.version));
        same("entry", found, expected)
    }

    async fn scan(
        &self,
        namespace: usize,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(), String> {
        let (keys, model) = &self.namespaces[namespace];
        let page = done(keys.scan(prefix, after, limit).await)?;
        let (expected, more) = model.scan(prefix, after, limit);
        let next = expected.last().filter(|_| more).map(|it| it.key.to_owned());
        let expected = expected
            .into_iter()
            .map(|it| (it.key.to_owned(), it.value, it.version));
        let found = page
            .entries
            .into_iter()
            .map(|(key, it)| (key, it.value.to_vec(), it.version));
        same("page", found.collect::<Vec<_>>(), expected.collect())?;
        // A back-end may point to a last page that is empty.
        match next {
            Some(_) => same("next page", page.next, next),
            None => Ok(()),
        }
    }

    async fn append(&mut self, (log, name): Stream, length: usize, ttl: Ttl) -> Result<(), String> {
        self.writes = self.writes.wrapping_add(1);
        let (now, data) = (self.clock.now(), vec![self.writes; length]);
        let (streams, model) = &mut self.logs[log];
        let found = streams.append(name, data.clone(), ttl).await;
        let expected = model.append(now, streams.config(), name, data, ttl.expires(now));
        let sequence = found.as_ref().ok().copied();
        same("append", refused(found.map(|_| ())), expected)?;
        if let Some(sequence) = sequence {
            model.set_sequence(name, sequence);
            self.sequences.push(sequence);
        }
        Ok(())
    }

    async fn read(&self, (log, name): Stream, position: usize, limit: usize) -> Result<(), String> {
        let after = self.sequences[position % self.sequences.len()];
        let (streams, model) = &self.logs[log];
        let page = done(streams.read(name, after, limit).await)?;
        let stream = model.get(name);
        let entries = stream.map(|it| &*it.entries).unwrap_or_default();
        let mut expected: Vec<_> = entries.iter().filter(|it| it.0 > after).cloned().collect();
        let more = expected.len() > limit;
        expected.truncate(limit);
        let found = page
            .entries
            .iter()
            .map(|it| (it.sequence, it.appended, it.data.to_vec()));
        same("entries of the stream", found.collect(), expected)?;
        same("further entries", page.more, more)?;
        same(
            "missed",
            page.missed,
            stream.is_some_and(|it| after < it.removed),
        )
    }

    async fn trim(&mut self, (log, name): Stream, trim: Trim) -> Result<(), String> {
        let (streams, model) = &mut self.logs[log];
        let found = done(streams.trim(name, trim).await)?;
        same("trimmed", found, model.trim(name, trim))
    }
}

fn done<T>(result: Result<T, Error>) -> Result<T, String> {
    result.map_err(|error| format!("the back-end failed: {error}"))
}

/// The part of an error that the model has too.
fn refused<T>(result: Result<T, Error>) -> Result<T, Refused> {
    match result {
        Ok(value) => Ok(value),
        Err(Error::Limit(exceeded)) => Err(Some((exceeded.limit(), exceeded.measured()))),
        Err(Error::NotACounter(_)) => Err(None),
        Err(error) => panic!("the back-end failed: {error}"),
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "most callers pass what they compute in place"
)]
fn same<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: found {found:?}, expected {expected:?}"))
}
