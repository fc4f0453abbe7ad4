//! Entries: conditions, versions, expiry, scans.

use std::time::Duration;

use super::expect::{Done, HOUR};
use crate::clock::{Clock, Ttl};
use crate::config::NamespaceConfig;
use crate::store::Store;

pub(crate) async fn check(fresh: &impl AsyncFn() -> (Store, Clock)) {
    conditions(&fresh().await.0).await;
    versions(&fresh().await.0).await;
    let (store, clock) = fresh().await;
    expiry(&store, &clock).await;
    any_text_is_a_key(&fresh().await.0).await;
    scans(&fresh().await.0).await;
    large_pages(&fresh().await.0).await;
}

async fn conditions(store: &Store) {
    let keys = store.namespace("conditions").done();
    let other = store.namespace("other").done();
    assert_eq!(keys.get("a").await.done(), None);
    assert!(
        !keys.delete("a").await.done(),
        "there was nothing to delete"
    );

    let first = keys.put_if_absent("a", "1", HOUR).await.done();
    let first = first.expect("the key was absent");
    assert_eq!(keys.put_if_absent("a", "2", HOUR).await.done(), None);
    let entry = keys.get("a").await.done().expect("it was put");
    assert_eq!((&entry.value[..], entry.version), (&b"1"[..], first));
    assert_eq!(entry.expires, Some(store.clock().now().after(HOUR)));
    assert_eq!(other.get("a").await.done(), None, "namespaces are separate");

    let second = keys
        .put_if_version("a", first, "2", Ttl::NEVER)
        .await
        .done();
    let second = second.expect("the version was the current one");
    let stale = keys.put_if_version("a", first, "3", HOUR).await.done();
    assert_eq!(stale, None, "the version was stale");
    assert!(!keys.delete_if_version("a", first).await.done());
    let entry = keys.get("a").await.done().expect("it stays");
    assert_eq!((&entry.value[..], entry.version), (&b"2"[..], second));
    assert_eq!(entry.expires, None, "a put replaces the expiry");

    assert!(keys.delete_if_version("a", second).await.done());
    assert_eq!(keys.get("a").await.done(), None);
    let absent = keys.put_if_version("a", second, "4", HOUR).await.done();
    assert_eq!(absent, None, "an absent key has no version");
}

async fn versions(store: &Store) {
    let keys = store.namespace("versions").done();
    let first = keys.put("a", "same", HOUR).await.done();
    let second = keys.put("a", "same", HOUR).await.done();
    assert!(second > first, "a write of the same value is a write");
    keys.delete("a").await.done();
    let third = keys.put("a", "same", HOUR).await.done();
    assert!(third > second, "a deletion does not start versions again");
    let count = keys.add("n", 1, 10, HOUR).await.done();
    assert!(count.changed);
    let before = keys.get("n").await.done().expect("it was added").version;
    keys.add("n", 1, 10, HOUR).await.done();
    let after = keys.get("n").await.done().expect("it was added").version;
    assert!(after > before, "an addition is a write");
}

async fn expiry(store: &Store, clock: &Clock) {
    let keys = store.namespace("expiry").done();
    let minute = Duration::from_secs(60);
    keys.put("a", "1", minute).await.done();
    keys.put("b", "1", Ttl::NEVER).await.done();
    keys.put("c", "1", Duration::ZERO).await.done();
    assert_eq!(keys.get("c").await.done(), None, "it expired at once");
    let version = keys.get("a").await.done().expect("it is alive").version;
    clock.advance(Duration::from_millis(59_999));
    assert!(
        keys.get("a").await.done().is_some(),
        "a millisecond is left"
    );
    clock.advance(Duration::from_millis(1));

    assert_eq!(keys.get("a").await.done(), None);
    assert!(!keys.delete("a").await.done(), "it has expired");
    let swapped = keys.put_if_version("a", version, "2", minute).await.done();
    assert_eq!(swapped, None, "it has expired");
    let page = keys.scan("", None, 10).await.done();
    assert_eq!(page.entries.len(), 1, "the scan has live entries alone");
    assert_eq!(keys.usage().await.done().entries, 1);
    let again = keys.put_if_absent("a", "2", minute).await.done();
    assert!(again.is_some(), "the expired entry is absent");

    clock.advance(minute);
    store.sweep().await.done();
    assert_eq!(store.sweep().await.done(), 0, "the first sweep took all");
    assert_eq!(keys.usage().await.done().entries, 1);
    assert!(keys.get("b").await.done().is_some());
}

async fn any_text_is_a_key(store: &Store) {
    let keys = store.namespace("text").done();
    for key in ["", "\0", "a\0b", "a", "ä", "🐦", "a/b c\n", "%_*'\""] {
        keys.put(key, key.to_owned(), HOUR).await.done();
    }
    for key in ["", "\0", "a\0b", "a", "ä", "🐦", "a/b c\n", "%_*'\""] {
        let entry = keys.get(key).await.done().expect("it was put");
        assert_eq!(entry.value, key, "the value of the key {key:?}");
    }
    assert_eq!(keys.usage().await.done().entries, 8);
}

async fn scans(store: &Store) {
    let keys = store.namespace("scans").done();
    let mut expected = Vec::new();
    for number in 0..25 {
        let key = format!("a/{number:02}");
        keys.put(&key, key.clone(), HOUR).await.done();
        expected.push(key);
    }
    for beside in ["a", "a.", "a0", "b/00", "", "Ä", "a/1ä"] {
        keys.put(beside, beside.to_owned(), HOUR).await.done();
    }
    expected.insert(20, "a/1ä".to_owned());

    for limit in [1, 7, 26, 1000] {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = keys.scan("a/", after.as_deref(), limit).await.done();
            assert!(page.entries.len() <= limit, "a page has at most {limit}");
            for (key, entry) in page.entries {
                assert_eq!(entry.value, key);
                found.push(key);
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "pages of {limit}");
    }
    let all = keys.scan("", None, 1000).await.done();
    let all: Vec<_> = all.entries.into_iter().map(|(key, _)| key).collect();
    assert_eq!(all.len(), 32);
    assert!(all.is_sorted(), "the order is that of the bytes: {all:?}");
    let before = keys.scan("a/", Some("a"), 1).await.done();
    assert_eq!(before.entries[0].0, "a/00", "a position before the prefix");
    let behind = keys.scan("a/", Some("b"), 1).await.done();
    assert!(behind.entries.is_empty() && behind.next.is_none());
}

async fn large_pages(store: &Store) {
    let config = NamespaceConfig::new("large").value_bytes(8 * 1024 * 1024);
    let keys = store.namespace(config).done();
    for key in ["a", "b", "c"] {
        keys.put(key, vec![0; 3 * 1024 * 1024], HOUR).await.done();
    }
    keys.put("d", vec![0; 6 * 1024 * 1024], HOUR).await.done();
    let mut after = None;
    for key in ["a", "b", "c", "d"] {
        let page = keys.scan("", after.as_deref(), 1000).await.done();
        assert_eq!(page.entries.len(), 1, "a page has at most 4 MiB");
        assert_eq!(page.entries[0].0, key);
        after = page.next;
    }
    assert_eq!(after, None);
}
