//! Liveness and readiness of the program.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use avocet::App;
use avocet::observe::Health;
use avocet::testing::TestClient;
use serde_json::{Value, json};

use super::capture;

fn client(health: Health) -> TestClient {
    let app = App::new("Healthy", "1.0.0").health(health);
    TestClient::new(app.build().expect("it builds"))
}

async fn ready(client: &TestClient) -> (u16, Value) {
    let response = client.get("/ready").send().await;
    (response.status().as_u16(), response.json().await)
}

#[tokio::test]
async fn without_checks_it_is_ready_when_it_lives() {
    let client = client(Health::new());
    let response = client.get("/health").send().await;
    assert_eq!(
        (response.status().as_u16(), response.header("cache-control")),
        (200, "no-store")
    );
    assert_eq!(response.json::<Value>().await, json!({"status": "ok"}));
    assert_eq!(
        ready(&client).await,
        (200, json!({"status": "ok", "checks": {}}))
    );
}

#[tokio::test(start_paused = true)]
async fn every_check_is_named_with_its_own_outcome_and_no_reason() {
    let (log, _guard) = capture::logs();
    let second = Duration::from_secs(1);
    let health = Health::new()
        .check("good", second, || async { Ok::<_, String>(()) })
        .check("bad", second, || async {
            Err("the password of\nthe database is wrong")
        })
        .check("slow", second, pending::<Result<(), String>>)
        .check("broken", second, || async {
            if true {
                panic!("on purpose")
            } else {
                Ok::<_, String>(())
            }
        })
        .check("broken from the start", second, || {
            let broken = true;
            assert!(!broken, "on purpose");
            std::future::ready(Ok::<_, String>(()))
        });
    let client = client(health);
    let expected = json!({"status": "failing", "checks": {
        "good": "ok", "bad": "failing", "slow": "timeout", "broken": "failing",
        "broken from the start": "failing",
    }});
    for _ in 0..3 {
        assert_eq!(ready(&client).await, (503, expected.clone()));
        tokio::time::advance(2 * second).await;
    }
    assert_eq!(
        client.get("/health").send().await.status(),
        200,
        "it lives all the same"
    );
    let log = log.text();
    let why = "check=\"bad\" why=the password of\\nthe database is wrong";
    assert_eq!(log.matches(why).count(), 1, "{log}");
}

#[tokio::test(start_paused = true)]
async fn an_outcome_stands_for_a_second() {
    let runs = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&runs);
    let health = Health::new().at("/livez", "/readyz").check(
        "first time only",
        Duration::from_secs(1),
        move || {
            let run = counter.fetch_add(1, Ordering::Relaxed);
            async move { if run == 0 { Ok(()) } else { Err("not again") } }
        },
    );
    let client = client(health);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(client.get("/readyz").send().await.status().as_u16());
        tokio::time::advance(Duration::from_millis(400)).await;
    }
    assert_eq!(statuses, [200, 200, 200, 503]);
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert_eq!(client.get("/livez").send().await.status(), 200);
    assert_eq!(client.get("/ready").send().await.status(), 404);
}

#[tokio::test]
async fn a_second_route_at_the_same_path_is_a_mistake_of_the_program() {
    let health = Health::new().at("/health", "/health");
    let error = App::new("Twice", "1.0.0")
        .health(health)
        .build()
        .expect_err("two routes");
    assert!(
        error
            .to_string()
            .contains("two routes match the same requests"),
        "{error}"
    );
}

#[tokio::test]
async fn a_probe_that_leaves_does_not_start_the_checks_again() {
    let runs = Arc::new(AtomicU32::new(0));
    let gate = Arc::new(tokio::sync::Notify::new());
    let (counter, opened) = (Arc::clone(&runs), Arc::clone(&gate));
    let health = Health::new().check("database", Duration::from_secs(3600), move || {
        counter.fetch_add(1, Ordering::SeqCst);
        let opened = Arc::clone(&opened);
        async move {
            opened.notified().await;
            Ok::<_, String>(())
        }
    });
    let client = client(health);
    for _ in 0..3 {
        let mut probe = Box::pin(client.get("/ready").send());
        // Often enough for a check to start.
        for _ in 0..10 {
            let _ = std::future::poll_fn(|context| {
                std::task::Poll::Ready(probe.as_mut().poll(context))
            })
            .await;
            tokio::task::yield_now().await;
        }
        drop(probe);
        tokio::task::yield_now().await;
    }
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    let waiting = ready(&client);
    gate.notify_one();
    assert_eq!(waiting.await.0, 200);
    assert_eq!(ready(&client).await.0, 200, "the outcome is fresh");
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_check_that_blocks_its_thread_is_late_and_runs_once() {
    let runs = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&runs);
    let (release, blocked) = std::sync::mpsc::channel::<()>();
    let blocked = std::sync::Mutex::new(blocked);
    let blocked = Arc::new(blocked);
    let health = Health::new()
        .check("good", Duration::from_millis(10), || async {
            Ok::<_, String>(())
        })
        .check("blocking", Duration::from_millis(10), move || {
            counter.fetch_add(1, Ordering::SeqCst);
            let blocked = Arc::clone(&blocked);
            async move {
                let blocked = blocked.lock().expect("no thread panicked");
                // Ends with the test.
                let _ = blocked.recv();
                Ok::<_, String>(())
            }
        });
    let client = client(health);
    for _ in 0..2 {
        let (status, body) = ready(&client).await;
        assert_eq!(status, 503);
        assert_eq!(body["checks"]["blocking"], "timeout");
    }
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    drop(release);
}
