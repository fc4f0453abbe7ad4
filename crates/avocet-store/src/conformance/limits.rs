//! Limits: nothing exceeds one, nothing is lost at one, except in a cache.

use std::time::Duration;

use super::expect::{Done, HOUR, assert_limit};
use crate::clock::{Clock, Ttl};
use crate::config::{LogConfig, NamespaceConfig};
use crate::limit::Limit;
use crate::log_entry::{Sequence, Trim};
use crate::store::Store;

pub(crate) async fn check(fresh: &impl AsyncFn() -> (Store, Clock)) {
    sizes(&fresh().await.0).await;
    let (store, clock) = fresh().await;
    totals(&store, &clock).await;
    caches(&fresh().await.0).await;
    let (store, clock) = fresh().await;
    logs(&store, &clock).await;
}

async fn sizes(store: &Store) {
    let config = NamespaceConfig::new("sizes").key_bytes(4).value_bytes(6);
    let keys = store.namespace(config).done();
    keys.put("1234", "123456", HOUR).await.done();
    let over = keys.put("12345", "1", HOUR).await;
    assert_limit(over, (Limit::KeyBytes, 4, 5), &["12345"]);
    let large = keys.put("a", "secret!", HOUR).await;
    assert_limit(large, (Limit::ValueBytes, 6, 7), &["secret"]);
    let counter = keys.add("n", 1, 1, HOUR).await;
    assert_limit(counter, (Limit::ValueBytes, 6, 8), &[]);
    assert_eq!(keys.usage().await.done().bytes, 10);

    let log = store
        .log(LogConfig::new("sizes").key_bytes(4).value_bytes(6))
        .done();
    let over = log.append("12345", "1", HOUR).await;
    assert_limit(over, (Limit::KeyBytes, 4, 5), &["12345"]);
    let large = log.append("a", "secret!", HOUR).await;
    assert_limit(large, (Limit::ValueBytes, 6, 7), &["secret"]);
    assert_eq!(log.usage().await.done().streams, 0);
}

async fn totals(store: &Store, clock: &Clock) {
    let config = NamespaceConfig::new("totals").entries(3).total_bytes(30);
    let keys = store.namespace(config).done();
    keys.put("a", "1", Duration::from_secs(60)).await.done();
    keys.put("b", "1", HOUR).await.done();
    keys.put("c", "1", HOUR).await.done();
    let fourth = keys.put("secret-key-0123456789", "value", HOUR).await;
    let secrets = ["secret-key", "value: "];
    assert_limit(fourth, (Limit::Entries, 3, 4), &secrets);
    assert_limit(keys.add("n", 1, 1, HOUR).await, (Limit::Entries, 3, 4), &[]);
    keys.put("c", vec![b'x'; 25], HOUR).await.done();
    let large = keys.put("c", vec![b'x'; 26], HOUR).await;
    assert_limit(large, (Limit::TotalBytes, 30, 31), &["xx"]);
    let entry = keys.get("c").await.done().expect("it stays");
    assert_eq!(entry.value.len(), 25, "a write that fails changes nothing");
    let absent = keys.put_if_absent("a", vec![0; 99], HOUR).await.done();
    assert_eq!(absent, None, "the condition comes before the limits");

    clock.advance(Duration::from_secs(60));
    keys.put("d", "1", HOUR).await.done();
    let usage = keys.usage().await.done();
    assert_eq!(
        (usage.entries, usage.bytes),
        (3, 30),
        "the expired one does not count"
    );
    assert!(keys.delete("c").await.done());
    let usage = keys.usage().await.done();
    assert_eq!((usage.entries, usage.bytes), (2, 4));
}

async fn caches(store: &Store) {
    let config = NamespaceConfig::new("caches").entries(3).total_bytes(30);
    let cache = store.namespace(config.cache()).done();
    for key in ["a", "b", "c"] {
        cache.put(key, "1", Ttl::NEVER).await.done();
    }
    cache.put("a", "2", Ttl::NEVER).await.done();
    cache.put("d", "1", Ttl::NEVER).await.done();
    let names = async || {
        let page = cache.scan("", None, 10).await.done();
        let names = page.entries.into_iter().map(|(key, _)| key);
        names.collect::<String>()
    };
    assert_eq!(names().await, "acd", "the oldest write is removed");
    cache.put("e", vec![0; 26], Ttl::NEVER).await.done();
    assert_eq!(names().await, "de", "as many as the bytes need");
    let large = cache.put("f", vec![0; 30], Ttl::NEVER).await;
    assert_limit(large, (Limit::TotalBytes, 30, 31), &[]);
    assert_eq!(names().await, "de", "what never fits removes nothing");
    cache.add("n", 1, 1, Ttl::NEVER).await.done();
    assert_eq!(names().await, "n", "a counter is an entry as well");
}

async fn logs(store: &Store, clock: &Clock) {
    let config = LogConfig::new("logs").entries(2).streams(2).total_bytes(10);
    let log = store.log(config.clone()).done();
    log.append("a", "1", Duration::from_secs(60)).await.done();
    log.append("b", "1", HOUR).await.done();
    let third = log.append("secret-stream", "1", HOUR).await;
    assert_limit(third, (Limit::Streams, 2, 3), &["secret-stream"]);
    log.append("b", "1", HOUR).await.done();
    let full = log.append("b", "1", HOUR).await;
    assert_limit(full, (Limit::Entries, 2, 3), &[]);
    let large = log.append("a", "secret12", HOUR).await;
    assert_limit(large, (Limit::TotalBytes, 10, 11), &["secret"]);
    clock.advance(Duration::from_secs(60));
    log.append("c", "12345678", HOUR).await.done();
    let usage = log.usage().await.done();
    assert_eq!((usage.streams, usage.entries, usage.bytes), (2, 3, 10));
    assert_eq!(log.trim("b", Trim::KeepLast(1)).await.done(), 1);
    log.append("b", "1", HOUR).await.done();

    let ring = store
        .log(
            LogConfig::new("ring")
                .entries(2)
                .total_bytes(4)
                .discard_oldest(),
        )
        .done();
    let mut last = Sequence::START;
    for number in ["1", "2", "3", "4", "5"] {
        last = ring.append("a", number, HOUR).await.done();
    }
    let page = ring.read("a", Sequence::START, 10).await.done();
    let data: Vec<_> = page.entries.iter().map(|it| &it.data[..]).collect();
    assert_eq!((data, page.missed), (vec![&b"4"[..], b"5"], true));
    assert!(!ring.read("a", last, 10).await.done().missed);
    let large = ring.append("a", "6666", HOUR).await;
    assert_limit(large, (Limit::TotalBytes, 4, 5), &[]);
    assert_eq!(
        ring.usage().await.done().entries,
        2,
        "nothing was discarded"
    );
}
