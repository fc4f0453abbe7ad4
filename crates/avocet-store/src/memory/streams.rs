//! `Streams`: the streams of one log.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;

use crate::backend::Paging;
use crate::clock::Timestamp;
use crate::config::LogConfig;
use crate::error::Error;
use crate::limit::Limit;
use crate::log_entry::{LogEntry, LogPage, LogUsage, Sequence, Trim};

/// The streams of one log, by name and by expiry.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    by_name: HashMap<Arc<str>, Stream>,
    by_expiry: BTreeSet<(Timestamp, Arc<str>)>,
    /// The last sequence number that was given.
    last: u64,
    entries: u64,
    bytes: u64,
}

#[derive(Debug, Default)]
struct Stream {
    entries: VecDeque<LogEntry>,
    /// The last entry that was removed from the start.
    removed: Sequence,
    expires: Option<Timestamp>,
}

impl Streams {
    /// Appends an entry. The expired streams were removed before.
    pub(crate) fn append(
        &mut self,
        now: Timestamp,
        log: &LogConfig,
        name: &str,
        data: Bytes,
        expires: Option<Timestamp>,
    ) -> Result<Sequence, Error> {
        let discarded = self.make_room(log, name, data.len() as u64)?;
        let name = match self.by_name.get_key_value(name) {
            Some((name, _)) => Arc::clone(name),
            None => Arc::from(name),
        };
        self.remove_first(&name, discarded);
        self.last += 1;
        self.entries += 1;
        self.bytes += data.len() as u64;
        let sequence = Sequence::from_u64(self.last);
        let stream = self.by_name.entry(Arc::clone(&name)).or_default();
        stream.entries.push_back(LogEntry {
            sequence,
            appended: now,
            data,
        });
        let before = std::mem::replace(&mut stream.expires, expires);
        if let Some(before) = before {
            self.by_expiry.remove(&(before, Arc::clone(&name)));
        }
        if let Some(expires) = expires {
            self.by_expiry.insert((expires, name));
        }
        Ok(sequence)
    }

    pub(crate) fn read(
        &self,
        now: Timestamp,
        name: &str,
        after: Sequence,
        paging: Paging,
    ) -> LogPage {
        let mut page = LogPage::default();
        let Some(stream) = self.get(now, name) else {
            return page;
        };
        page.missed = after < stream.removed;
        let mut bytes = 0;
        for entry in stream.entries.range(stream.first_after(after)..) {
            page.more = paging.is_full(page.entries.len(), bytes, entry.data.len());
            if page.more {
                break;
            }
            bytes += entry.data.len();
            page.entries.push(entry.clone());
        }
        page
    }

    pub(crate) fn has_after(&self, now: Timestamp, name: &str, after: Sequence) -> bool {
        self.get(now, name)
            .and_then(|stream| stream.entries.back())
            .is_some_and(|last| last.sequence > after)
    }

    pub(crate) fn trim(&mut self, name: &str, trim: Trim) -> u64 {
        let Some(stream) = self.by_name.get(name) else {
            return 0;
        };
        let entries = &stream.entries;
        let count = match trim {
            Trim::KeepLast(kept) => {
                let kept = usize::try_from(kept).unwrap_or(usize::MAX);
                entries.len().saturating_sub(kept)
            }
            Trim::UpTo(last) => stream.first_after(last),
            // From the start alone, also if the clock went back between two entries.
            Trim::Before(time) => entries.iter().take_while(|it| it.appended < time).count(),
        };
        self.remove_first(name, count);
        count as u64
    }

    pub(crate) fn remove(&mut self, name: &str) -> bool {
        let Some((name, stream)) = self.by_name.remove_entry(name) else {
            return false;
        };
        self.entries -= stream.entries.len() as u64;
        self.bytes -= bytes_of(stream.entries.iter());
        if let Some(expires) = stream.expires {
            self.by_expiry.remove(&(expires, name));
        }
        true
    }

    pub(crate) fn usage(&self) -> LogUsage {
        LogUsage {
            streams: self.by_name.len() as u64,
            entries: self.entries,
            bytes: self.bytes,
        }
    }

    /// Removes the expired streams and returns how many there were.
    pub(crate) fn remove_expired(&mut self, now: Timestamp) -> u64 {
        let mut removed = 0;
        while let Some((expires, name)) = self.by_expiry.first() {
            if *expires > now {
                break;
            }
            let name = Arc::clone(name);
            self.remove(&name);
            removed += 1;
        }
        removed
    }

    /// Checks the limits for a new entry. Returns how many entries of the stream make way for it.
    fn make_room(&self, log: &LogConfig, name: &str, own: u64) -> Result<usize, Error> {
        let check = |limit, measured| {
            if measured > log.bound(limit) {
                return Err(log.exceeded(name, limit, measured));
            }
            Ok(())
        };
        let empty = VecDeque::new();
        let entries = match self.by_name.get(name) {
            Some(stream) => &stream.entries,
            None => {
                check(Limit::Streams, self.by_name.len() as u64 + 1)?;
                &empty
            }
        };
        let length = entries.len() as u64 + 1;
        let bound = log.bound(Limit::Entries);
        let mut discarded = 0;
        if log.discards_oldest() && bound > 0 {
            discarded = usize::try_from(length.saturating_sub(bound)).unwrap_or(usize::MAX);
        } else {
            check(Limit::Entries, length)?;
        }
        let freed = bytes_of(entries.range(..discarded));
        check(Limit::TotalBytes, self.bytes - freed + own)?;
        Ok(discarded)
    }

    fn get(&self, now: Timestamp, name: &str) -> Option<&Stream> {
        let stream = self.by_name.get(name)?;
        let is_alive = stream.expires.is_none_or(|expires| expires > now);
        is_alive.then_some(stream)
    }

    /// Removes a number of entries from the start of a stream.
    fn remove_first(&mut self, name: &str, count: usize) {
        let Some(stream) = self.by_name.get_mut(name) else {
            return;
        };
        for entry in stream.entries.drain(..count) {
            stream.removed = entry.sequence;
            self.entries -= 1;
            self.bytes -= entry.data.len() as u64;
        }
    }
}

impl Stream {
    /// Returns the index of the first entry after a position.
    fn first_after(&self, after: Sequence) -> usize {
        self.entries.partition_point(|it| it.sequence <= after)
    }
}

fn bytes_of<'a>(entries: impl Iterator<Item = &'a LogEntry>) -> u64 {
    entries.map(|entry| entry.data.len() as u64).sum()
}
