//! The conformance suite.

use avocet_store::{Sqlite, SqliteConfig, Store, conformance};

#[tokio::test(flavor = "multi_thread")]
async fn memory_conforms() {
    conformance::check(async || Store::memory()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let number = std::cell::Cell::new(0);
    conformance::check(async || {
        number.set(number.get() + 1);
        let path = folder.path().join(format!("{}.db", number.get()));
        // The checks need no disk that has written; one test of the file has the default.
        let config = SqliteConfig::new(path).survives_power_loss(false);
        Store::new(config.open().unwrap())
    })
    .await;
}

#[tokio::test]
async fn one_thread_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(Sqlite::open(folder.path().join("store.db")).unwrap());
    let log = store.log("log").unwrap();
    let mut follower = log.follow("a", avocet_store::Sequence::START);
    let append = log.append("a", "1", avocet_store::Ttl::NEVER);
    let (entry, appended) = tokio::join!(follower.next(), append);
    assert_eq!(entry.unwrap().sequence, appended.unwrap());
}
