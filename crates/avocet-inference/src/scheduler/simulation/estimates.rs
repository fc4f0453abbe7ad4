//! Early rejection by the deadline.

use std::time::Duration;

use super::super::config::Config;
use super::super::entry::Request;
use super::super::machine::{Room, Scheduler};
use super::super::time::Time;
use super::random::Random;
use crate::error::Limit;

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

/// With one replica, one caller and constant service times: what is accepted ends at most one batch after its deadline, because the estimate
/// does not count the batch that runs; and what is rejected would have ended after its deadline at the earliest.
#[test]
fn estimates_err_by_one_batch_at_most() {
    for seed in 0..100 {
        let mut random = Random::new(seed);
        let mut scheduler = scheduler();
        // Two sizes are known, so the line through them is.
        scheduler.measured(1, service(1));
        scheduler.measured(4, service(4));
        let mut now = Time::ZERO;
        let (mut accepted, mut rejected) = (0, 0);
        for _ in 0..200 {
            // All arrive while a batch of 4 runs, or when nothing does.
            for _ in 0..random.below(12) {
                let deadline = Duration::from_millis(random.between(1, 60));
                let ahead = scheduler.waiting();
                let ends = (0..ahead / 4).fold(service(ahead % 4 + 1), |sum, _| sum + service(4));
                match submit(&mut scheduler, now, deadline) {
                    None => {
                        accepted += 1;
                        assert!(
                            ahead == 0 || ends <= deadline + service(4),
                            "seed {seed}: accepted for {deadline:?}, needs {ends:?}"
                        );
                    }
                    Some(limit) => {
                        rejected += 1;
                        assert_eq!(limit, Limit::Deadline);
                        assert!(
                            ends > deadline,
                            "seed {seed}: rejected for {deadline:?}, needs {ends:?}"
                        );
                    }
                }
            }
            let next = scheduler.next(now, ROOM);
            if !next.run.is_empty() {
                let elapsed = service(next.run.len());
                now += elapsed;
                next.run.iter().for_each(|entry| scheduler.finished(entry));
                scheduler.measured(next.run.len() as u64, elapsed);
            }
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
