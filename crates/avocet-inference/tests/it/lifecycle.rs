//! Loading.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;

use avocet_inference::{Batch, InferenceError, Predictor, Replica, Workers};

use crate::puppet::{Puppet, calls, puppet, until};

#[tokio::test]
async fn a_start_waits_for_all_replicas() {
    let (sender, _calls) = calls();
    let (go, wait) = channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let load = Puppet::loader(&sender);
    let model = Workers::new("slow", move |replica: &Replica| {
        if replica.number() == 1 {
            let _ = wait.lock().expect("one loader").recv();
            return Err("no memory on the second device".into());
        }
        load(replica)
    });
    let model = model.replicas(2);
    let start = tokio::spawn({
        let model = model.clone();
        async move { model.start().await }
    });
    until(|| model.figures().ready_replicas == 1).await;
    assert_eq!(model.ready(), Err("it is loading".to_owned()));
    let error = model.run(1).await.expect_err("it is loading");
    assert_eq!(error.to_string(), "the model is not ready: it is loading");
    drop(go);
    let error = start.await.expect("no panic").expect_err("a failure");
    assert_eq!(
        error.to_string(),
        "the model is not ready: no memory on the second device"
    );
    assert_eq!(model.ready(), Err("it is not loaded".to_owned()));
}

#[tokio::test]
async fn a_start_fails_with_the_reason_and_can_be_repeated() {
    let (sender, mut calls) = calls();
    let fails = Arc::new(AtomicBool::new(true));
    let load = Puppet::loader(&sender);
    let model = Workers::new("puppet", {
        let fails = Arc::clone(&fails);
        move |replica: &Replica| {
            assert!(!fails.load(Ordering::Relaxed), "the file is corrupt");
            load(replica)
        }
    });
    let error = model.start().await.expect_err("a failure");
    assert_eq!(
        error.to_string(),
        "the model is not ready: it panicked: the file is corrupt"
    );
    fails.store(false, Ordering::Relaxed);
    model.start().await.expect("a start");
    let again = model.start().await.expect_err("a second start");
    assert_eq!(
        again.to_string(),
        "the model is not ready: its workers have already started"
    );
    let (result, ()) = tokio::join!(model.run(1), async {
        calls.next().await.double();
    });
    assert_eq!(result.expect("an output"), 2);
    assert!(model.figures().load_failures > 0);
    model.stop().await;
}

#[tokio::test]
async fn a_model_is_loaded_in_the_background_until_it_succeeds() {
    let (sender, mut calls) = calls();
    let fails = Arc::new(AtomicBool::new(true));
    let load = Puppet::loader(&sender);
    let model = Workers::new("puppet", {
        let fails = Arc::clone(&fails);
        move |replica: &Replica| {
            if fails.load(Ordering::Relaxed) {
                return Err(std::io::Error::other("the registry is away").into());
            }
            load(replica)
        }
    });
    let model = model.load_in_background(true);
    model.start().await.expect("a start");
    until(|| model.ready() == Err("the registry is away".to_owned())).await;
    let error = model.run(1).await.expect_err("it is not loaded");
    assert_eq!(
        error.to_string(),
        "the model is not ready: the registry is away"
    );
    fails.store(false, Ordering::Relaxed);
    until(|| model.ready().is_ok()).await;
    let (result, ()) = tokio::join!(model.run(1), async {
        calls.next().await.double();
    });
    assert_eq!(result.expect("an output"), 2);
    model.stop().await;
}

#[derive(Debug)]
struct Cold;

impl Predictor for Cold {
    type Input = ();
    type Output = ();
    type Error = String;

    fn predict(&mut self, batch: &mut Batch<'_, Self>) -> Result<Vec<()>, String> {
        Ok(batch.take_inputs())
    }

    fn warm_up(&mut self) -> Result<(), String> {
        Err("the kernels do not compile".to_owned())
    }
}

#[tokio::test]
async fn an_error_of_the_warm_up_is_a_failure_to_load() {
    let model = Workers::new("cold", |_| Ok(Cold));
    let error = model.start().await.expect_err("a failure");
    assert_eq!(
        error.to_string(),
        "the model is not ready: the kernels do not compile"
    );
}

#[tokio::test]
async fn limits_of_zero_are_errors() {
    type Change = fn(Workers<Puppet>) -> Workers<Puppet>;
    let changes: [(&str, Change); 8] = [
        ("replicas", |model| model.replicas(0)),
        ("max_batch", |model| model.max_batch(0)),
        ("max_cost", |model| model.max_cost(0)),
        ("queue", |model| model.queue(0)),
        ("queue_cost", |model| model.queue_cost(0)),
        ("per_caller", |model| model.per_caller(0)),
        ("running_per_caller", |model| model.running_per_caller(0)),
        ("buffer", |model| model.buffer(0)),
    ];
    for (name, change) in changes {
        let error = change(puppet().0).start().await.expect_err("a limit of 0");
        let expected = format!("the model is not ready: `{name}` is 0, it must be at least 1");
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn replicas_know_their_devices() {
    let (sender, mut devices) = tokio::sync::mpsc::unbounded_channel();
    let model: Workers<avocet_inference::BatchFn<(), ()>> = avocet_inference::workers::batch(
        "devices",
        move |replica: &Replica| Ok(sender.send((replica.number(), replica.device()))?),
        |(): &mut (), inputs: &[()]| Ok::<_, Infallible>(inputs.to_vec()),
    );
    let model = model.replicas(3).devices(vec![4, 7]);
    model.start().await.expect("a start");
    model.stop().await;
    let mut found = Vec::new();
    while let Ok(pair) = devices.try_recv() {
        found.push(pair);
    }
    found.sort_unstable();
    assert_eq!(found, [(0, 4), (1, 7), (2, 4)]);
    assert!(matches!(
        model.run(()).await,
        Err(InferenceError::NotReady(_))
    ));
}
