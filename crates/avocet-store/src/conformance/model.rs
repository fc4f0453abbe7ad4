//! What a store should contain: lists that are searched from the start, without any index.

use crate::backend::{Condition, Count};
use crate::clock::Timestamp;
use crate::config::{LogConfig, NamespaceConfig};
use crate::entry::{Counter, Version};
use crate::limit::Limit;
use crate::log_entry::{Sequence, Trim};

/// A limit that is exceeded, with the measured value; or `None` for what is no counter.
pub(crate) type Refused = Option<(Limit, u64)>;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ModelEntry {
    pub(crate) key: &'static str,
    pub(crate) value: Vec<u8>,
    pub(crate) expires: Option<Timestamp>,
    /// As the store gave it.
    pub(crate) version: Version,
}

/// The entries of a namespace, the one that was written longest ago first.
#[derive(Debug, Default)]
pub(crate) struct ModelKeys(Vec<ModelEntry>);

impl ModelKeys {
    pub(crate) fn expire(&mut self, now: Timestamp) {
        self.0.retain(|it| it.expires.is_none_or(|at| at > now));
    }

    pub(crate) fn get(&self, key: &str) -> Option<&ModelEntry> {
        self.0.iter().find(|it| it.key == key)
    }

    pub(crate) fn holds(&self, key: &str, condition: Condition) -> bool {
        condition.holds(self.get(key).map(|it| it.version))
    }

    pub(crate) fn bytes(&self) -> u64 {
        let sizes = self.0.iter().map(|it| it.key.len() + it.value.len());
        sizes.sum::<usize>() as u64
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// Writes an entry, whose version the caller sets when it has it.
    pub(crate) fn put(
        &mut self,
        config: &NamespaceConfig,
        key: &'static str,
        value: Vec<u8>,
        expires: Option<Timestamp>,
    ) -> Result<(), Refused> {
        let before = std::mem::take(&mut self.0);
        self.0 = before.iter().filter(|it| it.key != key).cloned().collect();
        let version = Version::from_u64(0);
        self.0.push(ModelEntry {
            key,
            value,
            expires,
            version,
        });
        loop {
            let measured = [
                (Limit::Entries, self.len()),
                (Limit::TotalBytes, self.bytes()),
            ];
            let Some(over) = measured.into_iter().find(|it| it.1 > config.bound(it.0)) else {
                return Ok(());
            };
            if !config.is_cache() || self.0.len() == 1 {
                self.0 = before;
                return Err(Some(over));
            }
            self.0.remove(0);
        }
    }

    pub(crate) fn set_version(&mut self, key: &str, version: Version) {
        if let Some(entry) = self.0.iter_mut().find(|it| it.key == key) {
            entry.version = version;
        }
    }

    pub(crate) fn delete(&mut self, key: &str) {
        self.0.retain(|it| it.key != key);
    }

    pub(crate) fn count(
        &mut self,
        config: &NamespaceConfig,
        key: &'static str,
        count: Count,
    ) -> Result<Counter, Refused> {
        let current = match self.get(key) {
            Some(entry) => {
                let value: [u8; 8] = (&*entry.value).try_into().map_err(|_| None)?;
                Some((u64::from_be_bytes(value), entry.expires))
            }
            None => None,
        };
        let counter = count.apply(current);
        if counter.changed {
            let value = counter.value.to_be_bytes().to_vec();
            self.put(config, key, value, counter.resets)?;
        }
        Ok(counter)
    }

    /// Returns the keys of a page, and whether others follow.
    pub(crate) fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> (Vec<ModelEntry>, bool) {
        let is_in = |it: &&ModelEntry| {
            it.key.starts_with(prefix) && after.is_none_or(|after| it.key > after)
        };
        let mut found: Vec<_> = self.0.iter().filter(is_in).cloned().collect();
        found.sort_by_key(|it| it.key);
        let more = found.len() > limit;
        found.truncate(limit);
        (found, more)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct ModelStream {
    name: &'static str,
    pub(crate) entries: Vec<(Sequence, Timestamp, Vec<u8>)>,
    pub(crate) removed: Sequence,
    expires: Option<Timestamp>,
}

/// The streams of a log.
#[derive(Debug, Default)]
pub(crate) struct ModelStreams(Vec<ModelStream>);

impl ModelStreams {
    pub(crate) fn expire(&mut self, now: Timestamp) {
        self.0.retain(|it| it.expires.is_none_or(|at| at > now));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&ModelStream> {
        self.0.iter().find(|it| it.name == name)
    }

    /// Returns the streams, the entries and their bytes.
    pub(crate) fn usage(&self) -> (u64, u64, u64) {
        let entries = self.0.iter().flat_map(|it| &it.entries);
        let (count, bytes) = entries.fold((0, 0), |sum, it| (sum.0 + 1, sum.1 + it.2.len() as u64));
        (self.0.len() as u64, count, bytes)
    }

    /// Appends an entry, whose sequence number the caller sets when it has it.
    pub(crate) fn append(
        &mut self,
        now: Timestamp,
        config: &LogConfig,
        name: &'static str,
        data: Vec<u8>,
        expires: Option<Timestamp>,
    ) -> Result<(), Refused> {
        let before = self.0.clone();
        if self.get(name).is_none() {
            self.0.push(ModelStream {
                name,
                entries: Vec::new(),
                removed: Sequence::START,
                expires,
            });
        }
        let mut entries = 0;
        if let Some(stream) = self.get_mut(name) {
            stream.expires = expires;
            let last = Sequence::from_u64(u64::MAX);
            stream.entries.push((last, now, data));
            let bound = config.bound(Limit::Entries);
            while config.discards_oldest() && stream.entries.len() as u64 > bound {
                stream.removed = stream.entries.remove(0).0;
            }
            entries = stream.entries.len() as u64;
        }
        let (streams, _, bytes) = self.usage();
        let measured = [
            (Limit::Streams, streams),
            (Limit::Entries, entries),
            (Limit::TotalBytes, bytes),
        ];
        match measured.into_iter().find(|it| it.1 > config.bound(it.0)) {
            Some(over) => {
                self.0 = before;
                Err(Some(over))
            }
            None => Ok(()),
        }
    }

    pub(crate) fn set_sequence(&mut self, name: &str, sequence: Sequence) {
        if let Some(last) = self.get_mut(name).and_then(|it| it.entries.last_mut()) {
            last.0 = sequence;
        }
    }

    pub(crate) fn trim(&mut self, name: &str, trim: Trim) -> u64 {
        let Some(stream) = self.get_mut(name) else {
            return 0;
        };
        let mut removed = 0;
        while let Some((sequence, appended, _)) = stream.entries.first() {
            let goes = match trim {
                Trim::KeepLast(kept) => stream.entries.len() as u64 > kept,
                Trim::UpTo(last) => *sequence <= last,
                Trim::Before(time) => *appended < time,
            };
            if !goes {
                break;
            }
            stream.removed = stream.entries.remove(0).0;
            removed += 1;
        }
        removed
    }

    pub(crate) fn remove(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|it| it.name != name);
        self.0.len() < before
    }

    fn get_mut(&mut self, name: &str) -> Option<&mut ModelStream> {
        self.0.iter_mut().find(|it| it.name == name)
    }
}
