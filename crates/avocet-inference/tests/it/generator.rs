//! Continuous batching.

use std::time::Duration;

use avocet_inference::InferenceError;

use crate::puppet::{Choir, Event, choir, until};

#[tokio::test]
async fn sequences_join_and_leave_between_steps() {
    let (model, mut calls) = choir(4);
    let model = model.max_batch(2);
    model.start().await.expect("a start");
    let mut one = model.generate(1).expect("a stream");
    let (step, before) = calls.step().await;
    assert_eq!(
        (step.running.clone(), before),
        (vec![1], vec!["admitted 1".to_owned()])
    );
    let mut two = model.generate(2).expect("a stream");
    let mut three = model.generate(3).expect("a stream");
    step.emit();
    let (step, before) = calls.step().await;
    assert_eq!(
        (step.running.clone(), before),
        (vec![1, 2], vec!["admitted 2".to_owned()])
    );
    assert_eq!((model.figures().running, model.figures().waiting), (2, 1));
    // Its slot is used again.
    step.finish(1);
    let (step, before) = calls.step().await;
    assert_eq!(step.running, [2, 3]);
    assert_eq!(before, ["released 1", "admitted 3"]);
    step.act(|running| {
        for active in running.iter_mut() {
            active.emit(9);
            active.finish();
            active.emit(10);
        }
        Ok(())
    });
    assert_eq!(one.next().await.expect("an item").expect("a number"), 1);
    assert!(one.next().await.is_none());
    assert_eq!(two.next().await.expect("an item").expect("a number"), 2);
    assert_eq!(two.next().await.expect("an item").expect("a number"), 9);
    assert!(two.next().await.is_none(), "nothing follows the end");
    assert_eq!(three.next().await.expect("an item").expect("a number"), 9);
    assert!(three.next().await.is_none());
    let figures = model.figures();
    assert_eq!(
        (figures.completed, figures.items, figures.running),
        (3, 4, 0)
    );
    model.stop().await;
}

#[tokio::test]
async fn a_request_without_room_waits_for_the_end_of_a_sequence() {
    let (model, mut calls) = choir(1);
    let model = model.max_batch(4);
    model.start().await.expect("a start");
    let _one = model.generate(1).expect("a stream");
    let (step, _) = calls.step().await;
    let mut two = model.generate(2).expect("a stream");
    let mut three = model.generate(3).expect("a stream");
    step.emit();
    let (step, before) = calls.step().await;
    assert_eq!(
        (step.running.clone(), before),
        (vec![1], vec!["later 2".to_owned()])
    );
    assert_eq!((model.figures().waiting, model.figures().running), (2, 1));
    step.emit();
    let (step, before) = calls.step().await;
    assert!(before.is_empty(), "it is not offered again: {before:?}");
    step.finish(1);
    let (step, before) = calls.step().await;
    assert_eq!(
        before,
        ["released 1", "admitted 2", "later 3"],
        "their order stays"
    );
    step.finish(2);
    let (step, _) = calls.step().await;
    step.finish(3);
    assert!(two.next().await.is_none());
    assert!(three.next().await.is_none());
    model.stop().await;
}

#[tokio::test]
async fn a_request_that_never_fits_fails() {
    let (model, _calls) = choir(0);
    model.start().await.expect("a start");
    let error = model
        .generate(1)
        .expect("a stream")
        .next()
        .await
        .expect("an item")
        .expect_err("no room");
    assert_eq!(
        error.to_string(),
        "the model has no room for the request, although no other one runs"
    );
    let error = model
        .generate(1000)
        .expect("a stream")
        .next()
        .await
        .expect("an item")
        .expect_err("invalid");
    assert_eq!(error.to_string(), "1000 is too large");
    model.stop().await;
}

