//! The world around the scheduler: callers and replicas in virtual time.

use std::collections::BTreeMap;
use std::time::Duration;

use avocet_context::Caller;

use super::super::entry::{Entry, Request, Ticket};
use super::super::machine::{Room, Scheduler};
use super::super::time::Time;
use super::ledger::{Ledger, Record, State};
use super::plan::Plan;
use super::random::Random;
use crate::priority::Priority;

pub(super) struct World {
    plan: Plan,
    random: Random,
    now: Time,
    events: BTreeMap<(Time, u64), Event>,
    sequence: u64,
    scheduler: Scheduler<u64>,
    pub(super) ledger: Ledger,
    replicas: Vec<Replica>,
    /// The requests that were accepted.
    tickets: Vec<Ticket>,
    requests_left: u64,
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Arrival,
    /// The caller of a request leaves.
    Departure(usize),
    /// A replica looks at the queue, because it has loaded its model or has waited.
    Look(usize),
    /// A batch or a step ends.
    Done(usize, Outcome),
    /// An output is sent before its batch ends.
    EarlyReply(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Works,
    Fails,
    /// Also of a replica that hangs: its entries fail, and another one loads.
    Dies,
}

#[derive(Debug, Default)]
struct Replica {
    number: usize,
    state: Phase,
    retired: bool,
    running: Vec<Entry<u64>>,
    /// How many steps each entry of a generator still runs.
    steps: BTreeMap<u64, u64>,
    cost: u64,
    started: Time,
    /// Whether a generator had no room for an entry.
    full: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Loading,
    Idle,
    Filling,
    Busy,
    Gone,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let plan = Plan::new(&mut random);
        let mut world = Self {
            scheduler: Scheduler::new(plan.config.clone()),
            requests_left: plan.requests,
            plan,
            random,
            now: Time::ZERO,
            events: BTreeMap::new(),
            sequence: 0,
            ledger: Ledger::default(),
            replicas: Vec::new(),
            tickets: Vec::new(),
        };
        world.load_replicas();
        world.at(Time::ZERO, Event::Arrival);
        world
    }

    /// Runs until nothing happens any more.
    pub(super) fn run(&mut self) {
        while let Some(((time, _), event)) = self.events.pop_first() {
            self.now = time;
            self.happen(event);
            self.look_around();
            self.ledger
                .check(self.now, &self.plan.config, &self.scheduler);
        }
        assert!(
            self.ledger.entries.is_empty(),
            "lost: {:?}",
            self.ledger.entries
        );
        let ended: u64 = self.ledger.ends.values().sum();
        assert_eq!(ended, self.ledger.accepted, "each entry ends once");
        let counters = (
            self.scheduler.waiting(),
            self.scheduler.running(),
            self.scheduler.waiting_cost(),
        );
        assert_eq!((counters, self.scheduler.callers()), ((0, 0, 0), 0));
    }

