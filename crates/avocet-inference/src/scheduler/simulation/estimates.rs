//! Early rejection by the deadline.

use std::time::Duration;

use avocet_context::Caller;

use super::super::config::Config;
use super::super::entry::Request;
use super::super::machine::{Room, Scheduler};
use super::super::time::Time;
use super::random::Random;
use crate::error::Limit;

/// Of the line through the measured times.
const ROUNDING: Duration = Duration::from_micros(1);

const ROOM: Room = Room {
    entries: 4,
    cost: u64::MAX,
    may_wait: false,
};

fn scheduler() -> Scheduler<()> {
    Scheduler::new(Config {
        queue: 1000,
        queue_cost: u64::MAX,
        per_caller: usize::MAX,
        running_per_caller: usize::MAX,
        max_batch: 4,
        max_cost: u64::MAX,
        padded: false,
        max_wait: Duration::ZERO,
        promote_after: Duration::from_secs(1),
        concurrency: 1,
    })
}

fn service(entries: usize) -> Duration {
    Duration::from_millis(4 + entries as u64)
}

fn submit(scheduler: &mut Scheduler<()>, now: Time, deadline: Duration) -> Option<Limit> {
    let request = Request {
        deadline: Some(now + deadline),
        ..Request::default()
    };
    let submitted = scheduler.submit(now, &request, vec![(1, ())]);
    submitted.err().map(|rejected| rejected.limit)
}

/// With one replica, one caller and constant service times, the estimate is exact, also while a batch runs: what is accepted ends by its deadline,
/// and what is rejected would not.
#[test]
fn estimates_are_exact_with_constant_service_times() {
    for seed in 0..100 {
        let mut random = Random::new(seed);
        let mut scheduler = scheduler();
        // Two sizes are known, so the line through them is.
        scheduler.measured(1, service(1));
        scheduler.measured(4, service(4));
        let mut now = Time::ZERO;
        let mut free = now;
        let mut running = Vec::new();
        let (mut accepted, mut rejected) = (0, 0);
        for _ in 0..200 {
            // They arrive while a batch runs, or when nothing does.
            now +=
                free.saturating_sub(now) * u32::try_from(random.below(100)).expect("percent") / 100;
            for _ in 0..random.below(12) {
                let deadline = Duration::from_millis(random.between(1, 60));
                let ahead = scheduler.waiting();
                let idle = ahead == 0 && running.is_empty();
                let start = free.saturating_sub(now) + service(ahead % 4 + 1);
                let ends = (0..ahead / 4).fold(start, |sum, _| sum + service(4));
                match submit(&mut scheduler, now, deadline) {
                    None => {
                        accepted += 1;
                        assert!(
                            idle || ends <= deadline + ROUNDING,
                            "seed {seed}: accepted for {deadline:?}, needs {ends:?}"
                        );
                    }
                    Some(limit) => {
                        rejected += 1;
                        assert_eq!(limit, Limit::Deadline);
                        assert!(
                            ends + ROUNDING > deadline,
                            "seed {seed}: rejected for {deadline:?}, needs {ends:?}"
                        );
                    }
                }
            }
            now = free.max(now);
            let ended = running.len();
            running
                .drain(..)
                .for_each(|entry| scheduler.finished(&entry));
            if ended > 0 {
                scheduler.measured(ended as u64, service(ended));
            }
            running = scheduler.next(now, ROOM).run;
            free = now
                + if running.is_empty() {
                    Duration::ZERO
                } else {
                    service(running.len())
                };
        }
        assert!(accepted > 50 && rejected > 50);
    }
}

#[test]
fn a_model_that_was_slow_once_is_measured_again() {
    let mut scheduler = scheduler();
    scheduler.measured(1, Duration::from_secs(10));
    let deadline = Duration::from_millis(100);
    assert_eq!(submit(&mut scheduler, Time::ZERO, deadline), None);
    assert_eq!(
        submit(&mut scheduler, Time::ZERO, deadline),
        Some(Limit::Deadline)
    );
    let run = scheduler.next(Time::ZERO, ROOM).run;
    assert_eq!(
        submit(&mut scheduler, Time::ZERO, deadline),
        Some(Limit::Deadline)
    );
    run.iter().for_each(|entry| scheduler.finished(entry));
    for _ in 0..200 {
        scheduler.measured(1, Duration::from_millis(1));
    }
    assert_eq!(submit(&mut scheduler, Time::ZERO, deadline), None);
}

#[test]
fn callers_with_a_small_weight_delay_others_less() {
    let mut scheduler = scheduler();
    scheduler.measured(4, service(4));
    let request = |caller: &str, weight, deadline| Request {
        caller: Some(Caller::new(caller)),
        weight,
        deadline,
        ..Request::default()
    };
    let light = request("light", 1, None);
    let entries = (0..40).map(|_| (1, ())).collect();
    scheduler.submit(Time::ZERO, &light, entries).expect("room");
    let soon = Some(service(4) * 5 / 2);
    let mut submit = |weight| {
        let heavy = request("heavy", weight, soon);
        let entries = (0..8).map(|_| (1, ())).collect();
        scheduler.submit(Time::ZERO, &heavy, entries)
    };
    // 8 entries of each are 4 batches; with a weight of 8, one of the other caller makes it 3, which are too many still.
    assert_eq!(submit(1).expect_err("late").measured, 32);
    assert_eq!(submit(8).expect_err("late").measured, 24);
}
