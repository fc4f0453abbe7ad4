//! `BatchCost`: the cost of a batch while it is put together.

/// The cost of a batch.
#[derive(Debug)]
pub(super) struct BatchCost {
    padded: bool,
    entries: u64,
    sum: u64,
    largest: u64,
}

impl BatchCost {
    pub(super) fn new(padded: bool) -> Self {
        Self {
            padded,
            entries: 0,
            sum: 0,
            largest: 0,
        }
    }

    pub(super) fn total(&self) -> u64 {
        if self.padded {
            self.entries * self.largest
        } else {
            self.sum
        }
    }

    /// Returns the cost with one more entry.
    pub(super) fn with(&self, cost: u32) -> u64 {
        let cost = u64::from(cost);
        if self.padded {
            (self.entries + 1) * self.largest.max(cost)
        } else {
            self.sum + cost
        }
    }

    pub(super) fn add(&mut self, cost: u32) {
        self.entries += 1;
        self.sum += u64::from(cost);
        self.largest = self.largest.max(u64::from(cost));
    }
}
