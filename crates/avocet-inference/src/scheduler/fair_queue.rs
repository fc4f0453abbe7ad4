//! The entries of one priority, shared fairly between callers.

use std::collections::{BTreeSet, VecDeque};

use super::entry::Entry;
use super::time::Time;

/// Start-time fair queueing (Goyal, Vin and Cheng, 1996): each caller has a virtual time that advances by the cost of its work, divided by its
/// weight. The caller with the smallest one is next. A caller that comes back starts at the virtual time of the queue, which advances by the
/// cost of all work, divided by the weight of all callers (Demers, Keshav and Shenker, 1989): otherwise those that come back would be ahead of
/// the others for ever.
#[derive(Debug)]
pub(super) struct FairQueue<T> {
    /// The entries of each caller, by its index, in the order of their ids.
    flows: Vec<Flow<T>>,
    /// The callers whose entries may run, by virtual time, then by their first entry.
    order: BTreeSet<(u64, u64, usize)>,
    /// The callers whose entries may run, by their first entry, which is their oldest.
    ages: BTreeSet<(u64, usize)>,
    len: usize,
    /// The virtual time of the queue.
    clock: u64,
    /// The weight of all callers with entries.
    weight: u64,
}

#[derive(Debug)]
struct Flow<T> {
    entries: VecDeque<Entry<T>>,
    cost: u64,
    weight: u32,
    /// Its part of the weight of all callers.
    counted: u64,
    /// The virtual time of its first entry. It is kept while the caller has running work, so that a caller that sends one request after the
    /// other has its share and no more.
    virtual_time: u64,
    /// Its place in `order`.
    place: Option<(u64, u64)>,
    /// Whether its entries may not run now.
    blocked: bool,
}

impl<T> Default for Flow<T> {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            cost: 0,
            weight: 1,
            counted: 0,
            virtual_time: 0,
            place: None,
            blocked: false,
        }
    }
}

impl<T> Default for FairQueue<T> {
    fn default() -> Self {
        Self {
            flows: Vec::new(),
            order: BTreeSet::new(),
            ages: BTreeSet::new(),
            len: 0,
            clock: 0,
            weight: 0,
        }
    }
}

/// What one unit of cost adds to the virtual time of a caller of weight 1.
const UNIT: u64 = 1 << 16;

impl<T> FairQueue<T> {
    /// Adds an entry behind those of its caller.
    pub(super) fn push(&mut self, entry: Entry<T>, weight: u32) {
        let (key, clock) = (entry.key, self.clock);
        let flow = self.flow(key);
        flow.weight = weight;
        if flow.entries.is_empty() {
            flow.virtual_time = flow.virtual_time.max(clock);
        }
        flow.cost += u64::from(entry.cost);
        flow.entries.push_back(entry);
        self.len += 1;
        self.reorder(key);
    }

    /// Returns an entry that was taken, to its old position.
    pub(super) fn put_back(&mut self, entry: Entry<T>) {
        let (key, cost) = (entry.key, entry.cost);
        let flow = self.flow(key);
        let charge_of_flow = charge(cost, u64::from(flow.weight));
        flow.virtual_time = flow.virtual_time.saturating_sub(charge_of_flow);
        flow.cost += u64::from(cost);
        let at = flow.entries.partition_point(|other| other.id < entry.id);
        flow.entries.insert(at, entry);
        self.len += 1;
        self.reorder(key);
        self.clock = self.clock.saturating_sub(charge(cost, self.weight));
    }

    /// Returns the next entry without taking it.
    pub(super) fn peek(&self) -> Option<&Entry<T>> {
        let &(_, _, key) = self.order.first()?;
        self.flows[key].entries.front()
    }

    /// Takes an entry to run it.
    pub(super) fn take(&mut self, key: usize, id: u64) -> Option<Entry<T>> {
        let flow = self.flows.get_mut(key)?;
        let at = flow
            .entries
            .binary_search_by_key(&id, |entry| entry.id)
            .ok()?;
        let entry = flow.entries.remove(at)?;
        flow.cost -= u64::from(entry.cost);
        let advanced = self.clock.saturating_add(charge(entry.cost, self.weight));
        self.clock = advanced.max(flow.virtual_time);
        let charge = charge(entry.cost, u64::from(flow.weight));
        flow.virtual_time = flow.virtual_time.saturating_add(charge);
        self.len -= 1;
        self.reorder(key);
        Some(entry)
    }

