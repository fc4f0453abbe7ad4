//! Another model takes over.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use avocet_inference::{BatchFn, InferenceError, Replica, Workers, workers};

use crate::puppet::{Loaded, Puppet, calls, until};

/// A model that adds a number.
fn adds(number: u32) -> Workers<BatchFn<u32, u32>> {
    workers::batch("adds", move |_| Ok(number), add)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the function of a model returns a result"
)]
fn add(number: &mut u32, inputs: &[u32]) -> Result<Vec<u32>, std::convert::Infallible> {
    Ok(inputs.iter().map(|input| input + *number).collect())
}

#[tokio::test]
async fn a_swap_loses_no_request_under_load() {
    let (sender, mut calls) = calls();
    let old = Workers::new("puppet", Puppet::loader(&sender)).replicas(2);
    old.start().await.expect("a start");
    let callers: Vec<_> = (0..8)
        .map(|caller| {
            let model = old.clone();
            tokio::spawn(async move {
                for round in 0..50 {
                    let input = caller * 1000 + round;
                    assert_eq!(model.run(input).await.expect("an output"), input * 2);
                }
            })
        })
        .collect();
    let answers = tokio::spawn(async move {
        let mut replicas = Vec::new();
        for _ in 0.. {
            let call = calls.next().await;
            if call.inputs == [u32::MAX / 2] {
                call.double();
                return replicas;
            }
            replicas.push(call.replica);
            call.double();
        }
        replicas
    });
    for _ in 0..5 {
        old.swap(Puppet::loader(&sender)).await.expect("a swap");
    }
    for caller in callers {
        caller.await.expect("its outputs");
    }
    old.run(u32::MAX / 2).await.expect("the last output");
    assert!(!answers.await.expect("answers").is_empty());
    until(|| old.figures().ready_replicas == 2).await;
    let figures = old.figures();
    assert_eq!(
        (figures.completed, figures.failed, figures.cancelled),
        (401, 0, 0)
    );
    old.stop().await;
}

#[tokio::test]
async fn the_new_model_answers_after_a_swap() {
    let model = adds(1);
    model.start().await.expect("a start");
    assert_eq!(model.run(5).await.expect("an output"), 6);
    // The model of a swap has the type of the old one, so it comes from the same function.
    let other = load_of(10);
    model.swap(other).await.expect("a swap");
    assert_eq!(model.run(5).await.expect("an output"), 15);
    model.stop().await;
    model.start().await.expect("a start");
    assert_eq!(model.run(5).await.expect("an output"), 15);
    model.stop().await;
}

fn load_of(number: u32) -> impl Fn(&Replica) -> Loaded<BatchFn<u32, u32>> {
    move |_| Ok(BatchFn::new(number, add))
}

#[tokio::test]
async fn a_swap_that_fails_changes_nothing() {
    let model = adds(1).replicas(2);
    model.start().await.expect("a start");
    let loaded = Arc::new(());
    let weights = Arc::clone(&loaded);
    let error = model.swap(move |replica: &Replica| match replica.number() {
        0 => {
            let weights = Arc::clone(&weights);
            Ok(BatchFn::new((10, weights), |model, inputs| {
                add(&mut model.0, inputs)
            }))
        }
        _ => panic!("no memory"),
    });
    let error = error.await.expect_err("a failure");
    // The new replica that is ready frees its model.
    until(|| Arc::strong_count(&loaded) == 1).await;
    assert_eq!(
        error.to_string(),
        "the model is not ready: it panicked: no memory"
    );
    assert_eq!(model.ready(), Ok(()));
    for _ in 0..20 {
        assert_eq!(model.run(5).await.expect("an output"), 6);
    }
    model.swap(load_of(10)).await.expect("a swap");
    assert_eq!(model.run(5).await.expect("an output"), 15);
    model.stop().await;
}

/// A model whose second replica loads until the sender is dropped.
fn slow(
    number: u32,
) -> (
    std::sync::mpsc::Sender<()>,
    impl Fn(&Replica) -> Loaded<BatchFn<u32, u32>>,
) {
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let load = move |replica: &Replica| {
        if replica.number() == 1 {
            let _ = wait.lock().expect("one loader").recv();
        }
        Ok(BatchFn::new(number, add))
    };
    (go, load)
}

#[tokio::test]
async fn new_replicas_take_no_work_before_all_are_ready() {
    let model = adds(1).replicas(2);
    model.start().await.expect("a start");
    let (go, load) = slow(10);
    let swap = tokio::spawn({
        let model = model.clone();
        async move { model.swap(load).await }
    });
    for _ in 0..50 {
        assert_eq!(model.run(5).await.expect("an output"), 6);
        tokio::task::yield_now().await;
    }
    drop(go);
    swap.await.expect("no panic").expect("a swap");
    for _ in 0..20 {
        assert_eq!(model.run(5).await.expect("an output"), 15);
    }
    model.stop().await;
}

#[tokio::test]
async fn a_swap_that_is_dropped_changes_nothing_and_excludes_others_before() {
    let model = adds(1).replicas(2);
    model.start().await.expect("a start");
    let (go, load) = slow(10);
    let mut swap = Box::pin(model.swap(load));
    let polled = std::future::poll_fn(|context| {
        std::task::Poll::Ready(std::future::Future::poll(swap.as_mut(), context).is_pending())
    });
    assert!(polled.await);
    let error = model.swap(load_of(20)).await.expect_err("a second swap");
    assert_eq!(
        error.to_string(),
        "the model is not ready: another swap has not ended"
    );
    drop(swap);
    drop(go);
    model.swap(load_of(20)).await.expect("a swap");
    assert_eq!(model.run(5).await.expect("an output"), 25);
    model.stop().await;
}

#[tokio::test]
async fn a_stop_ends_a_swap() {
    let model = adds(1).replicas(2);
    model.start().await.expect("a start");
    let (go, load) = slow(10);
    let swap = tokio::spawn({
        let model = model.clone();
        async move { model.swap(load).await }
    });
    until(|| !swap.is_finished() && model.ready().is_ok()).await;
    let stopping = tokio::spawn({
        let model = model.clone();
        async move { model.stop().await }
    });
    until(|| model.ready().is_err()).await;
    let result = swap.await.expect("no panic");
    assert!(
        matches!(
            result,
            Err(InferenceError::Stopping | InferenceError::NotReady(_))
        ),
        "{result:?}"
    );
    drop(go);
    stopping.await.expect("a stop");
}
