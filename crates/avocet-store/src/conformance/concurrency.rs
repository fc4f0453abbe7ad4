//! Tasks at the same time: nothing is lost, nothing is done twice.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::expect::{Done, HOUR};
use crate::clock::Clock;
use crate::log_entry::Sequence;
use crate::store::Store;

const TASKS: u64 = 16;
const ROUNDS: u64 = 20;

pub(crate) async fn check(fresh: &impl AsyncFn() -> (Store, Clock)) {
    counters(&fresh().await.0).await;
    swaps(&fresh().await.0).await;
    one_winner(&fresh().await.0).await;
    appends(&fresh().await.0).await;
    dropped_writes(&fresh().await.0).await;
}

/// Runs a function in tasks and returns what they returned. The tasks begin each round together, or the first would have finished before the
/// last has started.
async fn in_tasks<F>(run: impl Fn(u64, Arc<Barrier>) -> F) -> Vec<u64>
where
    F: Future<Output = u64> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(usize::try_from(TASKS).unwrap_or(1)));
    let tasks = (0..TASKS).map(|task| run(task, barrier.clone()));
    tasks.collect::<JoinSet<u64>>().join_all().await
}

async fn counters(store: &Store) {
    let counters = store.namespace("counters").done();
    let limit = TASKS * ROUNDS / 2;
    let accepted = in_tasks(|_, barrier| {
        let counters = counters.clone();
        async move {
            let mut accepted = 0;
            for _ in 0..ROUNDS {
                barrier.wait().await;
                accepted += u64::from(counters.add("a", 1, limit, HOUR).await.done().changed);
            }
            accepted
        }
    });
    let accepted: u64 = accepted.await.iter().sum();
    assert_eq!(accepted, limit, "additions that were accepted");
    let entry = counters.get("a").await.done().expect("it counts");
    assert_eq!(entry.count(), Some(limit));
}

async fn swaps(store: &Store) {
    let keys = store.namespace("swaps").done();
    keys.put("a", "0", HOUR).await.done();
    in_tasks(|_, barrier| {
        let keys = keys.clone();
        async move {
            for _ in 0..ROUNDS {
                barrier.wait().await;
                loop {
                    let entry = keys.get("a").await.done().expect("it stays");
                    let number = String::from_utf8_lossy(&entry.value).parse::<u64>();
                    let next = (number.expect("a number") + 1).to_string();
                    let swapped = keys.put_if_version("a", entry.version, next, HOUR).await;
                    if swapped.done().is_some() {
                        break;
                    }
                }
            }
            0
        }
    })
    .await;
    let entry = keys.get("a").await.done().expect("it stays");
    assert_eq!(
        entry.value,
        (TASKS * ROUNDS).to_string(),
        "no increment is lost"
    );
}

async fn one_winner(store: &Store) {
    let keys = store.namespace("winners").done();
    let winners = in_tasks(|task, barrier| {
        let keys = keys.clone();
        async move {
            let mut won = 0;
            for round in 0..ROUNDS {
                barrier.wait().await;
                let (key, value) = (round.to_string(), task.to_string());
                won += u64::from(keys.put_if_absent(&key, value, HOUR).await.done().is_some());
            }
            won
        }
    });
    assert_eq!(winners.await.iter().sum::<u64>(), ROUNDS);
}

async fn appends(store: &Store) {
    let log = store.log("appends").done();
    let total = TASKS * ROUNDS;
    let reader = tokio::spawn({
        let mut follower = log.follow("a", Sequence::START);
        async move {
            let mut entries = Vec::new();
            while (entries.len() as u64) < total {
                entries.push(follower.next().await.done());
            }
            entries
        }
    });
    in_tasks(|task, barrier| {
        let log = log.clone();
        async move {
            let mut last = Sequence::START;
            for round in 0..ROUNDS {
                barrier.wait().await;
                let sequence = log
                    .append("a", format!("{task} {round}"), HOUR)
                    .await
                    .done();
                assert!(sequence > last);
                last = sequence;
            }
            0
        }
    })
    .await;
    let entries = reader.await.expect("the reader");
    assert!(entries.is_sorted_by(|a, b| a.sequence < b.sequence));
    let mut rounds = vec![0; usize::try_from(TASKS).unwrap_or_default()];
    for entry in entries {
        let text = String::from_utf8_lossy(&entry.data).into_owned();
        let (task, round) = text.split_once(' ').expect("two numbers");
        let next: &mut u64 = &mut rounds[task.parse::<usize>().expect("a task")];
        assert_eq!(round.parse(), Ok(*next), "each task's entries are in order");
        *next += 1;
    }
}

/// Writes whose futures are dropped are done or not, and the usage is exact.
async fn dropped_writes(store: &Store) {
    let keys = store.namespace("dropped").done();
    let mut context = Context::from_waker(Waker::noop());
    for number in 0..50 {
        let key = number.to_string();
        let mut put = pin!(keys.put(&key, "12345678", HOUR));
        if let Poll::Ready(written) = put.as_mut().poll(&mut context) {
            written.done();
        }
    }
    keys.put("last", "12345678", HOUR).await.done();
    let page = keys.scan("", None, 1000).await.done();
    let mut bytes = 0;
    for (key, entry) in &page.entries {
        assert_eq!(entry.value, "12345678");
        bytes += (key.len() + 8) as u64;
    }
    let usage = keys.usage().await.done();
    let expected = (page.entries.len() as u64, bytes);
    assert_eq!((usage.entries, usage.bytes), expected);
}