    /// Removes the entries of a range of ids, which have not run.
    pub(super) fn remove(&mut self, key: usize, first: u64, count: u64) -> Vec<Entry<T>> {
        let Some(flow) = self.flows.get_mut(key) else {
            return Vec::new();
        };
        let start = flow.entries.partition_point(|entry| entry.id < first);
        let end = flow
            .entries
            .partition_point(|entry| entry.id < first + count);
        let removed: Vec<_> = flow.entries.drain(start..end).collect();
        for entry in &removed {
            flow.cost -= u64::from(entry.cost);
        }
        self.len -= removed.len();
        self.reorder(key);
        removed
    }

    /// Returns the ids of the next entries in their order, with their callers and costs, at most this many.
    pub(super) fn look_ahead(&self, most: usize) -> Vec<(usize, u64, u32)> {
        let mut order = self.order.clone();
        let mut positions = vec![0; self.flows.len()];
        let mut found = Vec::with_capacity(most);
        while found.len() < most
            && let Some((virtual_time, _, key)) = order.pop_first()
        {
            let flow = &self.flows[key];
            let entry = &flow.entries[positions[key]];
            found.push((key, entry.id, entry.cost));
            positions[key] += 1;
            if let Some(next) = flow.entries.get(positions[key]) {
                let later = virtual_time.saturating_add(charge(entry.cost, u64::from(flow.weight)));
                order.insert((later, next.id, key));
            }
        }
        found
    }

    /// Sets whether the entries of a caller may not run now.
    pub(super) fn block(&mut self, key: usize, blocked: bool) {
        let flow = self.flow(key);
        if flow.blocked != blocked {
            flow.blocked = blocked;
            self.reorder(key);
        }
    }

    /// Forgets a caller without work.
    pub(super) fn forget(&mut self, key: usize) {
        if let Some(flow) = self.flows.get_mut(key) {
            debug_assert!(
                flow.entries.is_empty(),
                "a caller without work has no entries"
            );
            *flow = Flow::default();
        }
    }

    /// Returns when the oldest entry was submitted that may run.
    pub(super) fn oldest(&self) -> Option<Time> {
        let &(_, key) = self.ages.first()?;
        self.flows[key].entries.front().map(|entry| entry.submitted)
    }

    /// Returns the number of entries.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the cost of the entries that run before one that this caller adds: of each caller no more than this one's, in the relation of their
    /// weights, as they take turns.
    pub(super) fn cost_ahead(&self, key: Option<usize>, weight: u32, cost: u64) -> u64 {
        let own = key
            .and_then(|key| self.flows.get(key))
            .map_or(0, |flow| flow.cost);
        let weight = u64::from(weight.max(1));
        let turn = |flow: &Flow<T>| {
            let turn = (own + cost).saturating_mul(u64::from(flow.weight));
            turn.div_ceil(weight)
        };
        let callers = self.flows.iter().enumerate();
        let others = callers.filter(|(index, _)| Some(*index) != key);
        own + others
            .map(|(_, flow)| flow.cost.min(turn(flow)))
            .sum::<u64>()
    }

    /// Returns the cost of all entries.
    pub(super) fn cost(&self) -> u64 {
        self.flows.iter().map(|flow| flow.cost).sum()
    }

    /// Removes all entries.
    pub(super) fn drain(&mut self) -> Vec<Entry<T>> {
        let mut removed = Vec::with_capacity(self.len);
        for key in 0..self.flows.len() {
            let flow = &mut self.flows[key];
            flow.cost = 0;
            removed.extend(flow.entries.drain(..));
            self.reorder(key);
        }
        self.len = 0;
        removed
    }

    fn flow(&mut self, key: usize) -> &mut Flow<T> {
        if key >= self.flows.len() {
            self.flows.resize_with(key + 1, Flow::default);
        }
        &mut self.flows[key]
    }

    /// Gives a caller its place, after each change of its entries or virtual time.
    fn reorder(&mut self, key: usize) {
        let flow = &mut self.flows[key];
        if let Some((virtual_time, first)) = flow.place.take() {
            self.order.remove(&(virtual_time, first, key));
            self.ages.remove(&(first, key));
        }
        self.weight -= flow.counted;
        flow.counted = if flow.entries.is_empty() {
            0
        } else {
            u64::from(flow.weight)
        };
        self.weight += flow.counted;
        if let Some(first) = flow.entries.front().filter(|_| !flow.blocked) {
            flow.place = Some((flow.virtual_time, first.id));
            self.order.insert((flow.virtual_time, first.id, key));
            self.ages.insert((first.id, key));
        }
    }
}

fn charge(cost: u32, weight: u64) -> u64 {
    (u64::from(cost.max(1)) * UNIT) / weight.max(1)
}
