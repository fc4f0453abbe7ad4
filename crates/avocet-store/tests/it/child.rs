//! The other process of a test: this program, started again with a role.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use avocet_store::{Error, NamespaceConfig, Sequence, Sqlite, Store, Ttl};

/// Starts a process with a role on a file.
pub(crate) fn start(role: &str, path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["child::role", "--exact", "--nocapture"])
        .env("AVOCET_STORE_ROLE", role)
        .env("AVOCET_STORE_PATH", path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The lines that a process prints, without those of the test runner.
pub(crate) fn lines(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines
        .map_while(Result::ok)
        // The runner's own text can stand before it in the line.
        .filter_map(|line| Some(line.split_once('>')?.1.to_owned()))
}

fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, ">{line}").unwrap();
    out.flush().unwrap();
}

/// Does nothing without a role.
#[test]
fn role() {
    let Ok(role) = std::env::var("AVOCET_STORE_ROLE") else {
        return;
    };
    let path = std::env::var("AVOCET_STORE_PATH").unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let store = Store::new(Sqlite::open(path).unwrap());
        match &*role {
            "write" => write(&store).await,
            "count" => count(&store).await,
            "swap" => swap(&store).await,
            "append" => append(&store).await,
            _ => unreachable!("{role}"),
        }
        .unwrap();
    });
}

/// A value that shows whether it is whole.
pub(crate) fn value(number: u64) -> String {
    number.to_string().repeat(600)
}

/// Writes until it is killed, in several tasks, and prints what is acknowledged.
async fn write(store: &Store) -> Result<(), Error> {
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..4 {
        let keys = store.namespace("crash")?;
        let log = store.log("crash")?;
        tasks.spawn(async move {
            let name = format!("task-{task}");
            loop {
                let counter = keys.add(&name, 1, u64::MAX, Ttl::NEVER).await.unwrap();
                let number = counter.value;
                keys.put(&format!("{name}/{}", number % 7), value(number), Ttl::NEVER)
                    .await
                    .unwrap();
                keys.delete(&format!("{name}/{}", (number + 3) % 7))
                    .await
                    .unwrap();
                // Last, so that what it prints is what was acknowledged a moment ago.
                log.append(&name, value(number), Ttl::NEVER).await.unwrap();
                print(&format!("{task} {number}"));
            }
        });
    }
    tasks.join_all().await;
    Ok(())
}

async fn count(store: &Store) -> Result<(), Error> {
    let counters = store.namespace("count")?;
    let mut accepted = 0;
    for _ in 0..100 {
        accepted += u64::from(counters.add("a", 1, 150, Ttl::NEVER).await?.changed);
    }
    print(&accepted.to_string());
    Ok(())
}

async fn swap(store: &Store) -> Result<(), Error> {
    let keys = store.namespace(NamespaceConfig::new("swap"))?;
    keys.put_if_absent("a", "0", Ttl::NEVER).await?;
    for _ in 0..40 {
        loop {
            let entry = keys.get("a").await?.unwrap();
            let number: u64 = str::from_utf8(&entry.value).unwrap().parse().unwrap();
            let next = (number + 1).to_string();
            if keys
                .put_if_version("a", entry.version, next, Ttl::NEVER)
                .await?
                .is_some()
            {
                break;
            }
        }
    }
    Ok(())
}

/// Appends an answer to each question of the other process.
async fn append(store: &Store) -> Result<(), Error> {
    let log = store.log("append")?;
    let mut questions = log.follow("questions", Sequence::START);
    loop {
        let question = questions.next().await?;
        log.append("answers", question.data.clone(), Duration::from_secs(60))
            .await?;
        if question.data == "end" {
            return Ok(());
        }
    }
}