#[tokio::test]
async fn one_sequence_fails_alone_and_a_failed_step_fails_all() {
    let (model, mut calls) = choir(4);
    model.start().await.expect("a start");
    let mut streams: Vec<_> = [1]
        .into_iter()
        .map(|number| model.generate(number).expect("a stream"))
        .collect();
    let (step, _) = calls.step().await;
    streams.extend([2, 3].map(|number| model.generate(number).expect("a stream")));
    step.emit();
    let (step, _) = calls.step().await;
    assert_eq!(step.running, [1, 2, 3]);
    step.act(|running| {
        running[1].fail("the grammar has no next token");
        Ok(())
    });
    let error = streams[1]
        .next()
        .await
        .expect("an item")
        .expect_err("a failure");
    assert_eq!(error.to_string(), "the grammar has no next token");
    let (step, before) = calls.step().await;
    assert_eq!(
        (step.running.clone(), before),
        (vec![1, 3], vec!["released 2".to_owned()])
    );
    step.act(|_| Err("out of memory".to_owned()));
    assert_eq!(
        streams[0].next().await.expect("an item").expect("a number"),
        1
    );
    for at in [0, 2] {
        let error = streams[at]
            .next()
            .await
            .expect("an item")
            .expect_err("a failure");
        assert_eq!(error.to_string(), "out of memory");
    }
    until(|| model.figures().running == 0).await;
    assert_eq!(model.figures().failed, 3);
    model.stop().await;
}

#[tokio::test]
async fn a_slow_reader_pauses_while_others_go_on() {
    let (model, mut calls) = choir(4);
    let model = model.buffer(2);
    model.start().await.expect("a start");
    let mut slow = model.generate(1).expect("a stream");
    let (step, _) = calls.step().await;
    let mut fast = model.generate(2).expect("a stream");
    step.emit();
    for _ in 0..2 {
        let (step, _) = calls.step().await;
        assert!(
            step.running.contains(&1) || step.running == [2],
            "{:?}",
            step.running
        );
        step.emit();
        fast.next().await.expect("an item").expect("a number");
    }
    let (step, _) = calls.step().await;
    assert_eq!(step.running, [2], "the buffer of 1 is full");
    // It goes on when its reader has read.
    slow.next().await.expect("an item").expect("a number");
    step.emit();
    let (step, _) = calls.step().await;
    assert_eq!(step.running, [1, 2]);
    step.finish(1);
    drop(fast);
    while let Some(item) = slow.next().await {
        item.expect("a number");
    }
    drop(calls);
    model.stop().await;
}

#[tokio::test]
async fn a_generator_whose_readers_are_all_slow_resumes() {
    let (model, mut calls) = choir(4);
    let model = model.buffer(1).stall_time(Duration::from_secs(3600));
    model.start().await.expect("a start");
    let mut one = model.generate(1).expect("a stream");
    for _ in 0..50 {
        let (step, _) = calls.step().await;
        assert_eq!(step.running, [1]);
        step.emit();
        // The replica may look, register or wait now: the reader wakes it in each case.
        assert_eq!(one.next().await.expect("an item").expect("a number"), 1);
    }
    // A request that joins does so while the other one is paused.
    let (step, _) = calls.step().await;
    step.emit();
    let _two = model.generate(2).expect("a stream");
    let (step, _) = calls.step().await;
    assert_eq!(step.running, [2]);
    step.finish(2);
    one.next().await.expect("an item").expect("a number");
    let (step, _) = calls.step().await;
    step.finish(1);
    assert!(one.next().await.is_none());
    model.stop().await;
}

