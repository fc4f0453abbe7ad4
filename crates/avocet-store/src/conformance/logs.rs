//! Streams: order, pages, trims, expiry, waiting.

use std::time::Duration;

use super::expect::{Done, HOUR};
use crate::clock::{Clock, Ttl};
use crate::config::LogConfig;
use crate::log::Log;
use crate::log_entry::{Sequence, Trim};
use crate::store::Store;

pub(crate) async fn check(fresh: &impl AsyncFn() -> (Store, Clock)) {
    let (store, clock) = fresh().await;
    pages(&store, &clock).await;
    let (store, clock) = fresh().await;
    trims(&store, &clock).await;
    let (store, clock) = fresh().await;
    expiry(&store, &clock).await;
    waiting(&fresh().await.0).await;
    large_pages(&fresh().await.0).await;
}

async fn texts(log: &Log, stream: &str, after: Sequence) -> Vec<String> {
    let page = log.read(stream, after, 1000).await.done();
    let texts = page
        .entries
        .iter()
        .map(|entry| String::from_utf8_lossy(&entry.data).into_owned());
    texts.collect()
}

async fn pages(store: &Store, clock: &Clock) {
    let (log, other) = (store.log("pages").done(), store.log("other").done());
    assert!(texts(&log, "a", Sequence::START).await.is_empty());
    let mut sequences = Vec::new();
    for number in 0..10 {
        let sequence = log.append("a", number.to_string(), HOUR).await.done();
        sequences.push((sequence, clock.now()));
        log.append("a\0b", "beside", HOUR).await.done();
        clock.advance(Duration::from_secs(1));
    }
    assert!(sequences.is_sorted_by(|a, b| a.0 < b.0), "{sequences:?}");
    assert!(sequences[0].0 > Sequence::START);
    assert!(
        texts(&other, "a", Sequence::START).await.is_empty(),
        "logs are separate"
    );

    for limit in [1, 3, 10, 1000] {
        let (mut found, mut after) = (Vec::new(), Sequence::START);
        loop {
            let page = log.read("a", after, limit).await.done();
            assert!(page.entries.len() <= limit && !page.missed);
            found.extend(page.entries);
            after = found[found.len() - 1].sequence;
            if !page.more {
                break;
            }
        }
        let data: String = found
            .iter()
            .map(|it| String::from_utf8_lossy(&it.data))
            .collect();
        assert_eq!(data, "0123456789", "pages of {limit}");
        let found: Vec<_> = found.iter().map(|it| (it.sequence, it.appended)).collect();
        assert_eq!(found, sequences);
    }
    assert_eq!(texts(&log, "a", sequences[7].0).await, ["8", "9"]);
    let behind = log.read("a", Sequence::from_u64(u64::MAX), 10).await.done();
    assert!(behind.entries.is_empty() && !behind.more);
}

async fn trims(store: &Store, clock: &Clock) {
    let log = store.log("trims").done();
    assert_eq!(log.trim("a", Trim::KeepLast(0)).await.done(), 0);
    let mut sequences = Vec::new();
    for number in 0..6 {
        sequences.push(log.append("a", number.to_string(), HOUR).await.done());
        clock.advance(Duration::from_secs(1));
    }
    let first = clock.now().before(Duration::from_secs(5));
    assert_eq!(log.trim("a", Trim::Before(first)).await.done(), 1);
    assert_eq!(log.trim("a", Trim::UpTo(sequences[1])).await.done(), 1);
    assert_eq!(log.trim("a", Trim::UpTo(sequences[1])).await.done(), 0);
    assert_eq!(log.trim("a", Trim::KeepLast(9)).await.done(), 0);
    assert_eq!(log.trim("a", Trim::KeepLast(2)).await.done(), 2);
    assert_eq!(texts(&log, "a", Sequence::START).await, ["4", "5"]);
    assert!(log.read("a", sequences[2], 10).await.done().missed);
    assert!(!log.read("a", sequences[3], 10).await.done().missed);
    let usage = log.usage().await.done();
    assert_eq!((usage.streams, usage.entries, usage.bytes), (1, 2, 2));

    assert_eq!(log.trim("a", Trim::KeepLast(0)).await.done(), 2);
    let empty = log.read("a", Sequence::START, 10).await.done();
    assert!(empty.entries.is_empty() && empty.missed);
    let next = log.append("a", "6", HOUR).await.done();
    assert!(next > sequences[5], "a trim does not start sequences again");
    assert!(log.remove("a").await.done());
    assert!(!log.remove("a").await.done());
    let again = log.append("a", "7", HOUR).await.done();
    assert!(again > next, "a removal does not start sequences again");
    assert_eq!(texts(&log, "a", next).await, ["7"]);
}

async fn expiry(store: &Store, clock: &Clock) {
    let log = store.log("expiry").done();
    let minute = Duration::from_secs(60);
    log.append("a", "1", minute).await.done();
    log.append("b", "1", Ttl::NEVER).await.done();
    clock.advance(Duration::from_secs(59));
    log.append("a", "2", minute).await.done();
    clock.advance(Duration::from_secs(59));
    assert_eq!(
        texts(&log, "a", Sequence::START).await,
        ["1", "2"],
        "an append keeps it alive"
    );
    clock.advance(Duration::from_secs(1));
    assert!(texts(&log, "a", Sequence::START).await.is_empty());
    assert!(!log.remove("a").await.done(), "it has expired");
    assert_eq!(log.usage().await.done().streams, 1);
    log.append("a", "3", minute).await.done();
    let page = log.read("a", Sequence::START, 10).await.done();
    assert_eq!(
        (page.entries.len(), page.missed),
        (1, false),
        "a new stream"
    );
    clock.advance(minute);
    store.sweep().await.done();
    assert_eq!(store.sweep().await.done(), 0, "the first sweep took all");
    assert_eq!(texts(&log, "b", Sequence::START).await, ["1"]);
}

async fn waiting(store: &Store) {
    let log = store.log("waiting").done();
    let mut follower = log.follow("a", Sequence::START);
    // A wait that is given up loses nothing.
    tokio::select! {
        biased;
        entry = follower.next() => panic!("nothing was appended: {entry:?}"),
        () = tokio::task::yield_now() => {}
    }
    let (entry, appended) = tokio::join!(follower.next(), log.append("a", "1", HOUR));
    let (entry, first) = (entry.done(), appended.done());
    assert_eq!((&entry.data[..], entry.sequence), (&b"1"[..], first));
    log.append("b", "other", HOUR).await.done();
    log.append("a", "2", HOUR).await.done();
    log.append("a", "3", HOUR).await.done();
    assert_eq!(follower.next().await.done().data, "2");
    assert_eq!(follower.next().await.done().data, "3");
    assert!(!follower.missed());
}

async fn large_pages(store: &Store) {
    let log = store
        .log(LogConfig::new("large").value_bytes(8 * 1024 * 1024))
        .done();
    let mut after = Sequence::START;
    for length in [3, 3, 6] {
        log.append("a", vec![0; length * 1024 * 1024], HOUR)
            .await
            .done();
    }
    for more in [true, true, false] {
        let page = log.read("a", after, 1000).await.done();
        assert_eq!(
            (page.entries.len(), page.more),
            (1, more),
            "a page has at most 4 MiB"
        );
        after = page.entries[0].sequence;
    }
}
