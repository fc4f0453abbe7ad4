//! The store.

use avocet::testing::TestClient;
use avocet_store::{Clock, Sequence, Store, Ttl};
use guide_examples::store::{app, claim, follow, open};
use std::time::Duration;

// ANCHOR: clock
#[tokio::test]
async fn the_budget_starts_again_after_a_day() {
    let clock = Clock::manual();
    let store = Store::memory().with_clock(clock.clone());
    let client = TestClient::new(app(&store).unwrap().build().unwrap());
    let ask = async || {
        let request = client.post("/ask").header("caller", "ann").json("why?");
        request.send().await.status().as_u16()
    };
    let statuses = [
        ask().await,
        ask().await,
        ask().await,
        ask().await,
        ask().await,
    ];
    assert_eq!(statuses, [200, 200, 200, 200, 200]);
    assert_eq!(ask().await, 429);
    clock.advance(Duration::from_secs(86_400));
    assert_eq!(ask().await, 200);
}
// ANCHOR_END: clock

#[tokio::test]
async fn one_worker_claims_a_job_and_its_events_arrive() {
    let folder = std::env::temp_dir().join(format!("avocet-guide-store-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let store = open(&folder.join("store.db")).unwrap();
    let jobs = store.namespace("jobs").unwrap();
    jobs.put("job-1", "queued", Ttl::NEVER).await.unwrap();
    assert!(claim(&jobs, "job-1", "worker-1").await.unwrap());
    assert!(!claim(&jobs, "job-1", "worker-2").await.unwrap());

    let events = store.log("job-events").unwrap();
    let started = events.append("job-1", "started", Ttl::NEVER).await.unwrap();
    assert!(started > Sequence::START);
    let finish = events.append("job-1", "finished", Ttl::NEVER);
    let (followed, _) = tokio::join!(follow(&events, "job-1", started.as_u64()), finish);
    followed.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}