#[tokio::test]
async fn a_reader_that_is_too_slow_or_leaves_ends_its_sequence() {
    let (model, mut calls) = choir(4);
    let model = model.buffer(1).stall_time(Duration::from_millis(10));
    model.start().await.expect("a start");
    let mut slow = model.generate(1).expect("a stream");
    calls.step().await.0.emit();
    assert!(matches!(calls.next().await, Event::Released(1)));
    assert_eq!(slow.next().await.expect("an item").expect("a number"), 1);
    let error = slow.next().await.expect("an item").expect_err("a failure");
    assert!(matches!(error, InferenceError::Stalled), "{error:?}");

    let leaves = model.generate(2).expect("a stream");
    let (step, _) = calls.step().await;
    drop(leaves);
    step.emit();
    assert!(matches!(calls.next().await, Event::Released(2)));

    let late = model
        .with_deadline(Duration::from_millis(10))
        .generate(3)
        .expect("a stream");
    calls.step().await.0.act(|_| Ok(()));
    loop {
        match calls.next().await {
            Event::Step(step) => step.act(|_| Ok(())),
            Event::Released(number) => break assert_eq!(number, 3),
            _ => panic!("nothing is admitted"),
        }
    }
    let mut late = late;
    let error = late.next().await.expect("an item").expect_err("a failure");
    assert!(matches!(error, InferenceError::Expired), "{error:?}");
    model.stop().await;
}

#[tokio::test]
async fn a_cost_of_requests_is_admitted_between_two_steps() {
    let (model, mut calls) = choir(8);
    let model = model.max_cost(250);
    model.start().await.expect("a start");
    let _first = model.generate(1).expect("a stream");
    let (step, _) = calls.step().await;
    let _others = [100, 120, 130, 300].map(|number| model.generate(number).expect("a stream"));
    step.emit();
    let (step, before) = calls.step().await;
    assert_eq!(before, ["admitted 100", "admitted 120"]);
    step.emit();
    let (step, before) = calls.step().await;
    assert_eq!(before, ["admitted 130"]);
    step.emit();
    let (step, before) = calls.step().await;
    assert_eq!(
        before,
        ["admitted 300"],
        "it costs more, and is admitted alone"
    );
    step.act(|running| {
        running
            .iter_mut()
            .for_each(avocet_inference::Active::finish);
        Ok(())
    });
    model.stop().await;
}

#[tokio::test]
async fn a_replica_that_is_swapped_while_paused_completes_its_sequences() {
    let (model, mut calls) = choir(4);
    let model = model.buffer(1);
    model.start().await.expect("a start");
    let mut one = model.generate(1).expect("a stream");
    calls.step().await.0.emit();
    let (other, mut others) = Choir::loader(4);
    model.swap(other).await.expect("a swap");
    let mut two = model.generate(2).expect("a stream");
    others.step().await.0.finish(2);
    assert!(two.next().await.is_none());
    for _ in 0..20 {
        one.next().await.expect("an item").expect("a number");
        calls.step().await.0.emit();
    }
    one.next().await.expect("an item").expect("a number");
    calls.step().await.0.finish(1);
    assert!(one.next().await.is_none());
    model.stop().await;
}

#[tokio::test]
async fn a_stop_completes_the_sequences() {
    let (model, mut calls) = choir(1);
    model.start().await.expect("a start");
    let mut one = model.generate(1).expect("a stream");
    let mut two = model.generate(2).expect("a stream");
    let (step, _) = calls.step().await;
    let stopping = tokio::spawn({
        let model = model.clone();
        async move { model.stop().await }
    });
    until(|| model.ready().is_err()).await;
    assert!(matches!(model.generate(3), Err(InferenceError::Stopping)));
    step.finish(1);
    calls.step().await.0.finish(2);
    assert!(one.next().await.is_none());
    assert!(two.next().await.is_none());
    stopping.await.expect("a stop");
}

#[tokio::test]
async fn a_panic_fails_all_sequences() {
    let (model, mut calls) = choir(4);
    model.start().await.expect("a start");
    let mut one = model.generate(1).expect("a stream");
    let (step, _) = calls.step().await;
    step.act(|_| panic!("a bug in the model"));
    let error = one.next().await.expect("an item").expect_err("a failure");
    assert!(matches!(error, InferenceError::Panicked), "{error:?}");
    let mut two = model.generate(2).expect("a stream");
    calls.step().await.0.finish(2);
    assert!(two.next().await.is_none());
    assert_eq!((model.figures().panics, model.figures().running), (1, 0));
    model.stop().await;
}