    fn at(&mut self, time: Time, event: Event) {
        self.events.insert((time, self.sequence), event);
        self.sequence += 1;
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrival => self.arrive(),
            Event::Departure(request) => {
                let ticket = self.tickets[request];
                let removed = self.scheduler.cancel(ticket);
                let ids = ticket.first..ticket.first + ticket.count;
                self.ledger
                    .remove(removed, "cancelled", |id| ids.contains(&id));
                for (_, entry) in self.ledger.entries.range_mut(ids) {
                    entry.left = true;
                }
            }
            Event::Look(replica) => {
                if matches!(
                    self.replicas[replica].state,
                    Phase::Loading | Phase::Filling
                ) {
                    self.look(replica);
                }
            }
            Event::EarlyReply(replica) => {
                let running = self.replicas[replica].running.len() as u64;
                if running > 0 {
                    let at = usize::try_from(self.random.below(running)).expect("an index");
                    let entry = self.replicas[replica].running.swap_remove(at);
                    self.finish(&entry, "completed");
                }
            }
            Event::Done(replica, outcome) => self.done(replica, outcome),
        }
    }

    fn arrive(&mut self) {
        self.request();
        self.requests_left -= 1;
        if self.requests_left > 0 {
            let gap = self.random.below(self.plan.gap);
            self.at(self.now + Duration::from_micros(gap), Event::Arrival);
        }
        if self.random.chance(self.plan.swaps) {
            for replica in &mut self.replicas {
                replica.retired = true;
                if matches!(replica.state, Phase::Idle | Phase::Filling) {
                    replica.state = Phase::Gone;
                }
            }
            self.load_replicas();
        }
        if self.random.chance(self.plan.clears) {
            let removed = self.scheduler.clear();
            self.ledger.remove(removed, "rejected", |_| true);
        }
    }

    fn request(&mut self) {
        let Plan {
            inputs,
            cost,
            callers,
            flood,
            priorities,
            deadlines,
            departures,
            ..
        } = self.plan;
        let caller =
            Some(self.random.below(callers)).filter(|caller| *caller > 0 || callers == 1000);
        let weight = caller.map_or(1, |caller| 1 + caller % self.plan.weight);
        let priority = match priorities {
            true if flood > 0 && self.random.chance(flood) => Priority::High,
            true if flood > 0 => Priority::Low,
            true => self.random.pick(&Priority::ALL),
            false => Priority::Normal,
        };
        let deadline = self
            .random
            .chance(deadlines)
            .then(|| self.now + Duration::from_micros(self.random.between(1, 60_000)));
        let count = self.random.between(1, inputs);
        let own = |entry: &Record| {
            entry.state == State::Waiting && entry.caller == caller && entry.priority == priority
        };
        let mut own_entries = self.ledger.count(own);
        let mut own_cost = own_entries * self.plan.cost;
        let records: Vec<_> = (0..count)
            .map(|_| {
                let cost = self.random.between(1, cost);
                own_entries += 1;
                own_cost += cost;
                Record {
                    caller,
                    priority,
                    cost: u32::try_from(cost).expect("a small cost"),
                    deadline,
                    latest: self
                        .plan
                        .bound(weight, own_entries, own_cost)
                        .map(|bound| self.now + bound),
                    poisoned: self.random.chance(self.plan.poisoned),
                    left: false,
                    state: State::Waiting,
                }
            })
            .collect();
        let request = Request {
            caller: caller.map(|caller| Caller::new(caller.to_string())),
            weight: u32::try_from(weight).expect("a small weight"),
            priority,
            deadline,
        };
        let cost = records.iter().map(|record| u64::from(record.cost)).sum();
        let entries = records
            .iter()
            .zip(self.ledger.next_id..)
            .map(|(record, id)| (record.cost, id))
            .collect();
        match self.scheduler.submit(self.now, &request, entries) {
            Ok(ticket) => {
                self.ledger.accept(&self.plan.config, ticket, records);
                self.tickets.push(ticket);
                let request = self.tickets.len() - 1;
                if self.random.chance(departures) {
                    let time = self.now + Duration::from_micros(self.random.below(50_000));
                    self.at(time, Event::Departure(request));
                }
                // A caller waits until its deadline; one that does not is a stream that nothing reads.
                if let Some(deadline) = deadline
                    && self.random.chance(70)
                {
                    self.at(deadline, Event::Departure(request));
                }
                if self.scheduler.has_full_batch() {
                    for replica in 0..self.replicas.len() {
                        if self.replicas[replica].state == Phase::Filling {
                            self.look(replica);
                        }
                    }
                }
            }
            Err(rejected) => self
                .ledger
                .reject(&self.plan.config, caller, count, cost, rejected),
        }
    }

    fn load_replicas(&mut self) {
        for number in 0..self.plan.slowness.len() {
            self.replicas.push(Replica {
                number,
                ..Replica::default()
            });
            self.at(
                self.now + Duration::from_millis(1),
                Event::Look(self.replicas.len() - 1),
            );
        }
    }

    /// All idle replicas look at the queue, in any order.
    fn look_around(&mut self) {
        let replicas = self.replicas.len();
        let first = usize::try_from(self.random.below(replicas as u64)).expect("an index");
        for at in 0..replicas {
            let replica = (first + at) % replicas;
            if self.replicas[replica].state == Phase::Idle {
                self.look(replica);
            }
        }
    }

    fn look(&mut self, replica: usize) {
        if self.replicas[replica].retired {
            self.replicas[replica].state = Phase::Gone;
            return;
        }
        loop {
            let (entries, may_wait) = if self.plan.generator {
                let slots = self.plan.config.concurrency / self.plan.slowness.len();
                let Replica { full, running, .. } = &self.replicas[replica];
                (if *full { 0 } else { slots - running.len() }, false)
            } else {
                (self.plan.config.max_batch, true)
            };
            let room = Room {
                entries,
                cost: self.plan.config.max_cost,
                may_wait,
            };
            let next = self.scheduler.next(self.now, room);
            let idle = next.expired.is_empty();
            for entry in next.expired {
                let record = self.ledger.end(entry.id, "expired");
                assert!(
                    record.deadline.is_some_and(|deadline| deadline <= self.now),
                    "it is not late"
                );
                assert_ne!(record.state, State::Running);
            }
            self.ledger
                .start(self.now, &self.plan.config, room, &next.run);
            if !next.run.is_empty() || !self.replicas[replica].running.is_empty() {
                assert_eq!(next.look_again, None);
                self.start(replica, next.run);
                return;
            }
            if let Some(until) = next.look_again {
                assert!(until > self.now, "it would look again without end");
                self.replicas[replica].state = Phase::Filling;
                self.at(until, Event::Look(replica));
                return;
            }
            if idle {
                self.replicas[replica].state = Phase::Idle;
                self.ledger.nothing_to_run(&self.plan.config);
                return;
            }
        }
    }

    /// Calls the model.
    fn start(&mut self, replica: usize, entries: Vec<Entry<u64>>) {
        if self.plan.generator {
            self.admit(replica, entries);
        } else {
            self.replicas[replica].running = entries;
        }
        let state = &mut self.replicas[replica];
        if state.running.is_empty() {
            // The generator has refused the only request.
            return self.look(replica);
        }
        state.state = Phase::Busy;
        state.started = self.now;
        state.cost = state
            .running
            .iter()
            .map(|entry| u64::from(entry.cost))
            .sum();
        let is_poisoned = |entry: &Entry<u64>| self.ledger.entries[&entry.id].poisoned;
        let poisoned = state.running.iter().any(is_poisoned);
        let service = self.plan.service(state.number, state.cost);
        let (outcome, time) = if self.random.chance(self.plan.hangs) {
            (Outcome::Dies, service * 20)
        } else if self.random.chance(self.plan.panics) {
            (Outcome::Dies, service / 2)
        } else if poisoned {
            (Outcome::Fails, service)
        } else {
            (Outcome::Works, service)
        };
        if !self.plan.generator && self.random.chance(self.plan.early_replies) {
            self.at(self.now + time / 2, Event::EarlyReply(replica));
        }
        self.at(self.now + time, Event::Done(replica, outcome));
    }

    /// Starts sequences while the cache has room, as the loop of a generator does.
    fn admit(&mut self, replica: usize, entries: Vec<Entry<u64>>) {
        let mut entries = entries.into_iter();
        while let Some(entry) = entries.next() {
            let state = &mut self.replicas[replica];
            let used: u64 = state
                .running
                .iter()
                .map(|entry| u64::from(entry.cost))
                .sum();
            if used + u64::from(entry.cost) <= self.plan.cache {
                state.steps.insert(entry.id, self.random.between(1, 10));
                state.running.push(entry);
                continue;
            }
            state.full = !state.running.is_empty();
            let full = state.full;
            for later in entries.by_ref().collect::<Vec<_>>().into_iter().rev() {
                self.put_back(later);
            }
            if full {
                self.put_back(entry);
            } else {
                self.finish(&entry, "refused");
            }
        }
    }

    fn put_back(&mut self, entry: Entry<u64>) {
        self.ledger.set(entry.id, State::Running, State::Waiting);
        self.scheduler.put_back(entry);
    }

    fn done(&mut self, replica: usize, outcome: Outcome) {
        let running = std::mem::take(&mut self.replicas[replica].running);
        match outcome {
            Outcome::Dies => {
                running
                    .iter()
                    .for_each(|entry| self.finish(entry, "failed"));
                let state = &mut self.replicas[replica];
                (state.state, state.full) = (Phase::Loading, false);
                self.at(self.now + Duration::from_millis(3), Event::Look(replica));
                return;
            }
            _ if self.plan.generator => self.stepped(replica, running),
            Outcome::Fails if running.len() > 1 => {
                for entry in &running {
                    self.ledger.set(entry.id, State::Running, State::Retrying);
                }
                self.scheduler.retry_halves(running);
            }
            Outcome::Fails => running
                .iter()
                .for_each(|entry| self.finish(entry, "failed")),
            Outcome::Works => {
                running
                    .iter()
                    .for_each(|entry| self.finish(entry, "completed"));
                let Replica { cost, started, .. } = self.replicas[replica];
                self.scheduler
                    .measured(cost, self.now.saturating_sub(started));
            }
        }
        if self.replicas[replica].retired && !self.replicas[replica].running.is_empty() {
            self.start(replica, Vec::new());
        } else {
            self.look(replica);
        }
    }

    /// Ends the sequences that have finished, failed or are no longer wanted.
    fn stepped(&mut self, replica: usize, running: Vec<Entry<u64>>) {
        for entry in running {
            let state = &mut self.replicas[replica];
            let steps = state.steps.get_mut(&entry.id).expect("a sequence");
            *steps -= 1;
            let record = &self.ledger.entries[&entry.id];
            let late = record.deadline.is_some_and(|deadline| deadline <= self.now);
            let how = match (record.left, late, record.poisoned, *steps) {
                (true, ..) => "cancelled",
                (_, true, ..) => "expired",
                (_, _, true, _) => "failed",
                (.., 0) => "completed",
                _ => {
                    state.running.push(entry);
                    continue;
                }
            };
            state.full = false;
            self.finish(&entry, how);
        }
    }

    fn finish(&mut self, entry: &Entry<u64>, how: &'static str) {
        let record = self.ledger.end(entry.id, how);
        assert_eq!(record.state, State::Running);
        self.scheduler.finished(entry);
    }
}
