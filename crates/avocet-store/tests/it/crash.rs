//! A process that is killed in the middle of writes.

use std::collections::HashSet;
use std::path::Path;

use avocet_store::{Sequence, Sqlite, Store};

use crate::child;

#[tokio::test]
async fn a_killed_process_leaves_whole_writes_and_all_that_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut acknowledged = HashSet::new();
    for kill_after in [1, 7, 30, 61, 90] {
        let mut process = child::start("write", &path);
        let mut lines = child::lines(&mut process);
        acknowledged.extend(lines.by_ref().take(kill_after));
        // SIGKILL on Unix. What it printed before is acknowledged as well.
        process.kill().unwrap();
        process.wait().unwrap();
        acknowledged.extend(lines);
        verify(&path, &acknowledged).await;
    }
    assert!(acknowledged.len() >= 189);
}

async fn verify(path: &Path, acknowledged: &HashSet<String>) {
    let store = Store::new(Sqlite::open(path).unwrap());
    let (keys, log) = (
        store.namespace("crash").unwrap(),
        store.log("crash").unwrap(),
    );
    for task in 0..4 {
        let name = format!("task-{task}");
        let counter = keys.get(&name).await.unwrap();
        let counter = counter.and_then(|it| it.count()).unwrap_or_default();
        let (mut appended, mut after) = (HashSet::new(), Sequence::START);
        loop {
            let page = log.read(&name, after, 1000).await.unwrap();
            for entry in page.entries {
                appended.insert(entry.data);
                after = entry.sequence;
            }
            if !page.more {
                break;
            }
        }
        let mut whole = 0;
        for number in 1..=counter {
            let is_appended = appended.contains(child::value(number).as_bytes());
            whole += usize::from(is_appended);
            let is_acknowledged = acknowledged.contains(&format!("{task} {number}"));
            assert!(is_appended || !is_acknowledged, "{task} {number} is lost");
        }
        assert_eq!(
            whole,
            appended.len(),
            "each entry is whole and was counted before"
        );
        let page = keys.scan(&format!("{name}/"), None, 1000).await.unwrap();
        for (key, entry) in page.entries {
            let is_whole = |number: &u64| entry.value == child::value(*number);
            let number = (1..=counter).find(is_whole).unwrap();
            assert_eq!(key, format!("{name}/{}", number % 7));
        }
    }
    let all = keys.scan("", None, 1000).await.unwrap().entries;
    let bytes = all
        .iter()
        .map(|(key, it)| (key.len() + it.value.len()) as u64)
        .sum();
    let usage = keys.usage().await.unwrap();
    assert_eq!((usage.entries, usage.bytes), (all.len() as u64, bytes));

    let file = rusqlite::Connection::open(path).unwrap();
    let check = file.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    assert_eq!(check.unwrap(), "ok");
}
