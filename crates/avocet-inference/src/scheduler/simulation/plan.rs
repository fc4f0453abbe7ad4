//! What happens in a run: the limits, the model, and how callers behave.

use std::time::Duration;

use super::super::config::Config;
use super::super::time::Time;
use super::random::Random;

/// What happens in a run. Chances are in percent.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) config: Config,
    /// Whether sequences join and leave between steps, instead of batches.
    pub(super) generator: bool,
    /// The cost that a generator holds.
    pub(super) cache: u64,
    /// How much slower each replica is, by its number.
    pub(super) slowness: Vec<u32>,
    pub(super) fixed: Time,
    pub(super) per_cost: Time,

    pub(super) requests: u64,
    /// The longest time between two requests, in microseconds.
    pub(super) gap: u64,
    pub(super) inputs: u64,
    pub(super) cost: u64,
    pub(super) callers: u64,
    pub(super) weight: u64,
    /// Whether there are priorities.
    pub(super) priorities: bool,
    /// How many requests have the highest priority, the others have the lowest.
    pub(super) flood: u64,
    pub(super) deadlines: u64,
    pub(super) departures: u64,

    pub(super) poisoned: u64,
    pub(super) panics: u64,
    pub(super) hangs: u64,
    pub(super) early_replies: u64,
    pub(super) swaps: u64,
    pub(super) clears: u64,
}

impl Plan {
    pub(super) fn new(random: &mut Random) -> Self {
        // A flood of high priority, without anything that relieves the queue: starvation shows there.
        if random.chance(10) {
            return Self::flood(random);
        }
        let replicas = random.pick(&[1, 1, 2, 3, 4]);
        let generator = random.chance(30);
        let max_batch = random.pick(&[1, 2, 3, 8, 32]);
        let faults = random.chance(60);
        let percent = |random: &mut Random, most: u64| {
            if faults && random.chance(50) {
                random.between(1, most)
            } else {
                0
            }
        };
        Self {
            config: Config {
                queue: random.pick(&[1, 4, 16, 64]),
                queue_cost: random.pick(&[8, 50, u64::MAX]),
                per_caller: random.pick(&[1, 3, 10, usize::MAX]),
                running_per_caller: random.pick(&[1, 2, 5, usize::MAX]),
                max_batch: if generator { 1 } else { max_batch },
                max_cost: random.pick(&[5, 20, u64::MAX]),
                padded: !generator && random.chance(40),
                max_wait: Duration::from_millis(random.pick(&[0, 0, 1, 5])),
                promote_after: Duration::from_millis(random.pick(&[1, 20, 1000])),
                concurrency: if generator {
                    replicas * max_batch
                } else {
                    replicas
                },
            },
            generator,
            cache: random.pick(&[6, 12, 100]),
            slowness: (0..replicas).map(|_| random.pick(&[1, 1, 2, 5])).collect(),
            fixed: Duration::from_micros(random.pick(&[100, 1000, 5000])),
            per_cost: Duration::from_micros(random.pick(&[0, 50, 500])),
            requests: random.between(20, 120),
            gap: random.pick(&[50, 500, 3000, 20_000]),
            inputs: random.pick(&[1, 3, 20]),
            cost: random.pick(&[1, 4, 15]),
            callers: random.pick(&[1, 2, 5, 1000]),
            weight: random.pick(&[1, 4]),
            priorities: random.chance(50),
            flood: 0,
            deadlines: random.pick(&[0, 30, 100]),
            departures: random.pick(&[0, 10, 60]),
            poisoned: percent(random, 30),
            panics: percent(random, 20),
            hangs: percent(random, 10),
            early_replies: percent(random, 50),
            swaps: percent(random, 10),
            clears: percent(random, 5),
        }
    }

    fn flood(random: &mut Random) -> Self {
        Self {
            config: Config {
                queue: 6,
                queue_cost: u64::MAX,
                per_caller: usize::MAX,
                running_per_caller: usize::MAX,
                max_batch: random.pick(&[1, 2]),
                max_cost: u64::MAX,
                padded: random.chance(30),
                max_wait: Duration::ZERO,
                promote_after: Duration::from_millis(4),
                concurrency: 1,
            },
            generator: false,
            cache: 0,
            slowness: vec![1],
            fixed: Duration::from_millis(1),
            per_cost: Duration::ZERO,
            requests: 1500,
            gap: random.pick(&[400, 900]),
            inputs: random.pick(&[1, 2]),
            cost: 1,
            callers: random.pick(&[2, 1000]),
            weight: 1,
            priorities: true,
            flood: random.pick(&[70, 97, 100]),
            deadlines: 0,
            departures: 0,
            poisoned: 0,
            panics: 0,
            hangs: 0,
            early_replies: 0,
            swaps: 0,
            clears: 0,
        }
    }

    /// Returns how long a batch or a step runs.
    pub(super) fn service(&self, replica: usize, cost: u64) -> Time {
        let cost = u32::try_from(cost).expect("a small cost");
        (self.fixed + self.per_cost * cost) * self.slowness[replica]
    }

    /// Returns within which time an entry starts; `None` where replicas do not always work.
    ///
    /// After 3 promotions no work of another priority that comes later is ahead. Of each priority, the work ahead is that of the caller itself, as
    /// often as the other callers weigh more, and one entry of each caller. In the worst case each batch does one unit of it on the slowest
    /// replica.
    pub(super) fn bound(&self, weight: u64, own_entries: u64, own_cost: u64) -> Option<Time> {
        let faults = [
            self.poisoned,
            self.panics,
            self.hangs,
            self.swaps,
            u64::from(self.generator),
        ];
        if faults.iter().any(|chance| *chance > 0) {
            return None;
        }
        let queue = self.config.queue as u64;
        let batch = self.config.max_batch as u64 * self.cost;
        let longest = (0..self.slowness.len()).map(|replica| self.service(replica, batch));
        let longest = longest.max()?;
        let ahead = own_cost * queue * self.weight / weight + queue * self.cost;
        let ahead_of_others = queue * self.cost * (queue * self.weight + 1);
        let batches = ahead + 2 * ahead_of_others + own_entries + 2;
        let work = longest * u32::try_from(batches).expect("a few batches");
        Some(3 * self.config.promote_after + self.config.max_wait + work)
    }
}
