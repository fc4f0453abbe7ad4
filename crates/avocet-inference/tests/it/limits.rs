//! Limits, deadlines and cancellation.

use std::time::Duration;

use avocet_context::Caller;
use avocet_inference::{InferenceError, Limit, Rejected, Workers};

use crate::puppet::{Call, Calls, Puppet, puppet, until};

fn rejected(error: InferenceError) -> Rejected {
    match error {
        InferenceError::Rejected(rejected) => rejected,
        other => panic!("{other:?} is no rejection"),
    }
}

/// Starts a request that runs, so that others wait.
async fn busy(
    model: &Workers<Puppet>,
    calls: &mut Calls<Call>,
) -> (tokio::task::JoinHandle<()>, Call) {
    let model = model.clone();
    let request = tokio::spawn(async move {
        model.run(1).await.expect("an output");
    });
    let call = calls.next().await;
    (request, call)
}

fn later(
    model: &Workers<Puppet>,
    inputs: Vec<u32>,
) -> tokio::task::JoinHandle<Result<Vec<u32>, InferenceError>> {
    let model = model.clone();
    tokio::spawn(async move { model.run_all(inputs).await })
}

#[tokio::test]
async fn a_full_queue_rejects_with_the_limit_and_the_measured_value() {
    let (model, mut calls) = puppet();
    let model = model.queue(2).max_batch(4);
    model.start().await.expect("a start");
    let (first, call) = busy(&model, &mut calls).await;
    let waiting = later(&model, vec![2, 3]);
    until(|| model.figures().waiting == 2).await;

    let full = rejected(model.run(4).await.expect_err("a full queue"));
    assert_eq!(
        (full.limit, full.value, full.measured),
        (Limit::Queue, 2, 3)
    );
    assert!(full.retry_after.is_some());
    assert_eq!(
        full.to_string(),
        "the queue is full: 3 inputs would wait, the limit is 2"
    );
    let never = rejected(model.run_all(vec![1, 2, 3]).await.expect_err("too many"));
    assert_eq!(
        (never.value, never.measured, never.retry_after),
        (2, 3, None)
    );
    assert_eq!(
        never.to_string(),
        "the request has 3 inputs, the queue holds 2"
    );

    call.double();
    first.await.expect("an output");
    calls.next().await.double();
    assert_eq!(waiting.await.expect("no panic").expect("outputs"), [4, 6]);
    let figures = model.figures();
    assert!(
        figures.rejected.contains(&(Limit::Queue, 2)),
        "{:?}",
        figures.rejected
    );
    assert_eq!((figures.submitted, figures.completed), (3, 2));
    model.stop().await;
}

#[tokio::test]
async fn the_cost_of_what_waits_is_limited() {
    let (model, mut calls) = puppet();
    let model = model.queue_cost(250);
    model.start().await.expect("a start");
    let (first, call) = busy(&model, &mut calls).await;
    let waiting = later(&model, vec![200]);
    until(|| model.figures().waiting_cost == 200).await;
    let full = rejected(model.run(100).await.expect_err("a full queue"));
    assert_eq!(
        (full.limit, full.value, full.measured),
        (Limit::QueueCost, 250, 300)
    );
    assert_eq!(
        full.to_string(),
        "the queue is full: the inputs that wait would cost 300, the limit is 250"
    );
    let never = rejected(model.run(251).await.expect_err("too large"));
    assert_eq!((never.measured, never.retry_after), (251, None));
    assert_eq!(
        never.to_string(),
        "the request costs 251, the queue holds 250"
    );
    call.double();
    first.await.expect("an output");
    calls.next().await.double();
    waiting.await.expect("no panic").expect("an output");
    model.stop().await;
}

#[tokio::test]
async fn each_caller_has_a_limit() {
    let (model, mut calls) = puppet();
    let model = model.per_caller(2);
    model.start().await.expect("a start");
    let ann = model.with_caller(Caller::new("ann"));
    let (first, call) = busy(&ann, &mut calls).await;
    let waiting = later(&ann, vec![2]);
    until(|| model.figures().waiting == 1).await;
    let full = rejected(ann.run(3).await.expect_err("too many"));
    assert_eq!(
        (full.limit, full.value, full.measured),
        (Limit::PerCaller, 2, 3)
    );
    assert_eq!(
        full.to_string(),
        "too many inputs of one caller: 3 would wait or run, the limit is 2"
    );
    let never = rejected(ann.run_all(vec![1, 2, 3]).await.expect_err("too many"));
    assert_eq!((never.measured, never.retry_after), (3, None));
    assert_eq!(
        never.to_string(),
        "the request has 3 inputs, the limit for each caller is 2"
    );

    let others = [
        later(&model.with_caller(Caller::new("ben")), vec![4]),
        later(&model, vec![5, 6, 7]),
    ];
    until(|| model.figures().waiting == 5).await;
    call.double();
    first.await.expect("an output");
    calls.next().await.double();
    waiting.await.expect("no panic").expect("an output");
    for other in others {
        other.await.expect("no panic").expect("outputs");
    }
    let (result, ()) = tokio::join!(ann.run_all(vec![1, 2]), async {
        calls.next().await.double();
    });
    assert_eq!(result.expect("outputs"), [2, 4]);
    model.stop().await;
}

