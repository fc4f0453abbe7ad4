//! What the scheduler should know, counted again in the simplest way.

use std::collections::BTreeMap;

use super::super::config::Config;
use super::super::entry::{Entry, Ticket};
use super::super::machine::{Room, Scheduler};
use super::super::time::Time;
use crate::error::{Limit, Rejected};
use crate::priority::Priority;

/// The entries that have not ended. One that ends twice, or runs after its end, is missed here.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) entries: BTreeMap<u64, Record>,
    pub(super) next_id: u64,
    pub(super) accepted: u64,
    /// The number and the cost of the entries that ran when one was accepted last: only they can return to the queue.
    running: (u64, u64),
    pub(super) ends: BTreeMap<&'static str, u64>,
}

#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) caller: Option<u64>,
    pub(super) priority: Priority,
    pub(super) cost: u32,
    pub(super) deadline: Option<Time>,
    /// When it must have started.
    pub(super) latest: Option<Time>,
    pub(super) poisoned: bool,
    pub(super) left: bool,
    pub(super) state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Waiting,
    /// Its batch has failed, and it waits to run again.
    Retrying,
    Running,
}

impl Ledger {
    pub(super) fn count(&self, matches: impl Fn(&Record) -> bool) -> u64 {
        self.entries.values().filter(|entry| matches(entry)).count() as u64
    }

    fn waiting_cost(&self) -> u64 {
        self.cost(|entry| entry.state == State::Waiting)
    }

    fn cost(&self, matches: impl Fn(&Record) -> bool) -> u64 {
        let entries = self.entries.values().filter(|entry| matches(entry));
        entries.map(|entry| u64::from(entry.cost)).sum()
    }

    fn running_of(&self, caller: u64) -> u64 {
        self.count(|entry| entry.caller == Some(caller) && entry.state != State::Waiting)
    }

    /// Checks that no limit was exceeded, and adds the entries.
    pub(super) fn accept(&mut self, config: &Config, ticket: Ticket, records: Vec<Record>) {
        assert_eq!(ticket.first, self.next_id, "ids ascend");
        assert_eq!(ticket.count, records.len() as u64, "each input has an id");
        for record in records {
            self.entries.insert(self.next_id, record);
            self.next_id += 1;
            self.accepted += 1;
        }
        for (limit, value) in Self::limits(config, self.last_caller()) {
            assert!(
                self.measured(limit, self.last_caller()) <= value,
                "{limit:?} is exceeded"
            );
        }
        self.running = (
            self.count(|entry| entry.state == State::Running),
            self.cost(|entry| entry.state != State::Waiting),
        );
    }

    fn last_caller(&self) -> Option<u64> {
        self.entries.values().next_back()?.caller
    }

    /// Checks that a rejection is true.
    pub(super) fn reject(
        &self,
        config: &Config,
        caller: Option<u64>,
        inputs: u64,
        cost: u64,
        rejected: Rejected,
    ) {
        if rejected.limit == Limit::Deadline {
            assert!(rejected.measured >= rejected.value && rejected.retry_after.is_some());
            assert!(!self.entries.is_empty(), "an idle model is tried");
            return;
        }
        let added = if rejected.limit == Limit::QueueCost {
            cost
        } else {
            inputs
        };
        let (_, value) = *Self::limits(config, caller)
            .iter()
            .find(|(limit, _)| *limit == rejected.limit)
            .expect("a limit that applies");
        assert_eq!(rejected.value, value);
        let never = added > value;
        assert_eq!(rejected.retry_after.is_none(), never, "{rejected:?}");
        let present = if never {
            0
        } else {
            self.measured(rejected.limit, caller)
        };
        assert_eq!(rejected.measured, present + added, "{rejected:?}");
        assert!(
            rejected.measured > value,
            "{rejected:?} is no reason to reject"
        );
    }

    fn limits(config: &Config, caller: Option<u64>) -> Vec<(Limit, u64)> {
        let mut limits = vec![
            (Limit::Queue, config.queue as u64),
            (Limit::QueueCost, config.queue_cost),
        ];
        if caller.is_some() {
            limits.push((Limit::PerCaller, config.per_caller as u64));
        }
        limits
    }

    fn measured(&self, limit: Limit, caller: Option<u64>) -> u64 {
        match limit {
            Limit::Queue => self.count(|entry| entry.state != State::Running),
            Limit::QueueCost => self.waiting_cost(),
            _ => self.count(|entry| entry.caller == caller),
        }
    }

