//! The file of `SQLite`: permissions, schema, limits.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use avocet_store::{Error, NamespaceConfig, Sequence, Sqlite, SqliteConfig, Store, Ttl};
use rusqlite::Connection;

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(Sqlite::open(folder.path().join("store.db")).unwrap());
    let keys = store.namespace("keys").unwrap();
    keys.put("a", "1", Ttl::NEVER).await.unwrap();
    let mut names = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
        names.push(file.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["store.db", "store.db-shm", "store.db-wal"]);
}

#[tokio::test]
async fn numbers_continue_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut last = None;
    for _ in 0..3 {
        let store = Store::new(Sqlite::open(&path).unwrap());
        let (keys, log) = (store.namespace("keys").unwrap(), store.log("log").unwrap());
        let version = keys.put("a", "1", Ttl::NEVER).await.unwrap();
        let sequence = log.append("a", "1", Ttl::NEVER).await.unwrap();
        assert!(last < Some((version, sequence)));
        last = Some((version, sequence));
        // Without a trace but the numbers.
        assert!(keys.delete("a").await.unwrap());
        assert!(log.remove("a").await.unwrap());
    }
    let (version, sequence) = last.unwrap();
    assert!(version.as_u64() >= 3 && sequence > Sequence::from_u64(2));
}

#[test]
fn a_newer_schema_and_other_databases_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let newer = folder.path().join("newer.db");
    drop(Sqlite::open(&newer).unwrap());
    let file = Connection::open(&newer).unwrap();
    file.pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(
        Sqlite::open(&newer).unwrap_err().to_string(),
        "the file has schema version 99, this program reads versions up to 1; update the program"
    );

    let other = folder.path().join("other.db");
    let file = Connection::open(&other).unwrap();
    file.execute_batch("CREATE TABLE entries (a); INSERT INTO entries VALUES (1)")
        .unwrap();
    assert_eq!(
        Sqlite::open(&other).unwrap_err().to_string(),
        "the file is a database of another program, expected a store with a schema up to version 1"
    );
    let kept: i64 = file
        .query_row("SELECT a FROM entries", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 1);

    let text = folder.path().join("text.db");
    std::fs::write(&text, "no database ".repeat(100)).unwrap();
    let error = Sqlite::open(&text).unwrap_err().to_string();
    assert!(
        error.starts_with("the store failed to use the SQLite file: "),
        "{error}"
    );
    let error = Sqlite::open(folder.path().join("absent/store.db"))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("the store failed to open the SQLite file: "),
        "{error}"
    );
}

#[tokio::test]
async fn a_full_queue_rejects_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let config = SqliteConfig::new(&path)
        .queue(2)
        .busy_timeout(Duration::from_secs(60));
    let keys = Store::new(config.open().unwrap())
        .namespace("keys")
        .unwrap();
    // Another process that writes for long.
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let mut context = Context::from_waker(Waker::noop());
    let mut waiting = Vec::new();
    let error = loop {
        let keys = keys.clone();
        let key = waiting.len().to_string();
        let mut put = Box::pin(async move { keys.put(&key, "1", Ttl::NEVER).await });
        match put.as_mut().poll(&mut context) {
            Poll::Pending => waiting.push(put),
            Poll::Ready(done) => break done.unwrap_err(),
        }
    };
    assert!(
        matches!(
            error,
            Error::Busy {
                queue: "write",
                limit: 2
            }
        ),
        "{error:?}"
    );
    assert!(keys.get("0").await.unwrap().is_none(), "reads go on");

    other.execute_batch("COMMIT").unwrap();
    for put in waiting {
        put.await.unwrap();
    }
    assert!(keys.get("0").await.unwrap().is_some());
}

#[tokio::test]
async fn a_write_that_waits_too_long_for_another_process_fails() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let config = SqliteConfig::new(&path).busy_timeout(Duration::from_millis(1));
    let keys = Store::new(config.open().unwrap())
        .namespace("keys")
        .unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = keys.put("a", "1", Ttl::NEVER).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("the store failed to write to the SQLite file: "),
        "{text}"
    );
    other.execute_batch("COMMIT").unwrap();
    keys.put("a", "1", Ttl::NEVER).await.unwrap();
}

#[tokio::test]
async fn a_full_file_fails_and_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let config = SqliteConfig::new(&path).file_bytes(400 * 1024);
    let keys = Store::new(config.open().unwrap());
    let keys = keys.namespace(NamespaceConfig::new("keys")).unwrap();
    let mut written = 0;
    let error = loop {
        match keys
            .put(&written.to_string(), vec![1; 50_000], Ttl::NEVER)
            .await
        {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Backend(_)), "{error:?}");
    assert!(written > 2);
    let usage = keys.usage().await.unwrap();
    assert_eq!(usage.entries, written);
    assert!(keys.delete("0").await.unwrap());
    keys.put("0", vec![1; 50_000], Ttl::NEVER).await.unwrap();
}

#[tokio::test]
async fn the_end_of_a_store_ends_its_threads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = Store::new(Sqlite::open(&path).unwrap());
    let log = store.log("log").unwrap();
    let append = log.append("a", "1", Ttl::NEVER).await;
    append.unwrap();
    drop((store, log));
    // The last connection that closes removes the write-ahead log. If two of the store's close at the same time, neither is the last one for
    // SQLite; then it is the one that is opened here.
    while folder.path().join("store.db-wal").exists() {
        let last = rusqlite::Connection::open(&path).unwrap();
        let read = last.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0));
        let _tables: i64 = read.unwrap();
        drop(last);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[test]
fn many_can_open_a_new_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..20 {
        let path = folder.path().join(format!("{round}.db"));
        let start = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    Sqlite::open(&path).unwrap();
                });
            }
        });
    }
}
