//! Streams of a blocking loop.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use avocet_inference::{InferenceError, Workers};

use crate::puppet::{Tale, until};

async fn start(tale: Tale, set: impl FnOnce(Workers<Tale>) -> Workers<Tale>) -> Workers<Tale> {
    let run = tale.0;
    let model = set(Workers::new("tale", move |_| Ok(Tale(run))));
    model.start().await.expect("a start");
    model
}

fn count(count: u32, out: &mut avocet_inference::Emit<u32>) -> Result<(), String> {
    (0..count)
        .try_for_each(|number| out.push(number))
        .map_err(|error| error.to_string())
}

async fn all(mut items: avocet_inference::Items<u32>) -> (Vec<u32>, Option<InferenceError>) {
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        match item {
            Ok(item) => found.push(item),
            Err(error) => {
                assert!(items.next().await.is_none(), "an error is the last item");
                return (found, Some(error));
            }
        }
    }
    assert!(items.next().await.is_none());
    (found, None)
}

#[tokio::test]
async fn items_come_in_order() {
    let model = start(Tale(count), |model| model.buffer(3).replicas(2)).await;
    let streams: Vec<_> = (0..4)
        .map(|_| tokio::spawn(all(model.stream(100).expect("a stream"))))
        .collect();
    for stream in streams {
        let (items, error) = stream.await.expect("no panic");
        assert_eq!(items, (0..100).collect::<Vec<_>>());
        assert!(error.is_none(), "{error:?}");
    }
    let figures = model.figures();
    assert_eq!(
        (figures.items, figures.completed, figures.first_item.count()),
        (400, 4, 4)
    );
    assert_eq!(figures.between_items.count(), 396);
    model.stop().await;
}

#[tokio::test]
async fn an_error_follows_the_items() {
    let fails = |count_of: u32, out: &mut _| {
        count(count_of, out).and(Err("the context is full".to_owned()))
    };
    let model = start(Tale(fails), |model| model).await;
    let (items, error) = all(model.stream(2).expect("a stream")).await;
    assert_eq!(
        (items, error.expect("an error").to_string()),
        (vec![0, 1], "the context is full".to_owned())
    );
    assert_eq!(model.figures().failed, 1);
    model.stop().await;
}

#[tokio::test]
async fn a_slow_reader_ends_its_stream_only() {
    let model = start(Tale(count), |model| {
        model.buffer(2).stall_time(Duration::from_millis(10))
    })
    .await;
    let slow = model.stream(5).expect("a stream");
    // The next one runs when the slow one has ended.
    let (items, error) = all(model.stream(2).expect("a stream")).await;
    assert_eq!((items, error.is_none()), (vec![0, 1], true));
    let (items, error) = all(slow).await;
    assert_eq!(items, [0, 1], "what was emitted is delivered");
    assert!(matches!(error, Some(InferenceError::Stalled)), "{error:?}");
    model.stop().await;
}

static LEFT: AtomicUsize = AtomicUsize::new(0);

#[tokio::test]
async fn the_model_sees_that_the_reader_has_left() {
    let endless = |_, out: &mut avocet_inference::Emit<u32>| {
        while out.push(7).is_ok() {}
        assert!(out.is_cancelled());
        LEFT.fetch_add(1, Ordering::Relaxed);
        Ok(())
    };
    let model = start(Tale(endless), |model| model.buffer(2)).await;
    let mut items = model.stream(0).expect("a stream");
    assert_eq!(items.next().await.expect("an item").expect("a number"), 7);
    drop(items);
    until(|| LEFT.load(Ordering::Relaxed) == 1 && model.figures().running == 0).await;
    assert_eq!(model.figures().cancelled, 1);
    model.stop().await;
}

#[tokio::test]
async fn a_reader_that_leaves_frees_its_slot() {
    let endless = |_, out: &mut avocet_inference::Emit<u32>| {
        while out.push(7).is_ok() {}
        Ok(())
    };
    let model = start(Tale(endless), |model| model.queue(1).buffer(1)).await;
    let first = model.stream(0).expect("a stream");
    until(|| model.figures().running == 1).await;
    let second = model.stream(0).expect("a stream");
    assert!(model.stream(0).is_err(), "the queue is full");
    drop(second);
    let third = model.stream(0).expect("a free slot");
    drop((first, third));
    until(|| model.figures().running + model.figures().waiting == 0).await;
    model.stop().await;
}

#[tokio::test]
async fn a_stream_ends_at_its_deadline() {
    let endless = |_, out: &mut avocet_inference::Emit<u32>| {
        while out.push(7).is_ok() {
            std::thread::yield_now();
        }
        Ok(())
    };
    let model = start(Tale(endless), |model| model).await;
    let soon = model.with_deadline(Duration::from_millis(20));
    let (items, error) = all(soon.stream(0).expect("a stream")).await;
    assert!(!items.is_empty());
    assert!(matches!(error, Some(InferenceError::Expired)), "{error:?}");
    until(|| model.figures().running == 0).await;
    assert_eq!(model.figures().expired, 1);
    model.stop().await;
}

#[tokio::test]
async fn a_panic_fails_its_stream_after_the_items() {
    let panics = |count_of: u32, out: &mut _| {
        count(count_of, out)?;
        assert!(count_of != 3, "a bug in the model");
        Ok(())
    };
    let model = start(Tale(panics), |model| model).await;
    let (items, error) = all(model.stream(3).expect("a stream")).await;
    assert_eq!(items, [0, 1, 2]);
    assert!(matches!(error, Some(InferenceError::Panicked)), "{error:?}");
    let (items, error) = all(model.stream(2).expect("a stream")).await;
    assert_eq!((items.len(), error.is_none()), (2, true));
    model.stop().await;
}
