//! The batches that run, for estimates.

use std::collections::BTreeMap;

use super::service_time::ServiceTime;
use super::time::Time;

/// The batches that run.
#[derive(Debug, Default)]
pub(super) struct Running {
    batches: BTreeMap<u64, Batch>,
    next: u64,
}

#[derive(Debug)]
struct Batch {
    since: Time,
    cost: u64,
    /// How many of its entries still run.
    entries: usize,
}

impl Running {
    /// Notes that entries of these costs run as one batch from now on. Returns its number.
    pub(super) fn begin(&mut self, now: Time, costs: impl Iterator<Item = u32>) -> u64 {
        let (entries, cost) = costs.fold((0, 0), |(entries, sum), cost| {
            (entries + 1, sum + u64::from(cost))
        });
        let number = self.next;
        self.next += 1;
        let since = now;
        self.batches.insert(
            number,
            Batch {
                since,
                cost,
                entries,
            },
        );
        number
    }

    /// Notes that an entry of a batch has stopped running.
    pub(super) fn ended(&mut self, number: Option<u64>) {
        let Some(number) = number else { return };
        if let Some(batch) = self.batches.get_mut(&number) {
            batch.entries -= 1;
            if batch.entries == 0 {
                self.batches.remove(&number);
            }
        }
    }

    /// Returns the number of batches.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.batches.len()
    }

    /// Returns in what time the next batch can start at the earliest: at once if fewer run than can.
    pub(super) fn until_next(&self, now: Time, concurrency: usize, time: &ServiceTime) -> Time {
        if self.batches.len() < concurrency {
            return Time::ZERO;
        }
        let left = |batch: &Batch| {
            let runs = now.saturating_sub(batch.since);
            Some(time.predict(batch.cost)?.saturating_sub(runs))
        };
        self.batches
            .values()
            .filter_map(left)
            .min()
            .unwrap_or_default()
    }
}
