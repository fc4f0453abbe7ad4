//! Shares of callers.

use std::time::Duration;

use avocet_context::Caller;

use super::super::config::Config;
use super::super::entry::Request;
use super::super::machine::{Room, Scheduler};
use super::super::time::Time;
use super::random::Random;

fn config() -> Config {
    Config {
        queue: 10_000,
        queue_cost: u64::MAX,
        per_caller: usize::MAX,
        running_per_caller: usize::MAX,
        max_batch: 1,
        max_cost: u64::MAX,
        padded: false,
        max_wait: Duration::ZERO,
        promote_after: Duration::from_secs(1),
        concurrency: 1,
    }
}

const ROOM: Room = Room {
    entries: 1,
    cost: u64::MAX,
    may_wait: false,
};

fn request(caller: &str, weight: u32) -> Request {
    Request {
        caller: Some(Caller::new(caller)),
        weight,
        ..Request::default()
    }
}

/// Runs the next entry, and returns the name of its caller.
fn run(scheduler: &mut Scheduler<&'static str>) -> (&'static str, u32) {
    let entry = scheduler.next(Time::ZERO, ROOM).run.remove(0);
    scheduler.finished(&entry);
    (entry.value, entry.cost)
}

/// While two callers have work, what they have run differs from their shares by one entry of each at most (Goyal, 1996, theorem 1).
#[test]
fn callers_share_by_weight() {
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let mut scheduler = Scheduler::new(config());
        let weights = [("ann", random.between(1, 8)), ("ben", random.between(1, 8))];
        let largest = random.pick(&[1, 5, 100]);
        for _ in 0..100 {
            for (name, weight) in weights {
                let weight = u32::try_from(weight).expect("a weight");
                let cost = u32::try_from(random.between(1, largest)).expect("a cost");
                let inputs = vec![(cost, name)];
                scheduler
                    .submit(Time::ZERO, &request(name, weight), inputs)
                    .expect("room");
            }
        }
        let (mut done, mut left) = ([0_i64; 2], [100; 2]);
        while left.iter().all(|left| *left > 0) {
            let (name, cost) = run(&mut scheduler);
            let at = usize::from(name == "ben");
            left[at] -= 1;
            done[at] += i64::from(cost);
            let [ann, ben] = weights.map(|(_, weight)| i64::try_from(weight).expect("a weight"));
            let largest = i64::try_from(largest).expect("a cost");
            let difference = (done[0] * ben - done[1] * ann).abs();
            // One unit more for the rounding of virtual times.
            assert!(
                difference <= largest * (ann + ben) + 1,
                "seed {seed}: {done:?} of {weights:?}"
            );
        }
    }
}

#[test]
fn a_flood_delays_another_caller_by_one_entry() {
    let mut scheduler = Scheduler::new(config());
    scheduler
        .submit(Time::ZERO, &request("flood", 1), vec![(1, "flood"); 500])
        .expect("room");
    for _ in 0..50 {
        run(&mut scheduler);
    }
    for _ in 0..20 {
        scheduler
            .submit(Time::ZERO, &request("ann", 1), vec![(1, "ann")])
            .expect("room");
        let next = [run(&mut scheduler).0, run(&mut scheduler).0];
        assert!(next.contains(&"ann"), "{next:?}");
    }
}

#[test]
fn callers_that_come_back_do_not_starve_another() {
    let mut scheduler = Scheduler::new(config());
    scheduler
        .submit(Time::ZERO, &request("ann", 1), vec![(1, "ann"); 3])
        .expect("room");
    let names = ["b", "c"];
    scheduler
        .submit(Time::ZERO, &request("b", 1), vec![(1, "b")])
        .expect("room");
    let mut of_ann = 0;
    for round in 0..12 {
        let name = names[(round + 1) % 2];
        scheduler
            .submit(Time::ZERO, &request(name, 1), vec![(1, name)])
            .expect("room");
        of_ann += u32::from(run(&mut scheduler).0 == "ann");
    }
    assert_eq!(of_ann, 3);
}
