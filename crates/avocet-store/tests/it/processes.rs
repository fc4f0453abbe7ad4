//! Several processes on one file.

use avocet_store::{Sequence, Sqlite, Store, Ttl};

use crate::child;

#[tokio::test]
async fn processes_count_and_swap_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    // They also create the file at the same time.
    let mut processes: Vec<_> = ["count", "swap", "count", "swap"]
        .map(|role| child::start(role, &path))
        .into();
    let lines = processes.iter_mut().flat_map(child::lines);
    let accepted = lines.map(|line| line.parse::<u64>().unwrap()).sum::<u64>();
    for process in &mut processes {
        assert!(process.wait().unwrap().success());
    }
    assert_eq!(accepted, 150);

    let store = Store::new(Sqlite::open(&path).unwrap());
    let swapped = store
        .namespace("swap")
        .unwrap()
        .get("a")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(swapped.value, "80");
}

#[tokio::test]
async fn a_process_waits_for_the_entries_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let log = Store::new(Sqlite::open(&path).unwrap())
        .log("append")
        .unwrap();
    let mut process = child::start("append", &path);
    let mut answers = log.follow("answers", Sequence::START);
    for question in ["1", "2", "3", "end"] {
        log.append("questions", question, Ttl::NEVER).await.unwrap();
        assert_eq!(answers.next().await.unwrap().data, question);
    }
    assert!(process.wait().unwrap().success());
}
