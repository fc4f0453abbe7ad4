//! Stopping, and starting again.

use std::time::Duration;

use avocet_context::Caller;
use avocet_inference::InferenceError;

use crate::puppet::{Puppet, puppet, until};

type Request<T> = tokio::task::JoinHandle<Result<T, InferenceError>>;

fn run_all(model: &avocet_inference::Workers<Puppet>, inputs: Vec<u32>) -> Request<Vec<u32>> {
    let model = model.clone();
    tokio::spawn(async move { model.run_all(inputs).await })
}

/// Begins to stop, and waits until no more requests are accepted.
async fn begin_stop(model: &avocet_inference::Workers<Puppet>) -> tokio::task::JoinHandle<()> {
    let stopping = tokio::spawn({
        let model = model.clone();
        async move { model.stop().await }
    });
    until(|| model.ready().is_err()).await;
    stopping
}

#[tokio::test]
async fn a_stop_completes_what_was_accepted() {
    let (model, mut calls) = puppet();
    let model = model.max_batch(2);
    model.start().await.expect("a start");
    let request = run_all(&model, vec![1, 2, 3, 4, 5]);
    let first = calls.next().await;
    let stopping = begin_stop(&model).await;
    assert!(matches!(model.run(6).await, Err(InferenceError::Stopping)));
    first.double();
    calls.next().await.double();
    calls.next().await.double();
    assert_eq!(
        request.await.expect("no panic").expect("outputs"),
        [2, 4, 6, 8, 10]
    );
    stopping.await.expect("a stop");
    model.start().await.expect("another start");
    let (result, ()) = tokio::join!(model.run(1), async {
        calls.next().await.double();
    });
    assert_eq!(result.expect("an output"), 2);
    model.stop().await;
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_replica_that_waits_for_a_blocked_caller() {
    let (model, mut calls) = puppet();
    let model = model
        .replicas(2)
        .running_per_caller(1)
        .max_batch(1)
        .with_caller(Caller::new("ann"));
    model.start().await.expect("a start");
    let request = run_all(&model, vec![1, 2]);
    let first = calls.next().await;
    let stopping = begin_stop(&model).await;
    first.double();
    calls.next().await.double();
    assert_eq!(request.await.expect("no panic").expect("outputs"), [2, 4]);
    stopping.await.expect("a stop");
}

#[tokio::test]
async fn a_stop_ends_replicas_whose_blocked_work_was_cancelled() {
    let (model, mut calls) = puppet();
    let model = model
        .replicas(2)
        .running_per_caller(1)
        .with_caller(Caller::new("ann"));
    model.start().await.expect("a start");
    let first = run_all(&model, vec![1]);
    let call = calls.next().await;
    let blocked = run_all(&model, vec![2]);
    until(|| model.figures().waiting == 1).await;
    let stopping = begin_stop(&model).await;
    // So that the other replica waits for the blocked request; without this time the test proves less, but does not fail.
    tokio::time::sleep(Duration::from_millis(20)).await;
    blocked.abort();
    blocked.await.expect_err("it was aborted");
    call.double();
    first.await.expect("no panic").expect("an output");
    stopping.await.expect("a stop");
}

#[tokio::test]
async fn a_stop_after_a_panic_completes_what_was_accepted() {
    let (model, mut calls) = puppet();
    let model = model.max_batch(1);
    model.start().await.expect("a start");
    let request = tokio::spawn({
        let model = model.clone();
        async move { model.run_each(vec![1, 2]).await }
    });
    let first = calls.next().await;
    let stopping = begin_stop(&model).await;
    first.act(|_| panic!("a bug in the model"));
    calls.next().await.double();
    let results = request.await.expect("no panic").expect("results");
    assert!(
        matches!(results[..], [Err(InferenceError::Panicked), Ok(4)]),
        "{results:?}"
    );
    stopping.await.expect("a stop");
}

#[tokio::test]
async fn requests_of_an_earlier_start_cancel_none_of_the_next_one() {
    let (model, mut calls) = puppet();
    let model = model.max_batch(1);
    model.start().await.expect("a start");
    let first = run_all(&model, vec![1]);
    let call = calls.next().await;
    // The future is polled once, then not until the second start.
    let mut old = Box::pin(model.run_all(vec![2, 3]));
    let polled = std::future::poll_fn(|context| {
        std::task::Poll::Ready(std::future::Future::poll(old.as_mut(), context).is_pending())
    });
    assert!(polled.await);
    model.reject_waiting();
    let stopping = begin_stop(&model).await;
    call.double();
    first.await.expect("no panic").expect("an output");
    stopping.await.expect("a stop");

    model.start().await.expect("another start");
    let running = run_all(&model, vec![4]);
    let call = calls.next().await;
    let waiting = run_all(&model, vec![5, 6, 7]);
    until(|| model.figures().waiting == 3).await;
    assert!(matches!(old.await, Err(InferenceError::Stopping)));
    assert_eq!(model.figures().waiting, 3);
    call.double();
    running.await.expect("no panic").expect("an output");
    for _ in 0..3 {
        calls.next().await.double();
    }
    assert_eq!(
        waiting.await.expect("no panic").expect("outputs"),
        [10, 12, 14]
    );
    model.stop().await;
}
