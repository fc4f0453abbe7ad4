//! The bounds of priorities: how much work of another priority can overtake.

use std::cmp::Ordering;
use std::time::Duration;

use super::super::config::Config;
use super::super::entry::{Entry, Request};
use super::super::machine::{Room, Scheduler};
use super::super::time::Time;
use super::random::Random;
use crate::priority::Priority;

const PROMOTE_AFTER: Duration = Duration::from_millis(10);

const ROOM: Room = Room {
    entries: 1,
    cost: u64::MAX,
    may_wait: false,
};

/// Checks that one entry may run before another one that waits, both of one caller.
fn may_overtake(first: &Entry<()>, waits: &(u64, Priority, Time)) {
    let (id, priority, submitted) = *waits;
    let levels = |high: Priority, low: Priority| {
        u32::try_from(high.level() - low.level()).expect("a few levels")
    };
    match first.priority.cmp(&priority) {
        Ordering::Greater => {
            let later = first.submitted.saturating_sub(submitted);
            assert!(
                later < PROMOTE_AFTER * (levels(first.priority, priority) + 1),
                "{id} is overtaken by work that came {later:?} later: it starves"
            );
        }
        Ordering::Less => {
            let earlier = submitted.saturating_sub(first.submitted);
            assert!(
                earlier > PROMOTE_AFTER * levels(priority, first.priority),
                "{id} waits for work of a lower priority that came only {earlier:?} earlier"
            );
        }
        Ordering::Equal => assert!(first.id < id, "{id} is overtaken by its own priority"),
    }
}

/// In an overload, without an end.
#[test]
fn priorities_are_a_lead_of_bounded_time() {
    for seed in 0..100 {
        let mut random = Random::new(seed);
        let mut scheduler = Scheduler::new(Config {
            queue: 200,
            queue_cost: u64::MAX,
            per_caller: usize::MAX,
            running_per_caller: usize::MAX,
            max_batch: 1,
            max_cost: u64::MAX,
            padded: false,
            max_wait: Duration::ZERO,
            promote_after: PROMOTE_AFTER,
            concurrency: 1,
        });
        let mut waiting: Vec<(u64, Priority, Time)> = Vec::new();
        let mut now = Time::ZERO;
        let (mut upwards, mut downwards) = (0, 0);
        for _ in 0..500 {
            for _ in 0..random.between(1, 2) {
                now += Duration::from_micros(random.below(1000));
                let request = Request {
                    priority: random.pick(&Priority::ALL),
                    ..Request::default()
                };
                if let Ok(ticket) = scheduler.submit(now, &request, vec![(1, ())]) {
                    waiting.push((ticket.first, request.priority, now));
                }
            }
            let entry = scheduler.next(now, ROOM).run.pop().expect("work");
            waiting.retain(|(id, ..)| *id != entry.id);
            for waits in &waiting {
                may_overtake(&entry, waits);
                upwards += u32::from(entry.priority < waits.1);
                downwards += u32::from(entry.priority > waits.1 && entry.id > waits.0);
            }
            scheduler.finished(&entry);
        }
        assert!(upwards > 0 && downwards > 0, "seed {seed}: both occur");
    }
}
