//! Batches, and the errors of models.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use avocet_inference::{BatchFn, InferenceError, Workers, workers};

use crate::puppet::{Puppet, calls, puppet};

#[tokio::test]
async fn each_input_has_its_output() {
    let model: Workers<BatchFn<u32, u32>> = workers::batch(
        "doubled",
        |_| Ok(()),
        |(), numbers: &[u32]| {
            Ok::<_, Infallible>(numbers.iter().map(|number| number * 2).collect())
        },
    );
    let model = model.replicas(2).max_batch(7);
    model.start().await.expect("a start");
    let all: Vec<u32> = (0..100).collect();
    let outputs = model.run_all(all.clone()).await.expect("outputs");
    assert_eq!(outputs, all.iter().map(|n| n * 2).collect::<Vec<_>>());
    assert_eq!(model.run_all(Vec::new()).await.expect("outputs"), []);
    model.stop().await;
    let error = model.run(1).await.expect_err("a stopped model");
    assert_eq!(
        error.to_string(),
        "the model is not ready: it is not loaded"
    );
}

#[tokio::test]
async fn inputs_have_results_of_their_own() {
    let (model, mut calls) = puppet();
    model.start().await.expect("a start");
    let request = tokio::spawn({
        let model = model.clone();
        async move { model.run_each(vec![1, 2, 3]).await }
    });
    calls.next().await.act(|batch| {
        assert_eq!((batch.len(), batch.is_cancelled(1)), (3, false));
        batch.reply(1, Err("2 is even"));
        assert!(batch.is_cancelled(1), "its result was sent");
        batch.reply(1, Ok::<_, String>(7));
        Ok(vec![10, 30])
    });
    let results = request.await.expect("no panic").expect("results");
    let results: Vec<_> = results
        .into_iter()
        .map(|result| result.map_err(|error| error.to_string()))
        .collect();
    assert_eq!(results, [Ok(10), Err("2 is even".to_owned()), Ok(30)]);
    assert_eq!(model.figures().running, 0);
    model.stop().await;
}

#[tokio::test]
async fn a_wrong_number_of_outputs_is_an_error() {
    let (model, mut calls) = puppet();
    model.start().await.expect("a start");
    let (results, ()) = tokio::join!(model.run_each(vec![1, 2]), async {
        calls.next().await.act(|_| Ok(vec![1]));
    });
    for result in results.expect("results") {
        let error = result.expect_err("no output").to_string();
        assert_eq!(error, "it returned 1 outputs for 2 inputs");
    }
    model.stop().await;
}

#[tokio::test]
async fn one_invalid_input_of_eight_fails_alone() {
    let (model, mut calls) = puppet();
    let model = model.max_batch(8);
    model.start().await.expect("a start");
    let (results, batches) = tokio::join!(model.run_each((0..8).collect()), async {
        let mut batches = Vec::new();
        for _ in 0..7 {
            let call = calls.next().await;
            batches.push(call.inputs.clone());
            if call.inputs.contains(&5) {
                call.act(|_| Err("5 is invalid".to_owned()));
            } else {
                call.double();
            }
        }
        batches
    });
    let results = results.expect("results");
    for (input, result) in (0..8).zip(&results) {
        match result {
            Ok(output) => assert_eq!(*output, input * 2),
            Err(error) => assert_eq!((input, error.to_string()), (5, "5 is invalid".to_owned())),
        }
    }
    assert_eq!(results.iter().filter(|result| result.is_err()).count(), 1);
    let sizes: Vec<_> = batches.iter().map(Vec::len).collect();
    assert_eq!(sizes, [8, 4, 4, 2, 2, 1, 1]);
    assert_eq!(model.figures().retried, 8 + 4 + 2);
    model.stop().await;
}

#[tokio::test]
async fn a_batch_whose_inputs_were_taken_fails_together() {
    let (model, mut calls) = puppet();
    model.start().await.expect("a start");
    let (results, ()) = tokio::join!(model.run_each(vec![1, 2]), async {
        calls.next().await.act(|batch| {
            assert_eq!(batch.take_inputs(), [1, 2]);
            Err("out of memory".to_owned())
        });
    });
    for result in results.expect("results") {
        assert_eq!(result.expect_err("no output").to_string(), "out of memory");
    }
    assert_eq!(model.figures().retried, 0);
    model.stop().await;
}

#[tokio::test]
async fn the_first_error_ends_a_request_and_later_results_are_ignored() {
    let (model, mut calls) = puppet();
    model.start().await.expect("a start");
    let (result, ()) = tokio::join!(model.run_all(vec![1, 2, 3]), async {
        calls.next().await.act(|batch| {
            batch.reply(0, Err("invalid"));
            batch.reply(1, Err("also invalid"));
            batch.reply(2, Ok::<_, String>(3));
            Ok(Vec::new())
        });
    });
    assert_eq!(result.expect_err("an error").to_string(), "invalid");
    let (result, ()) = tokio::join!(model.run(4), async {
        calls.next().await.double();
    });
    assert_eq!(result.expect("an output"), 8);
    assert_eq!(model.figures().panics, 0);
    model.stop().await;
}

#[tokio::test]
async fn a_panic_fails_its_batch_and_the_model_is_loaded_again() {
    let (sender, mut calls) = calls();
    let loads = Arc::new(AtomicUsize::new(0));
    let load = Puppet::loader(&sender);
    let model = Workers::new("puppet", {
        let loads = Arc::clone(&loads);
        move |replica| {
            loads.fetch_add(1, Ordering::Relaxed);
            load(replica)
        }
    });
    model.start().await.expect("a start");
    let (results, ()) = tokio::join!(model.run_each(vec![1, 2]), async {
        calls.next().await.act(|_| panic!("a bug in the model"));
    });
    for result in results.expect("results") {
        assert!(
            matches!(result, Err(InferenceError::Panicked)),
            "{result:?}"
        );
    }
    let (result, ()) = tokio::join!(model.run(4), async {
        calls.next().await.double();
    });
    assert_eq!(result.expect("an output"), 8);
    assert_eq!(loads.load(Ordering::Relaxed), 2);
    let figures = model.figures();
    assert_eq!(
        (figures.panics, figures.running, figures.waiting),
        (1, 0, 0)
    );
    model.stop().await;
}

#[tokio::test]
async fn a_replica_takes_work_that_another_one_has_unblocked() {
    let (model, mut calls) = puppet();
    let model = model.replicas(2).running_per_caller(1).max_batch(1);
    let model = model.with_caller(avocet_context::Caller::new("ann"));
    model.start().await.expect("a start");
    let requests = tokio::spawn({
        let model = model.clone();
        async move { model.run_all(vec![1, 2]).await }
    });
    let first = calls.next().await;
    let (replica, (go, wait)) = (first.replica, std::sync::mpsc::channel::<()>());
    // So that the other replica waits; without this time the test proves less, but does not fail.
    tokio::time::sleep(Duration::from_millis(20)).await;
    first.act(move |batch| {
        batch.reply(0, Ok::<_, String>(2));
        let _ = wait.recv();
        Ok(Vec::new())
    });
    let second = calls.next().await;
    assert_ne!(second.replica, replica, "the first one still runs");
    second.double();
    assert_eq!(requests.await.expect("no panic").expect("outputs"), [2, 4]);
    drop(go);
    model.stop().await;
}
