//! The state machine.

use std::collections::VecDeque;
use std::time::Duration;

use super::batch_cost::BatchCost;
use super::batch_wait::BatchWait;
use super::config::Config;
use super::entry::{Entry, Request, Ticket};
use super::fair_queue::FairQueue;
use super::keys::Keys;
use super::running::Running;
use super::service_time::ServiceTime;
use super::time::Time;
use crate::error::{Limit, Rejected};
use crate::priority::Priority;

/// Which work runs next, and which is rejected.
#[derive(Debug)]
pub(crate) struct Scheduler<T> {
    config: Config,
    keys: Keys,
    /// By priority.
    queues: [FairQueue<T>; 3],
    queued_cost: u64,
    /// Parts of a batch that has failed; they run before the queue.
    retries: VecDeque<Vec<Entry<T>>>,
    retried: usize,
    running: usize,
    batches: Running,
    service_time: ServiceTime,
    batch_wait: BatchWait,
    next_id: u64,
}

/// How much a replica can take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    pub(crate) entries: usize,
    pub(crate) cost: u64,
    /// Whether it has nothing else to do than to wait.
    pub(crate) may_wait: bool,
}

/// What a replica does next.
#[derive(Debug)]
pub(crate) struct Next<T> {
    /// The work to run now. Its entries count as running until [`Scheduler::finished`].
    pub(crate) run: Vec<Entry<T>>,
    /// Work that reached its deadline in the queue.
    pub(crate) expired: Vec<Entry<T>>,
    /// When to look again, although nothing may have been submitted.
    pub(crate) look_again: Option<Time>,
}