#[tokio::test]
async fn a_deadline_that_cannot_be_met_rejects() {
    let (model, mut calls) = puppet();
    let model = model.max_batch(1);
    model.start().await.expect("a start");
    let (first, call) = busy(&model, &mut calls).await;
    // A batch that has run for 20 ms is measured.
    call.act(|_| {
        std::thread::sleep(Duration::from_millis(20));
        Ok(vec![0])
    });
    first.await.expect("an output");
    let (second, call) = busy(&model, &mut calls).await;
    let soon = model.with_deadline(Duration::from_millis(5));
    let late = rejected(soon.run(2).await.expect_err("a late result"));
    assert_eq!(late.limit, Limit::Deadline);
    assert!(
        late.measured > late.value && late.retry_after.is_some(),
        "{late:?}"
    );
    assert!(
        late.to_string()
            .starts_with("the result would be ready in "),
        "{late}"
    );
    call.double();
    second.await.expect("an output");
    model.stop().await;
}

#[tokio::test]
async fn a_request_expires_while_it_waits() {
    let (model, mut calls) = puppet();
    model.start().await.expect("a start");
    let (first, call) = busy(&model, &mut calls).await;
    let result = model.with_deadline(Duration::from_millis(10)).run(2).await;
    assert!(matches!(result, Err(InferenceError::Expired)), "{result:?}");
    assert_eq!(model.figures().waiting, 0, "its slot is free");
    call.double();
    first.await.expect("an output");
    let figures = model.figures();
    assert_eq!(
        (figures.expired, figures.completed, figures.running),
        (1, 1, 0)
    );
    assert!(calls.is_empty(), "it did not run");
    model.stop().await;
}

#[tokio::test]
async fn a_request_expires_while_it_runs() {
    let (model, mut calls) = puppet();
    model.start().await.expect("a start");
    let soon = model.with_deadline(Duration::from_millis(10));
    let (result, call) = tokio::join!(soon.run(2), calls.next());
    assert!(matches!(result, Err(InferenceError::Expired)), "{result:?}");
    let (seen, result) = std::sync::mpsc::channel();
    call.act(move |batch| {
        seen.send(batch.is_cancelled(0)).expect("the test");
        Ok(vec![0])
    });
    assert!(result.recv().expect("the model"), "the model sees it");
    model.stop().await;
}

#[tokio::test]
async fn a_caller_that_leaves_frees_its_slot() {
    let (model, mut calls) = puppet();
    let model = model.queue(1);
    model.start().await.expect("a start");
    let (first, call) = busy(&model, &mut calls).await;
    let waiting = later(&model, vec![2]);
    until(|| model.figures().waiting == 1).await;
    waiting.abort();
    waiting.await.expect_err("it was aborted");
    assert_eq!(model.figures().waiting, 0);
    let next = later(&model, vec![3]);
    until(|| model.figures().waiting == 1).await;
    call.double();
    first.await.expect("an output");
    let call = calls.next().await;
    assert_eq!(call.inputs, [3]);
    call.double();
    next.await.expect("no panic").expect("an output");
    assert_eq!(model.figures().cancelled, 1);
    model.stop().await;
}

#[tokio::test]
async fn the_model_sees_that_a_caller_has_left() {
    let (model, mut calls) = puppet();
    model.start().await.expect("a start");
    let request = later(&model, vec![1]);
    let call = calls.next().await;
    request.abort();
    request.await.expect_err("it was aborted");
    let (seen, result) = std::sync::mpsc::channel();
    call.act(move |batch| {
        seen.send(batch.is_cancelled(0)).expect("the test");
        Err("cancelled".to_owned())
    });
    assert!(result.recv().expect("the model"));
    until(|| model.figures().running == 0).await;
    model.stop().await;
}
