//! `Keys`: the entries of one namespace.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;

use crate::backend::{Count, Scan};
use crate::clock::Timestamp;
use crate::config::NamespaceConfig;
use crate::entry::{Counter, Entry, Page, Usage, Version};
use crate::error::Error;
use crate::limit::Limit;

/// The entries of one namespace, by key, by age and by expiry. The three maps always have the same entries, so nothing is left over of an
/// entry that was replaced.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    entries: BTreeMap<Arc<str>, Entry>,
    by_age: BTreeMap<Version, Arc<str>>,
    by_expiry: BTreeMap<(Timestamp, Version), Arc<str>>,
    bytes: u64,
}

impl Keys {
    pub(crate) fn get(&self, now: Timestamp, key: &str) -> Option<&Entry> {
        let entry = self.entries.get(key)?;
        is_alive(entry.expires, now).then_some(entry)
    }

    /// Writes an entry, if the namespace has room for it or makes some. The expired entries were removed before.
    pub(crate) fn put(
        &mut self,
        config: &NamespaceConfig,
        key: &str,
        value: Bytes,
        expires: Option<Timestamp>,
        next: impl FnOnce() -> Version,
    ) -> Result<Version, Error> {
        self.make_room(config, key, value.len())?;
        self.remove(key);
        let (version, key) = (next(), Arc::from(key));
        self.bytes += size(&key, &value);
        self.by_age.insert(version, Arc::clone(&key));
        if let Some(expires) = expires {
            self.by_expiry.insert((expires, version), Arc::clone(&key));
        }
        let entry = Entry {
            value,
            version,
            expires,
        };
        self.entries.insert(key, entry);
        Ok(version)
    }

    pub(crate) fn count(
        &mut self,
        config: &NamespaceConfig,
        key: &str,
        count: Count,
        next: impl FnOnce() -> Version,
    ) -> Result<Counter, Error> {
        let current = match self.entries.get(key) {
            Some(entry) => {
                let value = entry.count().ok_or_else(|| {
                    Error::not_a_counter(config.name(), key, entry.value.len() as u64)
                })?;
                Some((value, entry.expires))
            }
            None => None,
        };
        let counter = count.apply(current);
        if counter.changed {
            let value = Bytes::copy_from_slice(&counter.value.to_be_bytes());
            self.put(config, key, value, counter.resets, next)?;
        }
        Ok(counter)
    }

    pub(crate) fn remove(&mut self, key: &str) {
        if let Some((key, entry)) = self.entries.remove_entry(key) {
            self.bytes -= size(&key, &entry.value);
            self.by_age.remove(&entry.version);
            if let Some(expires) = entry.expires {
                self.by_expiry.remove(&(expires, entry.version));
            }
        }
    }

    pub(crate) fn scan(&self, now: Timestamp, scan: Scan<'_>) -> Page {
        let start = match scan.after {
            Some(after) if after >= scan.prefix => Bound::Excluded(after),
            _ => Bound::Included(scan.prefix),
        };
        let (mut page, mut bytes) = (Page::default(), 0);
        for (key, entry) in self.entries.range::<str, _>((start, Bound::Unbounded)) {
            if !key.starts_with(scan.prefix) {
                break;
            }
            if !is_alive(entry.expires, now) {
                continue;
            }
            let length = entry.value.len();
            if scan.paging.is_full(page.entries.len(), bytes, length) {
                page.next = page.entries.last().map(|(key, _)| key.clone());
                break;
            }
            bytes += length;
            page.entries.push((key.to_string(), entry.clone()));
        }
        page
    }

    pub(crate) fn usage(&self) -> Usage {
        Usage {
            entries: self.entries.len() as u64,
            bytes: self.bytes,
        }
    }

    /// Removes the expired entries and returns how many there were.
    pub(crate) fn remove_expired(&mut self, now: Timestamp) -> u64 {
        let mut removed = 0;
        while let Some(first) = self.by_expiry.first_entry() {
            if is_alive(Some(first.key().0), now) {
                break;
            }
            let key = first.get().clone();
            self.remove(&key);
            removed += 1;
        }
        removed
    }

    /// Checks the limits for a new entry, and in a cache removes the oldest entries until they hold.
    fn make_room(
        &mut self,
        config: &NamespaceConfig,
        key: &str,
        value_bytes: usize,
    ) -> Result<(), Error> {
        let own = (key.len() + value_bytes) as u64;
        if config.is_cache() {
            // What an empty cache cannot hold removes nothing.
            check(config, key, 1, own)?;
            let replaced = self.entries.get(key).map(|entry| entry.version);
            loop {
                let (entries, bytes) = self.with(key, own);
                if check(config, key, entries, bytes).is_ok() {
                    return Ok(());
                }
                let mut oldest = self.by_age.iter().filter(|(it, _)| Some(**it) != replaced);
                let Some((_, oldest)) = oldest.next() else {
                    return check(config, key, entries, bytes);
                };
                let oldest = oldest.clone();
                self.remove(&oldest);
            }
        }
        let (entries, bytes) = self.with(key, own);
        check(config, key, entries, bytes)
    }

    /// Returns the entries and bytes with an entry of `own` bytes in place of the one that the key has.
    fn with(&self, key: &str, own: u64) -> (u64, u64) {
        let entries = self.entries.len() as u64;
        match self.entries.get(key) {
            Some(entry) => (entries, self.bytes - size(key, &entry.value) + own),
            None => (entries + 1, self.bytes + own),
        }
    }
}

fn check(config: &NamespaceConfig, key: &str, entries: u64, bytes: u64) -> Result<(), Error> {
    for (limit, measured) in [(Limit::Entries, entries), (Limit::TotalBytes, bytes)] {
        if measured > config.bound(limit) {
            return Err(config.exceeded(key, limit, measured));
        }
    }
    Ok(())
}

fn is_alive(expires: Option<Timestamp>, now: Timestamp) -> bool {
    expires.is_none_or(|expires| expires > now)
}

fn size(key: &str, value: &Bytes) -> u64 {
    (key.len() + value.len()) as u64
}