impl<T> Scheduler<T> {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config,
            keys: Keys::default(),
            queues: std::array::from_fn(|_| FairQueue::default()),
            queued_cost: 0,
            retries: VecDeque::new(),
            retried: 0,
            running: 0,
            batches: Running::default(),
            service_time: ServiceTime::default(),
            batch_wait: BatchWait::default(),
            next_id: 0,
        }
    }

    /// Removes everything, for another start. Ids go on, because tickets of the last start may still be cancelled.
    pub(crate) fn restart(&mut self, config: Config) {
        let next_id = self.next_id;
        *self = Self {
            next_id,
            ..Self::new(config)
        };
    }

    /// Adds the inputs of a request, with their costs: all of them or none.
    pub(crate) fn submit(
        &mut self,
        now: Time,
        request: &Request,
        inputs: Vec<(u32, T)>,
    ) -> Result<Ticket, Rejected> {
        let cost = inputs.iter().map(|(cost, _)| u64::from(*cost)).sum();
        self.admit(now, request, inputs.len(), cost)?;

        let key = self.keys.enter(request.caller.as_ref());
        let ticket = Ticket {
            first: self.next_id,
            count: inputs.len() as u64,
            key,
            priority: request.priority,
        };
        if let Some(key) = self.keys.get_mut(key) {
            key.queued += inputs.len();
        }
        self.queued_cost += cost;
        for (cost, value) in inputs {
            let entry = Entry {
                id: self.next_id,
                cost,
                priority: request.priority,
                key,
                batch: None,
                deadline: request.deadline,
                submitted: now,
                value,
            };
            self.queues[request.priority.level()].push(entry, request.weight.max(1));
            self.next_id += 1;
            self.batch_wait.arrived(now);
        }
        self.block_if_at_limit(key);
        Ok(ticket)
    }

    /// Returns what a replica with this much room does now.
    pub(crate) fn next(&mut self, now: Time, room: Room) -> Next<T> {
        let mut next = Next {
            run: Vec::new(),
            expired: Vec::new(),
            look_again: None,
        };
        if room.entries == 0 {
            return next;
        }
        if let Some(entries) = self.retries.pop_front() {
            self.retried -= entries.len();
            let (run, expired) = entries.into_iter().partition(|entry| !is_over(entry, now));
            (next.run, next.expired) = (run, expired);
            for entry in &next.expired {
                self.finished(entry);
            }
            if !next.run.is_empty() {
                self.begin(now, &mut next.run);
                return next;
            }
        }
        if room.may_wait
            && let Some(until) = self.wait_until(now, room)
        {
            next.look_again = Some(until);
            return next;
        }
        if self.config.padded && self.waiting() > room.entries {
            self.take_similar(now, room, &mut next);
        } else {
            self.take_in_order(now, room, &mut next);
        }
        self.begin(now, &mut next.run);
        next
    }

    /// Removes the entries of a request that do not run yet.
    pub(crate) fn cancel(&mut self, ticket: Ticket) -> Vec<Entry<T>> {
        let Ticket {
            first,
            count,
            key,
            priority,
        } = ticket;
        let mut removed = self.queues[priority.level()].remove(key, first, count);
        for entry in &removed {
            self.queued_cost -= u64::from(entry.cost);
        }
        if let Some(key) = self.keys.get_mut(key) {
            key.queued -= removed.len();
        }
        let ids = first..first + count;
        let mut of_retries = Vec::new();
        for entries in &mut self.retries {
            of_retries.extend(entries.extract_if(.., |entry| ids.contains(&entry.id)));
        }
        self.retries.retain(|entries| !entries.is_empty());
        self.retried -= of_retries.len();
        for entry in &of_retries {
            self.finished(entry);
        }
        removed.extend(of_retries);
        self.forget_if_idle(key);
        removed
    }

    /// Notes that an entry has stopped running.
    pub(crate) fn finished(&mut self, entry: &Entry<impl Sized>) {
        self.running -= 1;
        self.batches.ended(entry.batch);
        if let Some(key) = self.keys.get_mut(entry.key) {
            key.running -= 1;
        }
        self.block_if_at_limit(entry.key);
        self.forget_if_idle(entry.key);
    }

    /// Returns an entry to the queue that a replica had no room for.
    pub(crate) fn put_back(&mut self, mut entry: Entry<T>) {
        let (key, level) = (entry.key, entry.priority.level());
        self.running -= 1;
        self.batches.ended(entry.batch.take());
        if let Some(key) = self.keys.get_mut(key) {
            key.running -= 1;
            key.queued += 1;
        }
        self.queued_cost += u64::from(entry.cost);
        self.queues[level].put_back(entry);
        self.block_if_at_limit(key);
    }

    /// Runs the entries of a failed batch again, each half by itself, so that in the end only those fail that cannot run.
    pub(crate) fn retry_halves(&mut self, mut entries: Vec<Entry<T>>) {
        self.retried += entries.len();
        for entry in &mut entries {
            self.batches.ended(entry.batch.take());
        }
        let second = entries.split_off(entries.len() / 2);
        self.retries.extend(
            [entries, second]
                .into_iter()
                .filter(|half| !half.is_empty()),
        );
    }

    /// Notes how long a batch has run.
    pub(crate) fn measured(&mut self, cost: u64, elapsed: Duration) {
        self.service_time.observe(cost, elapsed);
    }

    /// Removes all entries that wait.
    pub(crate) fn clear(&mut self) -> Vec<Entry<T>> {
        let mut removed = Vec::new();
        for priority in Priority::ALL {
            for entry in self.queues[priority.level()].drain() {
                self.queued_cost -= u64::from(entry.cost);
                if let Some(key) = self.keys.get_mut(entry.key) {
                    key.queued -= 1;
                }
                self.forget_if_idle(entry.key);
                removed.push(entry);
            }
        }
        for entry in std::mem::take(&mut self.retries).into_iter().flatten() {
            self.finished(&entry);
            removed.push(entry);
        }
        self.retried = 0;
        removed
    }

    /// Returns the number of entries that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.queues.iter().map(FairQueue::len).sum::<usize>() + self.retried
    }

    /// Returns the cost of the entries that wait.
    pub(crate) fn waiting_cost(&self) -> u64 {
        self.queued_cost
    }

    /// Returns the number of entries that run.
    pub(crate) fn running(&self) -> usize {
        self.running - self.retried
    }

    /// Returns the number of callers that it holds.
    #[cfg(test)]
    pub(super) fn callers(&self) -> usize {
        self.keys.len()
    }

    /// Returns the number of batches that run.
    #[cfg(test)]
    pub(super) fn batches(&self) -> usize {
        self.batches.len()
    }

    fn is_idle(&self) -> bool {
        self.waiting() == 0 && self.running == 0
    }

    /// Returns whether the entries that wait fill a batch.
    pub(crate) fn has_full_batch(&self) -> bool {
        self.waiting() >= self.config.max_batch || self.queued_cost >= self.config.max_cost
    }

    /// Takes entries in their order until the room is used.
    fn take_in_order(&mut self, now: Time, room: Room, next: &mut Next<T>) {
        let mut costs = BatchCost::new(self.config.padded);
        while next.run.len() < room.entries
            && let Some((priority, head)) = self.head(now)
        {
            if !next.run.is_empty() && costs.with(head.cost) > room.cost {
                break;
            }
            let (key, id) = (head.key, head.id);
            self.start(now, priority, key, id, &mut costs, next);
        }
    }

    /// Takes the next entry in the order, and of those that follow it the ones with the most similar costs.
    fn take_similar(&mut self, now: Time, room: Room, next: &mut Next<T>) {
        const BATCHES_AHEAD: usize = 4;
        let Some((priority, _)) = self.head(now) else {
            return;
        };
        let queue = &self.queues[priority.level()];
        let ahead = queue.look_ahead(room.entries.saturating_mul(BATCHES_AHEAD));
        let first = ahead[0];
        let mut by_cost = ahead;
        by_cost.sort_unstable_by_key(|&(_, id, cost)| (cost, id));
        let at = by_cost
            .iter()
            .position(|&(_, id, _)| id == first.1)
            .unwrap_or(0);

        let mut costs = BatchCost::new(true);
        self.start(now, priority, first.0, first.1, &mut costs, next);
        let (mut smaller, mut larger) = (
            by_cost[..at].iter().rev().peekable(),
            by_cost[at + 1..].iter().peekable(),
        );
        while next.run.len() < room.entries {
            // A smaller entry is padded itself; a larger one pads the whole batch.
            let padding_of_smaller = smaller
                .peek()
                .map(|entry| costs.with(entry.2) - costs.total() - u64::from(entry.2));
            let padding_of_larger = larger
                .peek()
                .map(|entry| costs.with(entry.2) - costs.total() - u64::from(entry.2));
            let candidate = match (padding_of_smaller, padding_of_larger) {
                (Some(below), Some(above)) if below <= above => smaller.next(),
                (Some(_), None) => smaller.next(),
                (_, Some(_)) => larger.next(),
                (None, None) => None,
            };
            let Some(&(key, id, cost)) = candidate else {
                break;
            };
            if costs.with(cost) <= room.cost && !self.is_at_limit(key) {
                self.start(now, priority, key, id, &mut costs, next);
            }
        }
    }

    /// Notes that entries run, in batches of the size that the model takes.
    fn begin(&mut self, now: Time, entries: &mut [Entry<T>]) {
        for batch in entries.chunks_mut(self.config.max_batch) {
            let number = self
                .batches
                .begin(now, batch.iter().map(|entry| entry.cost));
            batch
                .iter_mut()
                .for_each(|entry| entry.batch = Some(number));
        }
    }

    /// Moves an entry from the queue to those that run, or to the expired ones.
    fn start(
        &mut self,
        now: Time,
        priority: Priority,
        key: usize,
        id: u64,
        costs: &mut BatchCost,
        next: &mut Next<T>,
    ) {
        let Some(entry) = self.queues[priority.level()].take(key, id) else {
            return;
        };
        self.queued_cost -= u64::from(entry.cost);
        self.running += 1;
        if let Some(key) = self.keys.get_mut(key) {
            key.queued -= 1;
            key.running += 1;
        }
        if is_over(&entry, now) {
            self.finished(&entry);
            next.expired.push(entry);
        } else {
            self.block_if_at_limit(key);
            costs.add(entry.cost);
            next.run.push(entry);
        }
    }

    /// Returns the entry that runs next, and its priority. Old entries count as of a higher priority.
    fn head(&self, now: Time) -> Option<(Priority, &Entry<T>)> {
        let heads = Priority::ALL.into_iter().rev().filter_map(|priority| {
            let queue = &self.queues[priority.level()];
            let (head, oldest) = (queue.peek()?, queue.oldest()?);
            let promoted =
                now.saturating_sub(oldest).as_nanos() / self.config.promote_after.as_nanos().max(1);
            Some((priority.level() as u128 + promoted, priority, head))
        });
        // Of equal ones the last: that with the highest priority of its own.
        let (_, priority, head) =
            heads.reduce(|best, other| if other.0 > best.0 { other } else { best })?;
        Some((priority, head))
    }

    /// Returns until when a replica waits for a larger batch.
    fn wait_until(&mut self, now: Time, room: Room) -> Option<Time> {
        let entries = self.waiting();
        if self.config.max_wait.is_zero()
            || entries == 0
            || entries >= room.entries
            || self.queued_cost >= room.cost
        {
            return None;
        }
        let oldest = self.queues.iter().filter_map(FairQueue::oldest).min()?;
        let fixed = self.service_time.fixed()?;
        self.batch_wait
            .until(now, entries, oldest, fixed, self.config.max_wait)
    }

    fn admit(
        &self,
        now: Time,
        request: &Request,
        inputs: usize,
        cost: u64,
    ) -> Result<(), Rejected> {
        let Config {
            queue,
            queue_cost,
            per_caller,
            ..
        } = self.config;
        let key = self.keys.find(request.caller.as_ref());
        let of_caller = key
            .filter(|_| request.caller.is_some())
            .and_then(|key| self.keys.get(key));
        let of_caller = of_caller.map_or(0, |key| key.queued + key.running);
        let per_caller = if request.caller.is_some() {
            per_caller
        } else {
            usize::MAX
        };
        for (limit, value, present, added) in [
            (
                Limit::PerCaller,
                per_caller as u64,
                of_caller as u64,
                inputs as u64,
            ),
            (
                Limit::Queue,
                queue as u64,
                self.waiting() as u64,
                inputs as u64,
            ),
            (Limit::QueueCost, queue_cost, self.queued_cost, cost),
        ] {
            if added > value {
                return Err(Rejected {
                    limit,
                    value,
                    measured: added,
                    retry_after: None,
                });
            }
            if present + added > value {
                let retry_after = Some(self.time_for(present + added - value, limit));
                return Err(Rejected {
                    limit,
                    value,
                    measured: present + added,
                    retry_after,
                });
            }
        }
        // When nothing waits or runs, a request is accepted anyway: a model that has become faster must be measured again.
        let Some(deadline) = request.deadline.filter(|_| !self.is_idle()) else {
            return Ok(());
        };
        let (needed, left) = (
            self.estimate(now, request, key, inputs, cost),
            deadline.saturating_sub(now),
        );
        match needed {
            Some(needed) if needed > left => Err(Rejected {
                limit: Limit::Deadline,
                value: milliseconds(left),
                measured: milliseconds(needed),
                retry_after: Some(needed.saturating_sub(left)),
            }),
            _ => Ok(()),
        }
    }

    /// Returns how long a request waits and runs, as far as it is known.
    fn estimate(
        &self,
        now: Time,
        request: &Request,
        key: Option<usize>,
        inputs: usize,
        cost: u64,
    ) -> Option<Duration> {
        let level = request.priority.level();
        let higher: u64 = self.queues[level + 1..].iter().map(FairQueue::cost).sum();
        let total =
            (higher + self.queues[level].cost_ahead(key, request.weight, cost) + cost).max(1);
        let batch = self.usual_batch(inputs, cost);
        let round = batch.saturating_mul(self.config.concurrency as u64);
        let rounds = total.div_ceil(round);
        let full = self.service_time.predict(batch)?;
        let rest = total - (rounds - 1) * round;
        let last = self.service_time.predict(rest.min(batch))?;
        let rounds_before = full.saturating_mul(u32::try_from(rounds - 1).unwrap_or(u32::MAX));
        let start = (self.batches).until_next(now, self.config.concurrency, &self.service_time);
        Some(start.saturating_add(rounds_before).saturating_add(last))
    }

    /// Returns the cost of a full batch of entries like those that wait.
    fn usual_batch(&self, inputs: usize, cost: u64) -> u64 {
        let entries = (self.waiting() + inputs).max(1) as u64;
        let mean = (self.queued_cost + cost).div_ceil(entries).max(1);
        mean.saturating_mul(self.config.max_batch as u64)
            .min(self.config.max_cost)
            .max(1)
    }

    /// Returns in what time this much more of a limit is free.
    fn time_for(&self, amount: u64, limit: Limit) -> Duration {
        const UNKNOWN: Duration = Duration::from_secs(1);
        let batch = self.usual_batch(0, 0);
        let batches = match limit {
            Limit::QueueCost => amount.div_ceil(batch),
            _ => amount.div_ceil(self.config.max_batch as u64),
        };
        let rounds = batches.div_ceil(self.config.concurrency as u64);
        let round = self.service_time.predict(batch).unwrap_or(UNKNOWN);
        round.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX))
    }

    fn is_at_limit(&self, key: usize) -> bool {
        let running = self.keys.get(key).map_or(0, |key| key.running);
        running >= self.config.running_per_caller && !self.keys.is_anonymous(key)
    }

    fn block_if_at_limit(&mut self, key: usize) {
        if self.config.running_per_caller < usize::MAX {
            let blocked = self.is_at_limit(key);
            self.queues
                .iter_mut()
                .for_each(|queue| queue.block(key, blocked));
        }
    }

    fn forget_if_idle(&mut self, key: usize) {
        if self.keys.remove_if_idle(key) {
            self.queues.iter_mut().for_each(|queue| queue.forget(key));
        }
    }
}

fn is_over<T>(entry: &Entry<T>, now: Time) -> bool {
    entry.deadline.is_some_and(|deadline| deadline <= now)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
