//! The store.

// ANCHOR: limit
use avocet::prelude::*;
use avocet_store::{Namespace, NamespaceConfig, Store};
use std::time::Duration;

#[errors]
pub enum AskError {
    /// The caller has used the tokens of the day.
    #[error(status = 429)]
    BudgetUsed,
    #[error(status = 503)]
    Unavailable,
}

impl From<avocet_store::Error> for AskError {
    fn from(_: avocet_store::Error) -> Self {
        Self::Unavailable
    }
}

/// Ask the model. A caller has 1,000 tokens a day.
#[post("/ask")]
async fn ask(
    #[body] question: String,
    #[header] caller: String,
    #[state] budgets: Namespace,
) -> Result<String, AskError> {
    let day = Duration::from_secs(86_400);
    let reserved = budgets.add(&caller, 400, 1_000, day).await?;
    if !reserved.changed {
        return Err(AskError::BudgetUsed);
    }
    let (answer, tokens) = answer(&question).await;
    // The rest of the reservation, if its day has not ended.
    budgets
        .subtract(&caller, 400 - tokens, reserved.resets)
        .await?;
    Ok(answer)
}

pub fn app(store: &Store) -> Result<App, avocet_store::Error> {
    let budgets = store.namespace(NamespaceConfig::new("budgets").entries(1_000_000))?;
    Ok(App::new("Ask", "1.0.0").state(budgets).routes(routes![ask]))
}
// ANCHOR_END: limit

async fn answer(question: &str) -> (String, u64) {
    (format!("you asked: {question}"), 150)
}

// ANCHOR: open
use avocet_store::Sqlite;

pub fn open(path: &std::path::Path) -> Result<Store, avocet_store::Error> {
    Ok(Store::new(Sqlite::open(path)?))
}
// ANCHOR_END: open

// ANCHOR: swap
/// Takes a job. Of several workers, one gets it.
pub async fn claim(jobs: &Namespace, id: &str, worker: &str) -> Result<bool, avocet_store::Error> {
    let Some(job) = jobs.get(id).await? else {
        return Ok(false);
    };
    if job.value != "queued" {
        return Ok(false);
    }
    let claimed = format!("claimed by {worker}");
    let hour = Duration::from_secs(3600);
    let version = jobs.put_if_version(id, job.version, claimed, hour);
    Ok(version.await?.is_some())
}
// ANCHOR_END: swap

// ANCHOR: follow
use avocet_store::{Log, Sequence};

/// Prints the events of a job, from the one after `last` on.
pub async fn follow(events: &Log, job: &str, last: u64) -> Result<(), avocet_store::Error> {
    let mut follower = events.follow(job, Sequence::from_u64(last));
    loop {
        let event = follower.next().await?;
        println!("{}: {:?}", event.sequence.as_u64(), event.data);
        if event.data == "finished" {
            return Ok(());
        }
    }
}
// ANCHOR_END: follow

// ANCHOR: sweep
/// Frees the space of expired entries each minute.
pub fn sweeping(app: App, store: Store) -> App {
    app.on_start(move |_| async move {
        tokio::spawn(async move { store.sweep_every(Duration::from_secs(60)).await });
        Ok(())
    })
}
// ANCHOR_END: sweep