    /// Checks a batch, and notes that it runs.
    pub(super) fn start(&mut self, now: Time, config: &Config, room: Room, batch: &[Entry<u64>]) {
        assert!(batch.len() <= room.entries, "a batch is too large");
        let costs = batch.iter().map(|entry| u64::from(entry.cost));
        let cost = if config.padded {
            costs.max().unwrap_or(0) * batch.len() as u64
        } else {
            costs.sum()
        };
        assert!(
            batch.len() <= 1 || cost <= room.cost,
            "a batch costs {cost}"
        );
        for entry in batch {
            assert_eq!(entry.value, entry.id, "values stay with their entries");
            let record = self
                .entries
                .get_mut(&entry.id)
                .expect("an entry that has not ended");
            assert_ne!(record.state, State::Running, "it runs twice");
            assert!(
                record.deadline.is_none_or(|deadline| deadline > now),
                "it is late"
            );
            assert!(
                record.latest.is_none_or(|latest| now <= latest),
                "it was starved"
            );
            let was = std::mem::replace(&mut record.state, State::Running);
            let (caller, priority) = (record.caller, record.priority);
            if let Some(caller) = caller {
                let running = self.running_of(caller);
                assert!(
                    running <= config.running_per_caller as u64,
                    "{running} of one caller run"
                );
            }
            let overtaken = |(id, other): (&u64, &Record)| {
                *id < entry.id
                    && other.caller == caller
                    && other.priority == priority
                    && other.state == State::Waiting
            };
            let in_order =
                config.padded || was == State::Retrying || !self.entries.iter().any(overtaken);
            // Entries of one batch may stand in any order, so those were taken.
            assert!(in_order, "{} overtakes an entry of its caller", entry.id);
        }
    }

    /// Checks that a replica had nothing to run.
    pub(super) fn nothing_to_run(&self, config: &Config) {
        for (id, entry) in &self.entries {
            let blocked = entry
                .caller
                .is_some_and(|caller| self.running_of(caller) >= config.running_per_caller as u64);
            let waits = match entry.state {
                State::Running => false,
                State::Waiting => !blocked,
                State::Retrying => true,
            };
            assert!(!waits, "{id} waits although a replica is idle: {entry:?}");
        }
    }

    /// Changes the state of an entry.
    pub(super) fn set(&mut self, id: u64, from: State, to: State) {
        let record = self
            .entries
            .get_mut(&id)
            .expect("an entry that has not ended");
        assert_eq!(record.state, from);
        record.state = to;
    }

    /// Notes that an entry has ended.
    pub(super) fn end(&mut self, id: u64, how: &'static str) -> Record {
        *self.ends.entry(how).or_default() += 1;
        self.entries
            .remove(&id)
            .expect("an entry that has not ended")
    }

    /// Notes that entries were removed which did not run: all that match.
    pub(super) fn remove(
        &mut self,
        removed: Vec<Entry<u64>>,
        how: &'static str,
        matches: impl Fn(u64) -> bool,
    ) {
        for entry in removed {
            let record = self.end(entry.id, how);
            assert_ne!(record.state, State::Running, "it runs");
        }
        let missed = self
            .entries
            .iter()
            .find(|(id, entry)| matches(**id) && entry.state != State::Running);
        assert!(missed.is_none(), "{missed:?} was not removed");
    }

    /// Checks the counters of the scheduler, the bound of the queue, and that nothing starves.
    pub(super) fn check(&self, now: Time, config: &Config, scheduler: &Scheduler<u64>) {
        let (running, running_cost) = self.running;
        assert!(
            scheduler.waiting() as u64 <= config.queue as u64 + running,
            "more than the work that ran is above the bound of the queue"
        );
        assert!(
            scheduler.waiting_cost() <= config.queue_cost.saturating_add(running_cost),
            "more than the work that ran is above the bound of the cost"
        );
        assert_eq!(
            scheduler.waiting() as u64,
            self.count(|entry| entry.state != State::Running),
            "waiting"
        );
        assert_eq!(
            scheduler.running() as u64,
            self.count(|entry| entry.state == State::Running),
            "running"
        );
        assert_eq!(scheduler.waiting_cost(), self.waiting_cost(), "cost");
        assert!(
            scheduler.batches() <= scheduler.running(),
            "a batch is kept"
        );
        let mut callers: Vec<_> = self.entries.values().map(|entry| entry.caller).collect();
        callers.sort_unstable();
        callers.dedup();
        assert_eq!(scheduler.callers(), callers.len(), "callers");
        let starved = |(_, entry): &(&u64, &Record)| {
            entry.state == State::Waiting && entry.latest.is_some_and(|latest| now > latest)
        };
        let starved = self.entries.iter().find(starved);
        assert!(starved.is_none(), "{starved:?} starves");
    }
}
