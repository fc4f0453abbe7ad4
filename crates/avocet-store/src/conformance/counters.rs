//! Counters: limits and windows.

use std::time::Duration;

use super::expect::{Done, HOUR};
use crate::clock::{Clock, Ttl};
use crate::entry::Counter;
use crate::error::Error;
use crate::store::Store;

pub(crate) async fn check(fresh: &impl AsyncFn() -> (Store, Clock)) {
    let (store, clock) = fresh().await;
    windows(&store, &clock).await;
    let (store, clock) = fresh().await;
    subtractions(&store, &clock).await;
    edges(&fresh().await.0).await;
}

async fn windows(store: &Store, clock: &Clock) {
    let counters = store.namespace("windows").done();
    let minute = Duration::from_secs(60);
    let resets = Some(clock.now().after(minute));
    let counter = |value, resets, changed| Counter {
        value,
        resets,
        changed,
    };
    let added = counters.add("a", 3, 10, minute).await.done();
    assert_eq!(added, counter(3, resets, true));
    clock.advance(Duration::from_secs(30));
    let added = counters.add("a", 7, 10, minute).await.done();
    assert_eq!(added, counter(10, resets, true), "the window stays");
    let refused = counters.add("a", 1, 10, minute).await.done();
    assert_eq!(refused, counter(10, resets, false));
    let nothing = counters.add("a", 0, 10, minute).await.done();
    assert_eq!(nothing, counter(10, resets, true), "zero fits");
    let entry = counters.get("a").await.done().expect("it counts");
    assert_eq!((entry.count(), entry.expires), (Some(10), resets));

    clock.advance(Duration::from_secs(30));
    let resets = Some(clock.now().after(minute));
    let added = counters.add("a", 1, 10, minute).await.done();
    assert_eq!(added, counter(1, resets, true), "a new window");
    let forever = counters.add("b", 1, 10, Ttl::NEVER).await.done();
    assert_eq!(forever, counter(1, None, true));
}

async fn subtractions(store: &Store, clock: &Clock) {
    let counters = store.namespace("subtractions").done();
    let minute = Duration::from_secs(60);
    let absent = counters.subtract("a", 1, None).await.done();
    assert!(!absent.changed, "there is no counter");
    let first = counters.add("a", 10, 10, minute).await.done();
    let returned = counters.subtract("a", 4, first.resets).await.done();
    assert_eq!((returned.value, returned.changed), (6, true));
    let returned = counters.subtract("a", 99, first.resets).await.done();
    assert_eq!((returned.value, returned.changed), (0, true));

    clock.advance(minute);
    let late = counters.subtract("a", 4, first.resets).await.done();
    assert!(!late.changed, "the window has ended");
    counters.add("a", 5, 10, minute).await.done();
    let late = counters.subtract("a", 4, first.resets).await.done();
    assert_eq!((late.value, late.changed), (5, false), "another window");
}

async fn edges(store: &Store) {
    let counters = store.namespace("edges").done();
    let over = counters.add("a", 11, 10, HOUR).await.done();
    assert_eq!((over.value, over.changed), (0, false));
    assert_eq!(counters.get("a").await.done(), None, "nothing was written");

    let full = counters.add("b", u64::MAX, u64::MAX, HOUR).await.done();
    assert_eq!((full.value, full.changed), (u64::MAX, true));
    let over = counters.add("b", 1, u64::MAX, HOUR).await.done();
    assert_eq!((over.value, over.changed), (u64::MAX, false), "no overflow");

    counters.put("c", "secret text", HOUR).await.done();
    for result in [
        counters.add("c", 1, 10, HOUR).await,
        counters.subtract("c", 1, None).await,
    ] {
        match result {
            Err(Error::NotACounter(it)) => assert_eq!(it.namespace(), "edges"),
            other => panic!("expected that it is no counter, found {other:?}"),
        }
    }
    let entry = counters.get("c").await.done().expect("it stays");
    assert_eq!(entry.value, "secret text");
    counters
        .put("d", vec![0, 0, 0, 0, 0, 0, 1, 0], HOUR)
        .await
        .done();
    let put = counters.add("d", 1, 1000, HOUR).await.done();
    assert_eq!(put.value, 257, "a counter is a number, big-endian");
}
